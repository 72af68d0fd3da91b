package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.ok;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;

/**
 * What a write costs in the pipeline, in microseconds of the caller's processor time: a pod made as
 * its controller makes it, its status patched as its kubelet does, a ConfigMap of 1 KB made, each
 * deleted again outside the time. Arguments: writes a round (20000), rounds (5).
 */
final class WriteBenchmark {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final String POD =
      """
      {'metadata': {'name': 'p', 'labels': {'app': 'web', 'pod-template-hash': 'abc'},
        'ownerReferences': [{'apiVersion': 'apps/v1', 'kind': 'ReplicaSet', 'name': 'web-abc',
          'uid': '0f0e', 'controller': true, 'blockOwnerDeletion': true}]},
       'spec': {'containers': [{'name': 'web', 'image': 'i', 'ports': [{'containerPort': 80}],
         'env': [{'name': 'A', 'value': '1'}, {'name': 'B', 'value': '2'}],
         'resources': {'requests': {'cpu': '100m', 'memory': '64Mi'}}}]}}
      """;
  private static final String CONDITION =
      "{'type': '%s', 'status': 'True', 'lastTransitionTime': '2026-01-02T03:04:05Z'}";

  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  private WriteBenchmark() {}

  public static void main(String[] args) {
    int writes = args.length > 0 ? Integer.parseInt(args[0]) : 20_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    WriteBenchmark benchmark = new WriteBenchmark();
    for (int round = 0; round < rounds; round++) {
      benchmark.run(writes);
    }
  }

  private void run(int writes) {
    ObjectNode status = status();
    ObjectNode map = Requests.json("{'metadata': {'name': 'm'}}");
    map.putObject("data").put("k", "x".repeat(1024));
    long podNanos = 0;
    long statusNanos = 0;
    long mapNanos = 0;
    int bytes = 0;
    for (int i = 0; i < writes; i++) {
      ObjectNode pod = Requests.json(POD);
      long start = THREADS.getCurrentThreadCpuTime();
      ok(client.create(Requests.PODS, "default", pod));
      long created = THREADS.getCurrentThreadCpuTime();
      ObjectKey key = ObjectKey.of("default", "p");
      bytes =
          ok(client.patch(Requests.PODS, key, "status", PatchType.STRATEGIC_MERGE, status))
              .json()
              .length;
      long patched = THREADS.getCurrentThreadCpuTime();
      ok(client.create(Requests.CONFIG_MAPS, "default", map));
      mapNanos += THREADS.getCurrentThreadCpuTime() - patched;
      statusNanos += patched - created;
      podNanos += created - start;
      remove(Requests.PODS, "p");
      remove(Requests.CONFIG_MAPS, "m");
    }
    System.out.printf(
        Locale.ROOT,
        "create Pod %.1f us, patch its status %.1f us (%d bytes), create ConfigMap %.1f us%n",
        micros(podNanos, writes),
        micros(statusNanos, writes),
        bytes,
        micros(mapNanos, writes));
  }

  private void remove(GroupVersionResource resource, String name) {
    ok(client.delete(resource, ObjectKey.of("default", name), DeleteOptions.DEFAULT));
  }

  private static double micros(long nanos, int writes) {
    return nanos / 1_000.0 / writes;
  }

  private static ObjectNode status() {
    String conditions =
        String.join(
            ",",
            CONDITION.formatted("Initialized"),
            CONDITION.formatted("Ready"),
            CONDITION.formatted("ContainersReady"),
            CONDITION.formatted("PodReadyToStartContainers"));
    return Requests.json(
        """
        {'status': {'phase': 'Running', 'podIP': '127.1.0.5', 'podIPs': [{'ip': '127.1.0.5'}],
          'hostIP': '127.0.0.1', 'startTime': '2026-01-02T03:04:05Z', 'conditions': [%s],
          'containerStatuses': [{'name': 'web', 'image': 'i', 'imageID': 'i', 'ready': true,
            'restartCount': 0, 'state': {'running': {'startedAt': '2026-01-02T03:04:05Z'}}}]}}
        """
            .formatted(conditions));
  }
}
