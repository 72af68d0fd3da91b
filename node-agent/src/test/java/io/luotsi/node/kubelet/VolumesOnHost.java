package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.node.runtime.ContainerRuntime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/**
 * A kubelet on the host whose containers have volumes at the paths of their names, below a
 * directory of the test's.
 */
abstract class VolumesOnHost extends KubeletOnHost {
  static final String CONFIG =
      """
      {'metadata': {'name': 'config'}, 'data': {'data-1': 'value-1', 'data-2': 'value-2'},
       'binaryData': {'dump.bin': '3q2+7w=='}}
      """;
  static final String SECRET =
      "{'metadata': {'name': 'hidden'}, 'data': {'user': 'YW5uYQ==', 'password': 'czNjcmV0'}}";

  /** Prints mode and text of files. */
  static final String SHOW = "for f in %s; do stat -L -c %%a $f; cat $f; echo; done";

  @BeforeEach
  void onlyWhereMountsCanBeMade() {
    Assumptions.assumeTrue(runtime.mounts(), "this JVM may mount nothing");
  }

  String at(String path) {
    return marks.resolve(path).toString();
  }

  String container(String script, String... mounts) {
    return "'command': ['sh', '-c', '%s'], 'volumeMounts': [%s]"
        .formatted(script, String.join(", ", mounts));
  }

  String mount(String name, String more) {
    return "{'name': '%s', 'mountPath': '%s'%s}".formatted(name, at(name), more);
  }

  String show(String... files) {
    return SHOW.formatted(String.join(" ", List.of(files).stream().map(this::at).toList()));
  }

  static String volume(String name, String source) {
    return "{'name': '" + name + "', " + source + "}";
  }

  static String volumes(String... all) {
    return "'volumes': [" + String.join(", ", all) + "],";
  }

  String seen(String command) throws Exception {
    ContainerRuntime.Container container = runtime.containers().getFirst();
    return runtime
        .exec(container.id(), List.of("sh", "-c", command), Duration.ofSeconds(5))
        .output();
  }

  void awaitSeen(String command, String output) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    for (String last = seen(command); !last.equals(output); last = seen(command)) {
      assertThat(System.nanoTime()).as("deadline; last: %s", last).isLessThan(deadline);
    }
  }

  void change(String resource, String name, String patch) {
    api.patch(
            GroupVersionResource.of("v1", resource),
            ObjectKey.of("default", name),
            "",
            PatchType.MERGE,
            json(patch))
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  void delete(String resource, String name) {
    api.delete(
            GroupVersionResource.of("v1", resource),
            ObjectKey.of("default", name),
            DeleteOptions.DEFAULT)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }
}
