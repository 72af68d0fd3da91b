package io.luotsi.core.scheduler.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.scheduler.Objects;
import io.luotsi.core.scheduler.SchedulingEngine.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The scheduler against the real request pipeline on a store in memory. */
class SchedulerOnPipelineTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  private static final GroupVersionResource EVENTS = GroupVersionResource.of("v1", "events");

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestApi server = TestApi.create(Clock.systemUTC());
  private final ApiClient admin = server.client();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private void startScheduler() {
    kit.spawn(
        Scheduler.create(
            new Scheduler.Parts(
                server.client(UserInfo.component("kube-scheduler")),
                Settings.DEFAULT,
                List.of(Scheduler.Workload.REPLICA_SET),
                Clock.systemUTC(),
                new SplittableRandom(1))));
  }

  private void node(String name) {
    node(name, node -> {});
  }

  private void node(String name, Consumer<ObjectNode> change) {
    ObjectNode node = withoutServerFields(Objects.nodeJson(name));
    change.accept(node);
    create(NODES, "", node);
    ObjectNode status = Json.object();
    status.set("status", node.get("status"));
    admin
        .patch(NODES, ObjectKey.of(name), "status", ApiClient.PatchType.MERGE, status)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  private StoredObject create(GroupVersionResource resource, String namespace, ObjectNode body) {
    return admin.create(resource, namespace, body).toCompletableFuture().join().orElseThrow();
  }

  private static ObjectNode withoutServerFields(ObjectNode object) {
    object.withObject("/metadata").remove(List.of("uid", "resourceVersion", "creationTimestamp"));
    return object;
  }

  private List<JsonNode> list(GroupVersionResource resource) {
    return admin
        .list(resource, Selection.EVERYTHING)
        .toCompletableFuture()
        .join()
        .orElseThrow()
        .items()
        .stream()
        .map(StoredObject::json)
        .<JsonNode>map(Json::readObject)
        .toList();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.yield();
    }
  }

  private static String nodeOf(JsonNode pod) {
    return pod.at("/spec/nodeName").asText();
  }

  @Test
  @Conformance("Scheduler, resource limits")
  void nodesAreFilledAndNoneIsOverfilled() {
    for (int i = 0; i < 5; i++) {
      node("n" + i);
    }
    startScheduler();
    for (int i = 0; i < 100; i++) {
      ObjectNode pod = withoutServerFields(Objects.podJson("p" + i));
      pod.withObject("/spec/containers/0/resources/requests").put("cpu", "400m");
      create(PODS, "default", pod);
    }
    // 10 pods of 400m fit on each of five nodes with 4 CPUs; the others must say why they do not.
    await(() -> list(PODS).stream().filter(pod -> !nodeOf(pod).isEmpty()).count() == 50);
    await(
        () ->
            list(PODS).stream()
                    .filter(pod -> nodeOf(pod).isEmpty())
                    .map(SchedulerOnPipelineTest::scheduled)
                    .filter(condition -> condition.path("status").asText().equals("False"))
                    .count()
                == 50);
    Map<String, Long> perNode =
        list(PODS).stream()
            .map(SchedulerOnPipelineTest::nodeOf)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    assertThat(perNode.values()).containsExactly(10L, 10L, 10L, 10L, 10L);
    JsonNode pending =
        list(PODS).stream().filter(pod -> nodeOf(pod).isEmpty()).findFirst().orElseThrow();
    assertThat(scheduled(pending).path("reason").asText()).isEqualTo("Unschedulable");
    assertThat(scheduled(pending).path("message").asText())
        .isEqualTo(
            "0/5 nodes are available: 5 Insufficient cpu. preemption: 0/5 nodes are available: 5"
                + " No preemption victims found for incoming pod.");
  }

  private static JsonNode scheduled(JsonNode pod) {
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals("PodScheduled")) {
        return condition;
      }
    }
    return Json.object();
  }

  private JsonNode pod(String name) {
    return list(PODS).stream()
        .filter(pod -> pod.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void awaitRefusal(String pod, String words) {
    await(() -> scheduled(pod(pod)).path("message").asText().startsWith(words));
    assertThat(nodeOf(pod(pod))).isEmpty();
  }

  @Test
  @Conformance({"Scheduler, node selector matching", "Scheduler, node selector not matching"})
  void aPodGoesToTheNodeThatHasTheLabelsItSelects() {
    node("plain");
    node("fast", node -> node.withObject("/metadata/labels").put("disk", "fast"));
    startScheduler();
    for (String disk : List.of("fast", "none")) {
      ObjectNode pod = withoutServerFields(Objects.podJson(disk));
      pod.withObject("/spec/nodeSelector").put("disk", disk);
      create(PODS, "default", pod);
    }
    await(() -> nodeOf(pod("fast")).equals("fast"));
    awaitRefusal(
        "none", "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.");
  }

  @Test
  @Conformance(
      "Scheduling, HostPort and Protocol match, HostIPs different but one is default HostIP"
          + " (0.0.0.0)")
  void aPortOfAllAddressesIsTakenOnEachOfThem() {
    node("n");
    startScheduler();
    for (String address : List.of("0.0.0.0", "127.0.0.1")) {
      ObjectNode pod = withoutServerFields(Objects.podJson("on-" + address));
      pod.withObject("/spec/containers/0")
          .putArray("ports")
          .addObject()
          .put("containerPort", 8080)
          .put("hostPort", 54322)
          .put("hostIP", address)
          .put("protocol", "TCP");
      create(PODS, "default", pod);
      await(() -> !scheduled(pod("on-" + address)).isEmpty());
    }
    await(() -> nodeOf(pod("on-0.0.0.0")).equals("n"));
    awaitRefusal(
        "on-127.0.0.1",
        "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.");
  }

  @Test
  void bindingIsSaidInTheConditionAndInAnEvent() {
    node("n");
    startScheduler();
    create(PODS, "default", withoutServerFields(Objects.podJson("p")));
    await(() -> list(EVENTS).stream().anyMatch(e -> e.path("reason").asText().equals("Scheduled")));
    assertThat(scheduled(list(PODS).getFirst()).path("status").asText()).isEqualTo("True");
    JsonNode event = list(EVENTS).getFirst();
    assertThat(event.path("message").asText()).isEqualTo("Successfully assigned default/p to n");
    assertThat(event.at("/source/component").asText()).isEqualTo("default-scheduler");
    assertThat(event.path("type").asText()).isEqualTo("Normal");
  }

  @Test
  void gatedPodWaitsForItsGates() {
    node("n");
    startScheduler();
    ObjectNode pod = withoutServerFields(Objects.podJson("p"));
    pod.withObject("/spec").putArray("schedulingGates").addObject().put("name", "example.com/g");
    create(PODS, "default", pod);
    await(() -> scheduled(list(PODS).getFirst()).path("reason").asText().equals("SchedulingGated"));
    assertThat(nodeOf(list(PODS).getFirst())).isEmpty();
    ObjectNode open = Json.object();
    open.putObject("spec").putArray("schedulingGates");
    admin
        .patch(PODS, ObjectKey.of("default", "p"), "", ApiClient.PatchType.MERGE, open)
        .toCompletableFuture()
        .join()
        .orElseThrow();
    await(() -> nodeOf(list(PODS).getFirst()).equals("n"));
  }
}
