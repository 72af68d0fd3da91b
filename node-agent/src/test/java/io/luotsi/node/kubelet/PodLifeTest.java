package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a pod's first container to its end: init containers, hooks, probes, restarts. */
class PodLifeTest extends KubeletOnHost {
  private final Set<String> heard = ConcurrentHashMap.newKeySet();
  private final AtomicInteger healthy = new AtomicInteger(200);
  private HttpServer server;

  /** Hears hooks, and answers probes. */
  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          heard.add(path);
          exchange.sendResponseHeaders(path.equals("/healthz") ? healthy.get() : 200, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private String http(String path) {
    return "{'httpGet': {'host': '127.0.0.1', 'port': %d, 'path': '%s'}}"
        .formatted(server.getAddress().getPort(), path);
  }

  private String touch(String mark) {
    return "{'exec': {'command': ['touch', '" + marks.resolve(mark) + "']}}";
  }

  /** A pod whose one container has something more to say of itself. */
  private void with(String name, String ofContainer, String script) {
    create(
        "pods",
        "default",
        pod(name, "'terminationGracePeriodSeconds': 5,", script)
            .replace("'name': 'main',", "'name': 'main', " + ofContainer + ","));
  }

  @Test
  @Conformance({
    "Pod Lifecycle, post start exec hook",
    "Pod Lifecycle, post start http hook",
    "Pod Lifecycle, prestop exec hook",
    "Pod Lifecycle, prestop http hook",
    "Pods, prestop hook"
  })
  void hooksRunAfterTheStartAndBeforeTheEnd() throws Exception {
    String hooks = "'lifecycle': {'postStart': %s, 'preStop': %s}";
    with("exec", hooks.formatted(touch("begun"), touch("ended")), "exec sleep 60");
    with("http", hooks.formatted(http("/begun"), http("/ended")), "exec sleep 60");
    await("exec", KubeletOnHost::isReady);
    await("http", KubeletOnHost::isReady);
    assertThat(marks.resolve("begun")).exists();
    assertThat(marks.resolve("ended")).doesNotExist();
    assertThat(heard).containsExactly("/begun");

    delete("exec", DeleteOptions.DEFAULT);
    delete("http", DeleteOptions.DEFAULT);
    awaitGone("exec");
    awaitGone("http");

    assertThat(marks.resolve("ended")).exists();
    assertThat(heard).containsExactlyInAnyOrder("/begun", "/ended");
  }

  private void withInits(String name, String policy, String first, String main) {
    String init =
        "{'name': '%s', 'image': 'luotsi.io/host', 'command': ['sh', '-c', 'echo %1$s >> %s; %s']}";
    Path order = marks.resolve(name);
    create(
        "pods",
        "default",
        pod(
            name,
            "'restartPolicy': '%s', 'initContainers': [%s, %s],"
                .formatted(
                    policy,
                    init.formatted("one", order, first),
                    init.formatted("two", order, "true")),
            main));
  }

  private static List<String> inits(JsonNode pod, String detail) {
    return pod.at("/status/initContainerStatuses").findValues("state").stream()
        .map(state -> state.at(detail).asText())
        .toList();
  }

  @Test
  @Conformance({
    "init-container-starts-app-restartalways-pod",
    "init-container-starts-app-restartnever-pod",
    "init-container-fails-stops-app-restartalways-pod",
    "init-container-fails-stops-app-restartnever-pod"
  })
  void initContainersComeFirstAndNothingFollowsOneThatFails() throws Exception {
    withInits("always", "Always", "true", "exec sleep 60");
    withInits("never", "Never", "true", "exit 0");
    withInits("fails-always", "Always", "exit 1", "exec sleep 60");
    withInits("fails-never", "Never", "exit 1", "exec sleep 60");

    JsonNode always = await("always", KubeletOnHost::isReady);
    assertThat(condition(always, "Initialized")).isEqualTo("True");
    assertThat(inits(always, "/terminated/reason")).containsExactly("Completed", "Completed");
    assertThat(Files.readAllLines(marks.resolve("always"))).containsExactly("one", "two");

    JsonNode never = await("never", pod -> phase(pod).equals("Succeeded"));
    assertThat(inits(never, "/terminated/exitCode")).containsExactly("0", "0");

    JsonNode failed = await("fails-never", pod -> phase(pod).equals("Failed"));
    assertThat(condition(failed, "Initialized")).isEqualTo("False");
    assertThat(inits(failed, "/terminated/exitCode")).containsExactly("1", "");
    assertThat(main(failed).at("/state/waiting/reason").asText()).isEqualTo("PodInitializing");

    JsonNode again =
        await(
            "fails-always",
            pod -> pod.at("/status/initContainerStatuses/0/restartCount").asInt() > 0);
    assertThat(phase(again)).isEqualTo("Pending");
    assertThat(condition(again, "Initialized")).isEqualTo("False");
    assertThat(main(again).at("/state/waiting/reason").asText()).isEqualTo("PodInitializing");
    assertThat(Files.readAllLines(marks.resolve("fails-always"))).containsOnly("one");
  }

  private static String phase(JsonNode pod) {
    return pod.at("/status/phase").asText();
  }

  @Test
  @Conformance("Container Runtime, Restart Policy, Pod Phases")
  void thePolicySaysWhetherWhatHasFailedRunsAgain() throws Exception {
    String script = "if [ -e %1$s ]; then %2$s; else touch %1$s; exit 1; fi";
    for (String policy : List.of("Always", "OnFailure", "Never")) {
      String then = policy.equals("Always") ? "exec sleep 60" : "exit 0";
      create(
          "pods",
          "default",
          pod(
              policy.toLowerCase(Locale.ROOT),
              "'restartPolicy': '" + policy + "',",
              script.formatted(marks.resolve(policy), then)));
    }

    JsonNode always =
        await("always", pod -> isReady(pod) && main(pod).path("restartCount").asInt() == 1);
    assertThat(phase(always)).isEqualTo("Running");
    assertThat(main(always).at("/lastState/terminated/exitCode").asInt()).isEqualTo(1);
    JsonNode onFailure = await("onfailure", pod -> phase(pod).equals("Succeeded"));
    assertThat(main(onFailure).path("restartCount").asInt()).isEqualTo(1);
    assertThat(main(onFailure).path("ready").asBoolean(true)).isFalse();
    JsonNode never = await("never", pod -> phase(pod).equals("Failed"));
    assertThat(main(never).path("restartCount").asInt()).isZero();
    assertThat(main(never).at("/state/terminated/exitCode").asInt()).isEqualTo(1);
  }

  private static String probe(String kind, String check) {
    return "'%s': {%s, 'periodSeconds': 1, 'failureThreshold': 1}"
        .formatted(kind, check.substring(1, check.length() - 1));
  }

  @Test
  @Conformance({
    "Pod liveness probe, using http endpoint, failure",
    "Pod liveness probe, using http endpoint, restart",
    "Pod liveness probe, using local file, restart",
    "Pod liveness probe, using local file, no restart",
    "Pod liveness probe, using tcp socket, no restart",
    "Pod readiness probe, failure",
    "Pod readiness probe, with initial delay"
  })
  void probesDecideWhoIsReadyAndWhoIsRestarted() throws Exception {
    Path counted = marks.resolve("counted");
    Path file = marks.resolve("health");
    Files.createFile(file);
    String count = "{'exec': {'command': ['sh', '-c', 'echo x >> " + counted + "']}}";
    String tcp = "{'tcpSocket': {'host': '127.0.0.1', 'port': %d}}";
    String live = "exec sleep 60";
    with("http", probe("livenessProbe", http("/healthz")), live);
    with("file", probe("livenessProbe", "{'exec': {'command': ['cat', '" + file + "']}}"), live);
    with("counted", probe("livenessProbe", count), live);
    with("tcp", probe("livenessProbe", tcp.formatted(server.getAddress().getPort())), live);
    with("unready", probe("readinessProbe", "{'exec': {'command': ['false']}}"), live);
    with(
        "late",
        probe("readinessProbe", "{'initialDelaySeconds': 1, 'exec': {'command': ['true']}}"),
        live);
    JsonNode late = await("late", KubeletOnHost::isReady);
    assertThat(
            Duration.between(
                Instant.parse(main(late).at("/state/running/startedAt").asText()), became(late)))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    await("http", pod -> isReady(pod) && heard.contains("/healthz"));
    await("file", KubeletOnHost::isReady);

    healthy.set(500);
    Files.delete(file);

    await("http", pod -> main(pod).path("restartCount").asInt() > 0);
    await("file", pod -> main(pod).path("restartCount").asInt() > 0);
    await("counted", pod -> count(counted) >= 2);
    for (String unharmed : List.of("counted", "tcp", "unready")) {
      JsonNode pod = await(unharmed, found -> phase(found).equals("Running"));
      assertThat(main(pod).path("restartCount").asInt()).isZero();
      assertThat(isReady(pod)).isEqualTo(!unharmed.equals("unready"));
    }
    awaitEvent("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500");
  }

  private static Instant became(JsonNode pod) {
    return pod.at("/status/conditions")
        .valueStream()
        .filter(condition -> condition.path("type").asText().equals("Ready"))
        .map(condition -> Instant.parse(condition.path("lastTransitionTime").asText()))
        .findFirst()
        .orElseThrow();
  }

  private static long count(Path lines) {
    try {
      return Files.exists(lines) ? Files.readAllLines(lines).size() : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Conformance({
    "Pods, update",
    "Pods, ActiveDeadlineSeconds",
    "Security Context, readOnlyRootFilesystem=false."
  })
  void aPodThatRunsIsLabelledAndGivenADeadline() throws Exception {
    with(
        "web",
        "'securityContext': {'readOnlyRootFilesystem': false}",
        "touch " + marks.resolve("written") + " && exec sleep 60");
    JsonNode before = await("web", pod -> isReady(pod) && Files.exists(marks.resolve("written")));
    change("{'metadata': {'labels': {'time': 'now'}}}");
    JsonNode labelled = await("web", pod -> pod.at("/metadata/labels/time").asText().equals("now"));
    assertThat(labelled.path("spec")).isEqualTo(before.path("spec"));
    assertThat(main(labelled)).isEqualTo(main(before));

    change("{'spec': {'activeDeadlineSeconds': 1}}");
    JsonNode failed = await("web", pod -> phase(pod).equals("Failed"));
    assertThat(failed.at("/status/reason").asText()).isEqualTo("DeadlineExceeded");
  }

  private void change(String patch) {
    api.patch(PODS, ObjectKey.of("default", "web"), "", PatchType.STRATEGIC_MERGE, json(patch))
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }
}
