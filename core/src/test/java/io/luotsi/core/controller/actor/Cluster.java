package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.certificate.SampleRequests;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.informer.Informer;
import io.luotsi.core.informer.QueueRecorder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A control plane in memory: the API's pipeline, all controllers, and something that plays
 * scheduler and kubelet: pods become Running and Ready as soon as they exist, and go when they are
 * told to.
 */
final class Cluster implements AutoCloseable {
  static final ControllerSettings SETTINGS =
      new ControllerSettings(
          8,
          Duration.ofSeconds(40),
          Duration.ofSeconds(1),
          List.of("127.1.0.2"),
          6443,
          "10.96.0.1",
          "the cluster's certificate\n");

  private final TestApi server;
  private final ApiClient api;
  private final ActorTestKit actors = ActorTestKit.create();
  private final ExecutorService kubelet = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Informer> informers = new ArrayList<>();
  private final AtomicBoolean podsBecomeReady = new AtomicBoolean(true);

  private final ActorRef<Controllers.Command> controllers;

  private final Set<String> uids = ConcurrentHashMap.newKeySet();
  private final GroupVersionResource slow;
  private final int delayMillis;

  Cluster() {
    this(Resources.PODS, 0);
  }

  Cluster(TestApi server) {
    this(server, Resources.PODS, 0);
  }

  /**
   * @param slow of which the controllers' caches are behind
   * @param delayMillis how far
   */
  Cluster(GroupVersionResource slow, int delayMillis) {
    this(TestApi.create(InstantSource.system()), slow, delayMillis);
  }

  private Cluster(TestApi server, GroupVersionResource slow, int delayMillis) {
    this.server = server;
    this.api = server.client();
    this.slow = slow;
    this.delayMillis = delayMillis;
    create(
        Resources.NODES,
        "",
        "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\"}}");
    controllers = startController();
    informers.add(
        Informer.start(
            api,
            Resources.PODS,
            Selection.EVERYTHING,
            (key, before, after) ->
                after.ifPresent(
                    pod -> {
                      uids.add(pod.uid());
                      kubelet.execute(() -> play(pod));
                    })));
  }

  /** Distinct pods there ever were. */
  int podsEver() {
    return uids.size();
  }

  ActorRef<Controllers.Command> startController() {
    return actors.spawn(
        Controllers.create(
            new Controllers.Parts(
                component ->
                    new SlowWatch(server.client(UserInfo.component(component)), slow, delayMillis),
                server.pipeline()::catalog,
                TestApi.TOKENS,
                (request, usages, life, now) -> SampleRequests.CERTIFICATE,
                SETTINGS,
                Clock.systemUTC(),
                queue -> QueueRecorder.NONE)));
  }

  ActorRef<Controllers.Command> controllers() {
    return controllers;
  }

  ApiClient api() {
    return api;
  }

  TestApi server() {
    return server;
  }

  void podsBecomeReady(boolean ready) {
    podsBecomeReady.set(ready);
  }

  StoredObject create(GroupVersionResource resource, String namespace, String json) {
    return join(api.create(
            resource, namespace, Json.readObject(json.getBytes(StandardCharsets.UTF_8))))
        .orElseThrow();
  }

  StoredObject patch(GroupVersionResource resource, ObjectKey key, String sub, String json) {
    return join(api.patch(
            resource,
            key,
            sub,
            PatchType.MERGE,
            Json.readObject(json.getBytes(StandardCharsets.UTF_8))))
        .orElseThrow();
  }

  void delete(GroupVersionResource resource, ObjectKey key, DeleteOptions options) {
    join(api.delete(resource, key, options)).orElseThrow();
  }

  ObjectNode get(GroupVersionResource resource, ObjectKey key) {
    return Json.readObject(join(api.get(resource, key)).orElseThrow().json());
  }

  List<ObjectNode> list(GroupVersionResource resource, String namespace) {
    return join(api.list(resource, selection(namespace))).orElseThrow().items().stream()
        .map(object -> Json.readObject(object.json()))
        .toList();
  }

  /** Waits until the list of a resource is as wanted, woken by its changes; 20 s at most. */
  List<ObjectNode> await(
      GroupVersionResource resource, String namespace, Predicate<List<ObjectNode>> wanted) {
    Instant end = Instant.now().plusSeconds(20);
    while (true) {
      var list = join(api.list(resource, selection(namespace))).orElseThrow();
      List<ObjectNode> items =
          list.items().stream().map(object -> Json.readObject(object.json())).toList();
      if (wanted.test(items)) {
        return items;
      }
      try (var cursor =
          join(api.watch(resource, selection(namespace), list.version())).orElseThrow()) {
        long left = Duration.between(Instant.now(), end).toMillis();
        cursor.next().toCompletableFuture().get(Math.max(1, left), TimeUnit.MILLISECONDS);
      } catch (Exception e) {
        throw new AssertionError(resource + " did not become as wanted: " + items, e);
      }
    }
  }

  private static Selection selection(String namespace) {
    return namespace.isEmpty() ? Selection.EVERYTHING : Selection.inNamespace(namespace);
  }

  private void play(StoredObject pod) {
    ObjectNode json = Json.readObject(pod.json());
    if (pod.deleting()) {
      join(api.delete(Resources.PODS, pod.key(), DeleteOptions.now(pod.uid())));
    } else if (podsBecomeReady.get() && json.at("/status/podIP").asText().isEmpty()) {
      String address =
          "127.1.%d.%d"
              .formatted(pod.resourceVersion() / 250 % 250, pod.resourceVersion() % 250 + 1);
      if (json.at("/spec/nodeName").asText().isEmpty()) {
        ObjectNode binding = Json.object();
        binding.put("apiVersion", "v1").put("kind", "Binding");
        binding.putObject("metadata").put("name", pod.key().name());
        binding.putObject("target").put("kind", "Node").put("name", "n1");
        join(api.createSubresource(Resources.PODS, pod.key(), "binding", binding));
      }
      ObjectNode patch = Json.object();
      ObjectNode status = patch.putObject("status");
      status.put("phase", "Running").put("podIP", address);
      status.putArray("podIPs").addObject().put("ip", address);
      status
          .putArray("conditions")
          .addObject()
          .put("type", "Ready")
          .put("status", "True")
          .put("lastTransitionTime", Instant.now().toString());
      join(api.patch(Resources.PODS, pod.key(), "status", PatchType.MERGE, patch));
    }
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  @Override
  public void close() {
    actors.shutdownTestKit();
    informers.forEach(Informer::close);
    kubelet.shutdownNow();
  }
}
