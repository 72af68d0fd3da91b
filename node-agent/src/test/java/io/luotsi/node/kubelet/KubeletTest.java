package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.node.runtime.ContainerRuntime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The whole kubelet with the process runtime, on an API server in memory. */
class KubeletTest extends KubeletOnHost {
  @Test
  @Conformance({"Pods, lifecycle", "Pods, assigned hostip"})
  void podRunsAndIsReadyAndGoesWhenDeleted() throws Exception {
    create("pods", "default", pod("web", "'terminationGracePeriodSeconds': 5,", "exec sleep 60"));
    JsonNode running = await("web", KubeletOnHost::isReady);

    assertThat(running.at("/status/phase").asText()).isEqualTo("Running");
    assertThat(running.at("/status/podIP").asText()).startsWith("127.78.0.");
    assertThat(running.at("/status/hostIP").asText()).isEqualTo("127.0.0.1");
    assertThat(running.at("/status/hostIPs/0/ip").asText()).isEqualTo("127.0.0.1");
    assertThat(running.at("/status/observedGeneration"))
        .isEqualTo(running.at("/metadata/generation"));
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
    await("web", KubeletOnHost::isReady);
    join(
        "{'name': 'debug', 'image': 'luotsi.io/host', 'command': ['sh', '-c', 'echo seen; exit"
            + " 7']}");
    JsonNode over = await("web", p -> joined(p, "debug").at("/state").has("terminated"));
    join("{'name': 'longer', 'image': 'luotsi.io/host', 'command': ['sleep', '60']}");
    JsonNode both = await("web", p -> joined(p, "longer").at("/state").has("running"));

    assertThat(joined(over, "debug").at("/state/terminated/exitCode").asInt()).isEqualTo(7);
    assertThat(logOf(uidOf("web"), "debug")).isEqualTo("seen\n");
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
    JsonNode before = await("web", KubeletOnHost::isReady);
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

  @Test
  void whatDoesNotFitBesideOtherPodsIsGivenWhenTheyHaveGone() throws Exception {
    String requests = "'name': 'main', 'resources': {'requests': {'cpu': '%s'}},";
    create(
        "pods",
        "default",
        pod("other", "'terminationGracePeriodSeconds': 0,", "exec sleep 60")
            .replace("'name': 'main',", requests.formatted("3")));
    create(
        "pods",
        "default",
        pod("web", "", "exec sleep 60").replace("'name': 'main',", requests.formatted("100m")));
    await("other", KubeletOnHost::isReady);
    await("web", KubeletOnHost::isReady);
    resize("2");
    JsonNode deferred = await("web", p -> !condition(p, "PodResizePending").isEmpty());
    delete("other", DeleteOptions.DEFAULT);
    JsonNode given = await("web", p -> main(p).at("/resources/requests/cpu").asText().equals("2"));

    assertThat(deferred.at("/status/conditions").toString())
        .contains(
            "Deferred",
            "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000");
    assertThat(main(deferred).at("/resources/requests/cpu").asText()).isEqualTo("100m");
    assertThat(condition(given, "PodResizePending").isEmpty()).isTrue();
    assertThat(main(given).path("restartCount").asInt()).isZero();
    awaitEvent("ResizeDeferred", "Node didn't have enough resource: cpu");
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
    JsonNode running = await("web", KubeletOnHost::isReady);
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
    await("web", KubeletOnHost::isReady);
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
    assertThat(awaitLine(uidOf("web"), "main"))
        .as("what the API said while it was there")
        .isEqualTo("moi\n");
  }

  private long pidOf(String pod) throws Exception {
    return Long.parseLong(awaitLine(uidOf(pod), "main").strip());
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  @Test
  void aNodeThatComesBackEndsWhatWasReplacedMeanwhileAndKeepsTheRest() throws Exception {
    String script = "echo $$$$; exec sleep 60"; // the kubelet makes one of two
    Map<String, Long> pids = new HashMap<>();
    for (String name : List.of("kept", "evicted", "gone", "again")) {
      create("pods", "default", pod(name, "'terminationGracePeriodSeconds': 5,", script));
      await(name, KubeletOnHost::isReady);
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

    await("again", KubeletOnHost::isReady);
    awaitSandboxes(2);
    assertThat(get("evicted")).isEmpty();
    assertThat(pids.entrySet().stream().filter(e -> runs(e.getValue())).map(Map.Entry::getKey))
        .containsExactly("kept");
    assertThat(pidOf("again")).isNotEqualTo(pids.get("again"));
    assertThat(get("kept").orElseThrow()).as("nothing was to be said").isEqualTo(before);
  }

  @Test
  @Conformance("Kubelet, failed pod, terminated reason")
  void podsThatEndHavePhasesOfTheirExitCodes() throws Exception {
    create("pods", "default", pod("good", "'restartPolicy': 'Never',", "exit 0"));
    create("pods", "default", pod("bad", "'restartPolicy': 'Never',", "exit 9"));

    JsonNode good = await("good", p -> p.at("/status/phase").asText().equals("Succeeded"));
    assertThat(main(good).at("/state/terminated/reason").asText()).isEqualTo("Completed");
    JsonNode bad = await("bad", p -> p.at("/status/phase").asText().equals("Failed"));
    assertThat(main(bad).at("/state/terminated/exitCode").asInt()).isEqualTo(9);
    assertThat(main(bad).at("/state/terminated/reason").asText()).isEqualTo("Error");
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
  void anImageThatIsNotHereSaysWhatToDoAndItsLogWhatIsWaitedFor() throws Exception {
    String main = "container \"main\" in pod \"nginx\" ";
    create("pods", "default", pod("nginx", "", "true").replace("luotsi.io/host", "nginx"));

    JsonNode waiting =
        await("nginx", p -> main(p).at("/state/waiting/reason").asText().equals("ErrImagePull"));
    assertThat(main(waiting).at("/state/waiting/message").asText()).contains("luotsi.io/host");
    assertThat(waiting.at("/status/phase").asText()).isEqualTo("Pending");
    assertThat(whyNoLog("nginx", false))
        .isEqualTo(main + "is waiting to start: image can't be pulled");
    awaitEvent("Failed", "Failed to pull image \"nginx\"");
    await("nginx", p -> main(p).at("/state/waiting/reason").asText().equals("ImagePullBackOff"));
    assertThat(whyNoLog("nginx", false))
        .isEqualTo(main + "is waiting to start: trying and failing to pull image");
    assertThat(whyNoLog("nginx", true)).isEqualTo("previous terminated " + main + "not found");
  }

  @Test
  @Conformance({"Kubelet, log output, default", "Kubelet, failed pod, delete"})
  void aContainerThatCrashesHasTheLogOfItsLastRunAndGoes() throws Exception {
    create("pods", "default", pod("crash", "", "echo once; exit 3"));
    await("crash", p -> main(p).at("/state/waiting/reason").asText().equals("CrashLoopBackOff"));
    assertThat(log("main")).isEqualTo("once\n");
    assertThat(whyNoLog("crash", true)).isEmpty();
    delete("crash", DeleteOptions.DEFAULT);
    awaitGone("crash");
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
    await("probed", KubeletOnHost::isReady);
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
  void newKubeletAdoptsWhatAnOldOneRanAndKeepsItReady() throws Exception {
    create("pods", "default", pod("web", "", "exec sleep 60"));
    create("pods", "default", pod("brief", "'restartPolicy': 'Never',", "read x; exit 6"));
    create("pods", "default", pod("old", "", "exec sleep 60"));
    await("old", KubeletOnHost::isReady);
    JsonNode before = await("web", KubeletOnHost::isReady);
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
