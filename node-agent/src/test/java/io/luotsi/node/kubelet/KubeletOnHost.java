package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.EventRecorder;
import io.luotsi.node.runtime.process.HostImage;
import io.luotsi.node.runtime.process.LogText;
import io.luotsi.node.runtime.process.ProcessRuntime;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A whole kubelet with the process runtime, on an API server in memory. */
abstract class KubeletOnHost {
  static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  static final GroupVersionResource EVENTS = GroupVersionResource.of("v1", "events");

  @TempDir Path state;
  @TempDir Path volumes;
  @TempDir Path marks;
  final ActorTestKit actors = ActorTestKit.create();
  final ApiClient api = TestApi.create(Clock.systemUTC()).client();
  final AtomicBoolean away = new AtomicBoolean();
  final PodStatuses statuses = new PodStatuses();
  final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  ProcessRuntime runtime;
  EventRecorder events;
  ActorRef<Kubelet.Command> kubelet;

  @BeforeEach
  void start() throws Exception {
    startKubelet();
  }

  void startKubelet() throws IOException {
    runtime =
        ProcessRuntime.open(
            new ProcessRuntime.Settings(
                state,
                "cluster",
                "node-1",
                "127.78.0.0/24",
                "127.0.0.1",
                HostImage.environment(System.getenv(), Path.of(System.getProperty("java.home"))),
                mayMount()));
    events = EventRecorder.start(api, "kubelet", "node-1", Clock.systemUTC());
    KubeletParts parts =
        new KubeletParts(
            "node-1",
            "127.0.0.1",
            seenByTheNode(),
            runtime,
            events,
            executor,
            Clock.systemUTC(),
            Map.of("cpu", new Quantity("4"), "memory", new Quantity("1Gi")),
            new KubeletParts.Volumes(volumes, Duration.ofMillis(100)),
            statuses);
    kubelet = actors.spawn(Kubelet.create(parts, Optional.of(0L), 1));
  }

  /** Whether containers are given mounts if this JVM can make any. */
  boolean mayMount() {
    return true;
  }

  /** The API as the kubelet sees it: sometimes away. */
  ApiClient seenByTheNode() {
    return sometimesAway(api, away::get);
  }

  static ApiClient sometimesAway(ApiClient api, BooleanSupplier away) {
    return (ApiClient)
        Proxy.newProxyInstance(
            ApiClient.class.getClassLoader(),
            new Class<?>[] {ApiClient.class},
            (proxy, method, arguments) ->
                away.getAsBoolean()
                    ? CompletableFuture.completedStage(
                        Outcome.rejected(new Rejection.ServiceUnavailable("away")))
                    : method.invoke(api, arguments));
  }

  void stopKubelet() {
    actors.stop(kubelet);
    events.close();
    runtime.close();
  }

  @AfterEach
  void stop() throws IOException {
    actors.shutdownTestKit();
    events.close();
    runtime.close();
    ProcessRuntime.cleanUp(state);
    executor.shutdownNow();
  }

  static ObjectNode json(String text) {
    return Json.readObject(text.replace('\'', '"').replace('~', '\'').getBytes());
  }

  JsonNode create(String resource, String namespace, String body) {
    return read(
        api.create(GroupVersionResource.of("v1", resource), namespace, json(body))
            .toCompletableFuture()
            .join()
            .orElseThrow());
  }

  static JsonNode read(StoredObject object) {
    return Json.readObject(object.json());
  }

  static String pod(String name, String rest, String script) {
    return "{'metadata': {'name': '%s'}, 'spec': {'nodeName': 'node-1', %s 'containers': [{'name': 'main', 'image': 'luotsi.io/host', 'command': ['sh', '-c', '%s']}]}}"
        .formatted(name, rest, script);
  }

  Optional<JsonNode> get(String name) {
    return switch (api.get(PODS, ObjectKey.of("default", name)).toCompletableFuture().join()) {
      case Outcome.Done<StoredObject>(StoredObject object) -> Optional.of(read(object));
      case Outcome.Rejected<StoredObject> rejected -> Optional.empty();
    };
  }

  JsonNode await(String name, Predicate<JsonNode> condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (true) {
      Optional<JsonNode> found = get(name);
      if (found.isPresent() && condition.test(found.get())) {
        return found.get();
      }
      assertThat(System.nanoTime()).as("deadline; last seen: %s", found).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  void awaitGone(String name) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (get(name).isPresent() || !runtime.sandboxes().isEmpty()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  void awaitEvent(String reason, String message) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (true) {
      List<StoredObject> all =
          api.list(EVENTS, Selection.EVERYTHING).toCompletableFuture().join().orElseThrow().items();
      if (all.stream()
          .map(KubeletOnHost::read)
          .anyMatch(
              e ->
                  e.path("reason").asText().equals(reason)
                      && e.path("message").asText().contains(message))) {
        return;
      }
      assertThat(System.nanoTime())
          .as("event %s %s of %s", reason, message, all.stream().map(KubeletOnHost::read).toList())
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  String log(String container) throws Exception {
    return logOf(runtime.sandboxes().getFirst().podUid(), container);
  }

  String logOf(String podUid, String container) throws Exception {
    var options =
        new LogOptions(
            false, false, false, Optional.empty(), OptionalLong.empty(), OptionalLong.empty());
    var log =
        new ContainerLogs(runtime, statuses)
            .logs(ObjectKey.of("default", "any"), podUid, container, options)
            .orElseThrow();
    return LogText.read(log);
  }

  /** Makes a pod that ends, and waits until it has; each container is JSON. */
  JsonNode ended(String name, String spec, String... containers) throws Exception {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < containers.length; i++) {
      all.add("{'name': 'c%d', 'image': 'luotsi.io/host', %s}".formatted(i, containers[i]));
    }
    create(
        "pods",
        "default",
        """
        {'metadata': {'name': '%s'}, 'spec': {'nodeName': 'node-1', 'restartPolicy': 'Never',
          %s 'containers': [%s]}}
        """
            .formatted(name, spec, String.join(", ", all)));
    return await(
        name, pod -> List.of("Succeeded", "Failed").contains(pod.at("/status/phase").asText()));
  }

  List<String> printed(JsonNode pod, String container) throws Exception {
    return logOf(pod.at("/metadata/uid").asText(), container).lines().toList();
  }

  String uidOf(String pod) {
    return get(pod).orElseThrow().at("/metadata/uid").asText();
  }

  /**
   * The log of a container as soon as it ends with a whole line. A container counts as running, and
   * without a probe as ready, before its program has said anything.
   */
  String awaitLine(String podUid, String container) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    String log = logOf(podUid, container);
    while (!log.endsWith("\n")) {
      assertThat(System.nanoTime()).as("deadline; last seen: %s", log).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
      log = logOf(podUid, container);
    }
    return log;
  }

  static JsonNode main(JsonNode pod) {
    return pod.at("/status/containerStatuses/0");
  }

  static String condition(JsonNode pod, String type) {
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path("status").asText();
      }
    }
    return "";
  }

  static boolean isReady(JsonNode pod) {
    return condition(pod, "Ready").equals("True");
  }

  void delete(String name, DeleteOptions options) {
    api.delete(PODS, ObjectKey.of("default", name), options)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  DeleteOptions now(String name) {
    return DeleteOptions.now(get(name).orElseThrow().at("/metadata/uid").asText());
  }
}
