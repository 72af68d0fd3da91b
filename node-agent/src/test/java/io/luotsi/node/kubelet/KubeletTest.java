package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.client.EventRecorder;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.process.HostImage;
import io.luotsi.node.runtime.process.LogText;
import io.luotsi.node.runtime.process.ProcessRuntime;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole kubelet with the process runtime, on an API server in memory. */
class KubeletTest {
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final GroupVersionResource EVENTS = GroupVersionResource.of("v1", "events");

  @TempDir Path state;
  private final ActorTestKit actors = ActorTestKit.create();
  private final ApiClient api = TestApi.create(Clock.systemUTC()).client();
  private final AtomicBoolean away = new AtomicBoolean();
  private final PodStatuses statuses = new PodStatuses();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private ProcessRuntime runtime;
  private EventRecorder events;
  private ActorRef<Kubelet.Command> kubelet;

  @BeforeEach
  void start() throws Exception {
    startKubelet();
  }

  private void startKubelet() throws IOException {
    runtime =
        ProcessRuntime.open(
            new ProcessRuntime.Settings(
                state,
                "cluster",
                "node-1",
                "127.78.0.0/24",
                "127.0.0.1",
                HostImage.environment(System.getenv(), Path.of(System.getProperty("java.home")))));
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
            Map.of("cpu", new Quantity("4")),
            statuses);
    kubelet = actors.spawn(Kubelet.create(parts, false, Optional.of(0L), 1));
  }

  /** The API as the kubelet sees it: sometimes away. */
  private ApiClient seenByTheNode() {
    return (ApiClient)
        Proxy.newProxyInstance(
            ApiClient.class.getClassLoader(),
            new Class<?>[] {ApiClient.class},
            (proxy, method, arguments) ->
                away.get()
                    ? CompletableFuture.completedStage(
                        Outcome.rejected(new Rejection.ServiceUnavailable("away")))
                    : method.invoke(api, arguments));
  }

  private void stopKubelet() {
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

  private static ObjectNode json(String text) {
    return Json.readObject(text.replace('\'', '"').replace('~', '\'').getBytes());
  }

  private JsonNode create(String resource, String namespace, String body) {
    return read(
        api.create(GroupVersionResource.of("v1", resource), namespace, json(body))
            .toCompletableFuture()
            .join()
            .orElseThrow());
  }

  private static JsonNode read(StoredObject object) {
    return Json.readObject(object.json());
  }

  private static String pod(String name, String rest, String script) {
    return "{'metadata': {'name': '%s'}, 'spec': {'nodeName': 'node-1', %s 'containers': [{'name': 'main', 'image': 'luotsi.io/host', 'command': ['sh', '-c', '%s']}]}}"
        .formatted(name, rest, script);
  }

  private Optional<JsonNode> get(String name) {
    return switch (api.get(PODS, ObjectKey.of("default", name)).toCompletableFuture().join()) {
      case Outcome.Done<StoredObject>(StoredObject object) -> Optional.of(read(object));
      case Outcome.Rejected<StoredObject> rejected -> Optional.empty();
    };
  }

  private JsonNode await(String name, Predicate<JsonNode> condition) throws InterruptedException {
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

  private void awaitGone(String name) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (get(name).isPresent() || !runtime.sandboxes().isEmpty()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void awaitEvent(String reason, String message) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (true) {
      List<StoredObject> all =
          api.list(EVENTS, Selection.EVERYTHING).toCompletableFuture().join().orElseThrow().items();
      if (all.stream()
          .map(KubeletTest::read)
          .anyMatch(
              e ->
                  e.path("reason").asText().equals(reason)
                      && e.path("message").asText().contains(message))) {
        return;
      }
      assertThat(System.nanoTime())
          .as("event %s %s of %s", reason, message, all.stream().map(KubeletTest::read).toList())
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private String log(String container) throws Exception {
    return logOf(runtime.sandboxes().getFirst().podUid(), container);
  }

  private String logOf(String podUid, String container) throws Exception {
    var options =
        new LogOptions(
            false, false, false, Optional.empty(), OptionalLong.empty(), OptionalLong.empty());
    var log =
        new ContainerLogs(runtime, statuses)
            .logs(ObjectKey.of("default", "any"), podUid, container, options)
            .orElseThrow();
    return LogText.read(log);
  }

  private static JsonNode main(JsonNode pod) {
    return pod.at("/status/containerStatuses/0");
  }

  private static String condition(JsonNode pod, String type) {
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path("status").asText();
      }
    }
    return "";
  }

  private static boolean isReady(JsonNode pod) {
    return condition(pod, "Ready").equals("True");
  }

  @Test
  void podRunsAndIsReadyAndGoesWhenDeleted() throws Exception {
    create("pods", "default", pod("web", "'terminationGracePeriodSeconds': 5,", "exec sleep 60"));
    JsonNode running = await("web", KubeletTest::isReady);

    assertThat(running.at("/status/phase").asText()).isEqualTo("Running");
    assertThat(running.at("/status/podIP").asText()).startsWith("127.78.0.");
    assertThat(running.at("/status/qosClass").asText()).isEqualTo("BestEffort");
    assertThat(main(running).at("/state/running/startedAt").asText()).isNotEmpty();
    assertThat(main(running).path("containerID").asText()).startsWith("luotsi-process://");
    awaitEvent("Started", "Started container main");

    api.delete(PODS, ObjectKey.of("default", "web"), DeleteOptions.DEFAULT)
        .toCompletableFuture()
        .join()
        .orElseThrow();
    awaitGone("web");
    awaitEvent("Killing", "Stopping container main");
  }

  @Test
  @Conformance({
    "Ephemeral Container Creation — 1.25 [NodeConformance]",
    "Ephemeral Container, update ephemeral containers"
  })
  void aContainerJoinsAPodThatRunsAndIsNotStartedAgain() throws Exception {
    create("pods", "default", pod("web", "", "exec sleep 60"));
    await("web", KubeletTest::isReady);
    join(
        "{'name': 'debug', 'image': 'luotsi.io/host', 'command': ['sh', '-c', 'echo seen; exit"
            + " 7']}");
    JsonNode over = await("web", p -> joined(p, "debug").at("/state").has("terminated"));
    join("{'name': 'longer', 'image': 'luotsi.io/host', 'command': ['sleep', '60']}");
    JsonNode both = await("web", p -> joined(p, "longer").at("/state").has("running"));

    assertThat(joined(over, "debug").at("/state/terminated/exitCode").asInt()).isEqualTo(7);
    assertThat(logOf(over.at("/metadata/uid").asText(), "debug")).isEqualTo("seen\n");
    assertThat(joined(both, "debug").path("restartCount").asInt()).isZero();
    assertThat(main(both).path("restartCount").asInt()).isZero();
    assertThat(isReady(both)).isTrue();
    awaitEvent("Started", "Started container longer");
  }

  @Test
  void aContainerIsResizedWhileItRunsUnlessTheNodeIsTooSmall() throws Exception {
    create(
        "pods",
        "default",
        pod("web", "", "exec sleep 60")
            .replace(
                "'name': 'main',", "'name': 'main', 'resources': {'requests': {'cpu': '100m'}},"));
    JsonNode before = await("web", KubeletTest::isReady);
    resize("200m");
    JsonNode after =
        await("web", p -> main(p).at("/resources/requests/cpu").asText().equals("200m"));
    resize("5000");
    JsonNode refused = await("web", p -> !condition(p, "PodResizePending").isEmpty());
    resize("300m");
    JsonNode again =
        await("web", p -> main(p).at("/resources/requests/cpu").asText().equals("300m"));

    assertThat(main(before).at("/resources/requests/cpu").asText()).isEqualTo("100m");
    assertThat(main(after).at("/allocatedResources/cpu").asText()).isEqualTo("200m");
    assertThat(main(after).path("containerID")).isEqualTo(main(before).path("containerID"));
    assertThat(main(refused).at("/resources/requests/cpu").asText()).isEqualTo("200m");
    assertThat(refused.at("/status/conditions").toString())
        .contains("Infeasible", "Node didn't have enough capacity: cpu, requested: 5000000");
    assertThat(condition(again, "PodResizePending").isEmpty()).isTrue();
    assertThat(main(again).path("restartCount").asInt()).isZero();
  }

  private void resize(String cpu) {
    api.patch(
            PODS,
            ObjectKey.of("default", "web"),
            "resize",
            PatchType.STRATEGIC_MERGE,
            json(
                "{'spec': {'containers': [{'name': 'main', 'resources': {'requests': {'cpu': '%s'}}}]}}"
                    .formatted(cpu)))
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  private void join(String container) {
    api.patch(
            PODS,
            ObjectKey.of("default", "web"),
            "ephemeralcontainers",
            PatchType.STRATEGIC_MERGE,
            json("{'spec': {'ephemeralContainers': [" + container + "]}}"))
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  private static JsonNode joined(JsonNode pod, String name) {
    for (JsonNode status : pod.at("/status/ephemeralContainerStatuses")) {
      if (status.path("name").asText().equals(name)) {
        return status;
      }
    }
    return MissingNode.getInstance();
  }

  @Test
  void containerThatFailsIsRestartedAndThenBacksOff() throws Exception {
    create("pods", "default", pod("crash", "", "exit 3"));
    JsonNode crashing =
        await(
            "crash", p -> main(p).at("/state/waiting/reason").asText().equals("CrashLoopBackOff"));

    assertThat(main(crashing).path("restartCount").asInt()).isEqualTo(1);
    assertThat(main(crashing).at("/lastState/terminated/exitCode").asInt()).isEqualTo(3);
    assertThat(main(crashing).at("/state/waiting/message").asText())
        .startsWith("back-off 10s restarting failed container=main pod=crash_default(");
    assertThat(crashing.at("/status/phase").asText()).isEqualTo("Running");
    assertThat(isReady(crashing)).isFalse();
    awaitEvent("BackOff", "Back-off restarting failed container main in pod crash_default(");
  }

  @Test
  void killedContainerIsRestarted() throws Exception {
    create("pods", "default", pod("web", "", "exec sleep 60"));
    JsonNode running = await("web", KubeletTest::isReady);
    ContainerRuntime.Container container = runtime.containers().getFirst();
    assertThat(main(running).path("restartCount").asInt()).isZero();

    runtime.stop(container.id(), Duration.ZERO);
    JsonNode again = await("web", p -> isReady(p) && main(p).path("restartCount").asInt() == 1);
    assertThat(main(again).at("/lastState/terminated/exitCode").asInt()).isIn(137, 143);
    assertThat(again.at("/status/podIP")).isEqualTo(running.at("/status/podIP"));
  }

  @Test
  void containersAreRestartedWhileTheApiIsAwayAndItHearsOfItLater() throws Exception {
    create("configmaps", "default", "{'metadata': {'name': 'words'}, 'data': {'greeting': 'moi'}}");
    String environment = "'envFrom': [{'configMapRef': {'name': 'words'}}], 'command'";
    create(
        "pods",
        "default",
        pod("web", "", "echo $greeting; exec sleep 60").replace("'command'", environment));
    await("web", KubeletTest::isReady);
    away.set(true);
    runtime.stop(runtime.containers().getFirst().id(), Duration.ZERO);
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (runtime.containers().stream()
        .noneMatch(c -> c.attempt() == 1 && c.state() instanceof ContainerRuntime.State.Running)) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(main(get("web").orElseThrow()).path("restartCount").asInt()).isZero();

    away.set(false);
    await("web", p -> isReady(p) && main(p).path("restartCount").asInt() == 1);
    assertThat(log("main")).as("what the API said while it was there").isEqualTo("moi\n");
  }

  /** What its program says first, which may be a moment after it has begun to run. */
  private long pidOf(String pod) throws Exception {
    String podUid = get(pod).orElseThrow().at("/metadata/uid").asText();
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    String log = logOf(podUid, "main");
    while (!log.endsWith("\n")) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      log = logOf(podUid, "main");
    }
    return Long.parseLong(log.strip());
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  private void delete(String name, DeleteOptions options) {
    api.delete(PODS, ObjectKey.of("default", name), options)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  private DeleteOptions now(String name) {
    return DeleteOptions.now(get(name).orElseThrow().at("/metadata/uid").asText());
  }

  @Test
  void aNodeThatComesBackEndsWhatWasReplacedMeanwhileAndKeepsTheRest() throws Exception {
    String script = "echo $$$$; exec sleep 60"; // the kubelet makes one of two
    Map<String, Long> pids = new HashMap<>();
    for (String name : List.of("kept", "evicted", "gone", "again")) {
      create("pods", "default", pod(name, "'terminationGracePeriodSeconds': 5,", script));
      await(name, KubeletTest::isReady);
      pids.put(name, pidOf(name));
    }
    JsonNode before = get("kept").orElseThrow();
    stopKubelet(); // as by a kill: its containers run on
    delete("evicted", DeleteOptions.DEFAULT);
    delete("gone", now("gone"));
    delete("again", now("again"));
    create("pods", "default", pod("again", "", script));
    assertThat(pids.values()).allMatch(KubeletTest::runs);
    startKubelet();

    await("again", KubeletTest::isReady);
    awaitSandboxes(2);
    assertThat(get("evicted")).isEmpty();
    assertThat(pids.entrySet().stream().filter(e -> runs(e.getValue())).map(Map.Entry::getKey))
        .containsExactly("kept");
    assertThat(pidOf("again")).isNotEqualTo(pids.get("again"));
    assertThat(get("kept").orElseThrow()).as("nothing was to be said").isEqualTo(before);
  }

  @Test
  void podsThatEndHavePhasesOfTheirExitCodes() throws Exception {
    create("pods", "default", pod("good", "'restartPolicy': 'Never',", "exit 0"));
    create("pods", "default", pod("bad", "'restartPolicy': 'Never',", "exit 9"));

    JsonNode good = await("good", p -> p.at("/status/phase").asText().equals("Succeeded"));
    assertThat(main(good).at("/state/terminated/reason").asText()).isEqualTo("Completed");
    JsonNode bad = await("bad", p -> p.at("/status/phase").asText().equals("Failed"));
    assertThat(main(bad).at("/state/terminated/exitCode").asInt()).isEqualTo(9);
  }

  @Test
  void imageThatIsNotHereSaysWhatToDo() throws Exception {
    String nginx = pod("nginx", "", "true").replace("luotsi.io/host", "nginx");
    create("pods", "default", nginx);

    JsonNode waiting =
        await("nginx", p -> main(p).at("/state/waiting/reason").asText().equals("ErrImagePull"));
    assertThat(main(waiting).at("/state/waiting/message").asText()).contains("luotsi.io/host");
    assertThat(waiting.at("/status/phase").asText()).isEqualTo("Pending");
    awaitEvent("Failed", "Failed to pull image \"nginx\"");
    await("nginx", p -> main(p).at("/state/waiting/reason").asText().equals("ImagePullBackOff"));
  }

  private String whyNoLog(String pod, boolean previous) {
    String podUid = get(pod).orElseThrow().at("/metadata/uid").asText();
    var options =
        new LogOptions(
            false, previous, false, Optional.empty(), OptionalLong.empty(), OptionalLong.empty());
    return switch (new ContainerLogs(runtime, statuses)
        .logs(ObjectKey.of("default", pod), podUid, "main", options)) {
      case Outcome.Done<?> done -> "";
      case Outcome.Rejected<?>(Rejection why) -> ((Rejection.BadRequest) why).message();
    };
  }

  @Test
  void aLogThatIsNotThereSaysWhatIsWaitedFor() throws Exception {
    String main = "container \"main\" in pod \"nginx\" ";
    create("pods", "default", pod("nginx", "", "true").replace("luotsi.io/host", "nginx"));
    await("nginx", p -> main(p).at("/state/waiting/reason").asText().equals("ErrImagePull"));
    assertThat(whyNoLog("nginx", false))
        .isEqualTo(main + "is waiting to start: image can't be pulled");
    await("nginx", p -> main(p).at("/state/waiting/reason").asText().equals("ImagePullBackOff"));
    assertThat(whyNoLog("nginx", false))
        .isEqualTo(main + "is waiting to start: trying and failing to pull image");
    assertThat(whyNoLog("nginx", true)).isEqualTo("previous terminated " + main + "not found");
  }

  @Test
  void aContainerThatCrashesHasTheLogOfItsLastRun() throws Exception {
    create("pods", "default", pod("crash", "", "echo once; exit 3"));
    await("crash", p -> main(p).at("/state/waiting/reason").asText().equals("CrashLoopBackOff"));
    assertThat(log("main")).isEqualTo("once\n");
    assertThat(whyNoLog("crash", true)).isEmpty();
  }

  @Test
  void aProgramThatIsNotThereIsAContainerThatFailedToStart() throws Exception {
    String missing = "'command': ['no-such-program']";
    create(
        "pods",
        "default",
        pod("once", "'restartPolicy': 'Never',", "x")
            .replace("'command': ['sh', '-c', 'x']", missing));
    JsonNode failed = await("once", p -> p.at("/status/phase").asText().equals("Failed"));
    JsonNode end = main(failed).at("/state/terminated");
    assertThat(end.path("reason").asText()).isEqualTo("StartError");
    assertThat(end.path("exitCode").asInt()).isEqualTo(128);
    assertThat(end.path("startedAt").asText()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(end.path("message").asText())
        .isEqualTo("exec: \"no-such-program\": executable file not found in $PATH");
    awaitEvent("Failed", "Error: exec: \"no-such-program\"");

    create(
        "pods", "default", pod("always", "", "x").replace("'command': ['sh', '-c', 'x']", missing));
    JsonNode looping =
        await(
            "always", p -> main(p).at("/state/waiting/reason").asText().equals("CrashLoopBackOff"));
    assertThat(main(looping).path("restartCount").asInt()).isEqualTo(1);
    assertThat(main(looping).at("/lastState/terminated/reason").asText()).isEqualTo("StartError");

    stopKubelet(); // what never ran is not run again because nobody remembers
    startKubelet();
    assertThat(runtime.containers())
        .isNotEmpty()
        .allMatch(c -> c.state() instanceof ContainerRuntime.State.Exited);
    assertThat(get("once").orElseThrow().at("/status/phase").asText()).isEqualTo("Failed");
  }

  @Test
  void environmentIsExpandedAndInitContainersRunFirst() throws Exception {
    create("configmaps", "default", "{'metadata': {'name': 'words'}, 'data': {'greeting': 'moi'}}");
    create(
        "pods",
        "default",
        """
        {'metadata': {'name': 'env', 'labels': {'app': 'x'}},
         'spec': {'nodeName': 'node-1', 'restartPolicy': 'Never',
          'initContainers': [{'name': 'init', 'image': 'luotsi.io/host',
             'command': ['sh', '-c', 'sleep 0.1']}],
          'containers': [{'name': 'main', 'image': 'luotsi.io/host',
           'command': ['printf', '%s\\n', '$(ALL)', '$$(ALL)'],
           'env': [
             {'name': 'POD_IP', 'valueFrom': {'fieldRef': {'fieldPath': 'status.podIP'}}},
             {'name': 'APP', 'valueFrom': {'fieldRef': {'fieldPath': 'metadata.labels[~app~]'}}},
             {'name': 'WORD', 'valueFrom': {'configMapKeyRef': {'name': 'words', 'key': 'greeting'}}},
             {'name': 'ALL', 'value': '$(POD_IP) $(APP) $(WORD) $(NONE)'}]}]}}
        """);
    JsonNode done = await("env", p -> p.at("/status/phase").asText().equals("Succeeded"));
    String address = done.at("/status/podIP").asText();
    assertThat(log("main")).isEqualTo(address + " x moi $(NONE)\n$(ALL)\n");
    assertThat(done.at("/status/initContainerStatuses/0/state/terminated/exitCode").asInt())
        .isZero();
  }

  @Test
  void readinessFollowsItsProbe() throws Exception {
    String probe =
        "'readinessProbe': {'exec': {'command': ['test', '-e', 'ready']}, 'periodSeconds': 1},"
            + " 'command'";
    create(
        "pods",
        "default",
        pod("probed", "", "sleep 0.2; touch ready; exec sleep 60").replace("'command'", probe));
    await("probed", p -> p.at("/status/phase").asText().equals("Running") && !isReady(p));
    await("probed", KubeletTest::isReady);
    awaitEvent("Unhealthy", "Readiness probe failed: ");
  }

  @Test
  void containerThatIsNotLiveIsKilledAndRestarted() throws Exception {
    String probe =
        "'livenessProbe': {'tcpSocket': {'port': 1}, 'periodSeconds': 1, 'failureThreshold': 1},"
            + " 'command'";
    create("pods", "default", pod("dead", "", "exec sleep 60").replace("'command'", probe));
    await("dead", p -> main(p).path("restartCount").asInt() >= 1);
    awaitEvent("Unhealthy", "Liveness probe failed: dial tcp 127.78.0.");
    awaitEvent("Killing", "Container main failed liveness probe, will be restarted");
  }

  @Test
  void volumesAreRefusedInPlainWords() throws Exception {
    create(
        "pods",
        "default",
        pod("volume", "'volumes': [{'name': 'tmp', 'emptyDir': {}}],", "sleep 60")
            .replace(
                "'command'", "'volumeMounts': [{'name': 'tmp', 'mountPath': '/data'}], 'command'"));
    awaitEvent("FailedMount", "mounts nothing at /data");
    JsonNode pending = await("volume", p -> p.at("/status/phase").asText().equals("Pending"));
    assertThat(main(pending).at("/state/waiting/reason").asText()).isEqualTo("ContainerCreating");
    assertThat(runtime.containers()).isEmpty();
  }

  @Test
  void newKubeletAdoptsWhatAnOldOneRanAndKeepsItReady() throws Exception {
    create("pods", "default", pod("web", "", "exec sleep 60"));
    create("pods", "default", pod("brief", "'restartPolicy': 'Never',", "read x; exit 6"));
    create("pods", "default", pod("old", "", "exec sleep 60"));
    await("old", KubeletTest::isReady);
    JsonNode before = await("web", KubeletTest::isReady);
    stopKubelet();
    api.delete(
            PODS,
            ObjectKey.of("default", "old"),
            DeleteOptions.now(get("old").orElseThrow().at("/metadata/uid").asText()))
        .toCompletableFuture()
        .join();
    startKubelet();

    await("brief", p -> p.at("/status/phase").asText().equals("Failed"));
    awaitSandboxes(2);
    JsonNode after = get("web").orElseThrow();
    assertThat(after.path("status")).isEqualTo(before.path("status"));
  }

  private void awaitSandboxes(int count) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (runtime.sandboxes().size() != count) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
