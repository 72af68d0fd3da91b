package io.luotsi.app.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.app.certificates.ClusterCertificates.ServerNames;
import io.luotsi.app.certificates.Credential;
import io.luotsi.app.certificates.Tls;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.ClusterIdentity.Choices;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.RangeClaims;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.directory.Seating;
import io.luotsi.app.remote.HttpsClient;
import io.luotsi.app.settings.SettingsReader;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.conformance.Conformance;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane of one and a worker, whole, with real containers; only not in two JVMs. */
class WorkerTest {
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  private static final String WORKER = "worker-1";
  private static final CompletableFuture<Void> NEVER = new CompletableFuture<>();

  @TempDir private Path folder;
  private DataDirectory directory;
  private ClusterIdentity identity;
  private Member controlPlane;
  private Member worker;
  private HttpsClient admin;

  @BeforeEach
  void start() {
    directory = DataDirectory.at(folder.resolve("data"));
    directory.prepare();
    identity =
        directory.identify(
            new RangeClaims(RangeClaims.HOST_WIDE),
            ClusterIdentity.draft(
                "0f8fad5b-d9cb-469f-a165-70867728950e",
                Seating.choose(0, "127.0.0.1", 1, 1),
                new Choices("127.0.0.1", 0, 0)));
    controlPlane = Member.start(plan("node-1"));
    worker = Member.start(plan(WORKER));
    admin = client(plan("node-1").certificates().admin());
    ready(controlPlane);
    ready(worker);
  }

  @AfterEach
  void stop() {
    admin.close();
    worker.stop(true);
    controlPlane.stop(true);
    new RangeClaims(RangeClaims.HOST_WIDE).release(identity.slot(), identity.uid());
  }

  private MemberPlan plan(String name) {
    Seat seat = identity.seat(name);
    ServerNames names =
        new ServerNames(
            List.of("localhost"),
            List.of(
                "127.0.0.1",
                identity.ranges().apiAddress(),
                identity.ranges().firstServiceAddress()));
    return new MemberPlan(
        seat,
        identity,
        directory.member(name),
        ClusterCertificates.open(directory.pki(), name, seat.role(), names, Instant.now()),
        SettingsReader.read(folder.resolve("none.conf")));
  }

  private HttpsClient client(Credential own) {
    return HttpsClient.open(
        List.of(identity.controlPlane().getFirst().address()),
        Tls.of(plan(WORKER).certificates().authority().certificate(), own),
        "test",
        BuiltInCatalog.load());
  }

  private static void ready(Member member) {
    assertThat(member.awaitReady(Duration.ofSeconds(60), NEVER)).isTrue();
  }

  private static <T> Outcome<T> await(java.util.concurrent.CompletionStage<Outcome<T>> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static void waitUntil(String what, BooleanSupplier condition) {
    Instant end = Instant.now().plusSeconds(120);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("waited 120 s until %s", what).isBefore(end);
      CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS))
          .join();
    }
  }

  /**
   * A pod on the worker whose container says a word and sleeps.
   *
   * @param word as a container's environment has it
   */
  private void createPod(String name, String word) {
    create(
        """
        {"metadata": {"name": "%s"}, "spec": {"nodeName": "%s",
          "terminationGracePeriodSeconds": 1,
          "containers": [{"name": "c", "image": "luotsi.io/host",
            "env": [{"name": "WORD", %s}],
            "command": ["/bin/sh", "-c", "echo $WORD; exec sleep 600"]}]}}
        """
            .formatted(name, WORKER, word));
  }

  private void create(String pod) {
    ObjectNode body = Json.readObject(pod.getBytes(StandardCharsets.UTF_8));
    assertThat(await(admin.create(PODS, "default", body)).isDone()).isTrue();
  }

  /** A pod on the worker whose program asks the API who it is. */
  private void createAsker() throws URISyntaxException {
    Path classes =
        Path.of(InClusterClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    create(
        """
        {"metadata": {"name": "asker"}, "spec": {"nodeName": "%s", "restartPolicy": "OnFailure",
          "containers": [{"name": "c", "image": "luotsi.io/host", "workingDir": "%s",
            "command": ["%s/bin/java", "-XX:TieredStopAtLevel=1", "-cp", ".", "%s"]}]}}
        """
            .formatted(
                WORKER, classes, System.getProperty("java.home"), InClusterClient.class.getName()));
  }

  private boolean hasAnswer() {
    return container("asker")
        .filter(status -> status.at("/state/terminated/exitCode").asInt(-1) == 0)
        .isPresent();
  }

  private void createWord() {
    ObjectNode configMap = Json.object();
    configMap.putObject("metadata").put("name", "word");
    configMap.putObject("data").put("k", "said");
    GroupVersionResource configMaps = GroupVersionResource.of("v1", "configmaps");
    assertThat(await(admin.create(configMaps, "default", configMap)).isDone()).isTrue();
  }

  private Optional<JsonNode> container(String pod) {
    return switch (await(admin.get(PODS, ObjectKey.of("default", pod)))) {
      case Outcome.Done<StoredObject>(StoredObject found) ->
          Optional.of(Json.readObject(found.json()).at("/status/containerStatuses/0"));
      case Outcome.Rejected<StoredObject> refused -> Optional.empty();
    };
  }

  private boolean runs(String pod, int restarts) {
    return container(pod)
        .filter(status -> status.at("/state/running").isObject())
        .filter(status -> status.path("restartCount").asInt(-1) == restarts)
        .isPresent();
  }

  private String containerId(String pod) {
    return container(pod).orElseThrow().path("containerID").asText();
  }

  /** Kills the program of a container, and nothing else. */
  private static void crash(String pod) {
    List<ProcessHandle> programs = programs(pod);
    assertThat(programs).hasSize(1);
    assertThat(programs.getFirst().destroyForcibly()).isTrue();
    programs.getFirst().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static List<ProcessHandle> programs(String pod) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").equals("/usr/bin/sleep 600"))
        .filter(process -> environment(process.pid()).contains("HOSTNAME=" + pod + "\0"))
        .toList();
  }

  private static String environment(long pid) {
    try {
      return java.nio.file.Files.readString(
          Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended meanwhile
    }
  }

  @Test
  @Conformance("Service Account Tokens Must AutoMount")
  void aWorkerIsAMemberThatRunsPodsAdoptsThemAndNeedsNoControlPlaneToKeepThemRunning()
      throws Exception {
    createWord();
    createPod(
        "steady", "\"valueFrom\": {\"configMapKeyRef\": {\"name\": \"word\", \"key\": \"k\"}}");
    createPod("crashing", "\"value\": \"oops\"");
    createAsker();
    waitUntil("both run", () -> runs("steady", 0) && runs("crashing", 0));
    waitUntil( // a container counts as running before it has said its word
        "both sleep", () -> programs("steady").size() == 1 && programs("crashing").size() == 1);
    saysHowItStands();
    speaksForItselfOnly();
    assertThat(logThroughOthers("steady")).isEqualTo("said\n");
    waitUntil("the API has answered a program in a pod", this::hasAnswer);
    assertThat(logThroughOthers("asker"))
        .contains("\"username\":\"system:serviceaccount:default:default\"")
        .contains("\"authentication.kubernetes.io/pod-name\":[\"asker\"]")
        .endsWith("}\ndefault\n");

    // As after a kill: another begins where the first left its containers.
    String steady = containerId("steady");
    List<Long> before = programs("steady").stream().map(ProcessHandle::pid).toList();
    worker.stop(false);
    assertThat(programs("steady")).hasSize(1);
    worker = Member.start(plan(WORKER));
    ready(worker);
    waitUntil("both are shown to run", () -> runs("steady", 0) && runs("crashing", 0));
    assertThat(containerId("steady")).isEqualTo(steady);
    assertThat(programs("steady").stream().map(ProcessHandle::pid).toList()).isEqualTo(before);

    // Nobody there to ask: what crashes is started again all the same.
    controlPlane.stop(false);
    crash("crashing");
    waitUntil("the crashed one runs again", () -> programs("crashing").size() == 1);
    assertThat(programs("steady").stream().map(ProcessHandle::pid).toList()).isEqualTo(before);
    controlPlane = Member.start(plan("node-1"));
    ready(controlPlane);
    waitUntil("what happened is told", () -> runs("crashing", 1));
    assertThat(runs("steady", 0)).isTrue();
    assertThat(containerId("steady")).isEqualTo(steady);
    waitUntil("the worker is a member of the new incarnation", this::isUp);
  }

  private boolean isUp() {
    try {
      HttpResponse<byte[]> page = page(plan(WORKER).certificates().admin());
      return page.statusCode() == 200 && MemberReport.parse(page.body()).up();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void saysHowItStands() throws IOException {
    waitUntil("it is up", this::isUp);
    MemberReport report = MemberReport.parse(page(plan(WORKER).certificates().admin()).body());
    assertThat(report.name()).isEqualTo(WORKER);
    assertThat(report.role()).isEqualTo(MemberReport.WORKER);
    assertThat(report.doing()).containsExactly("node");
    assertThat(report.groups()).isEmpty();
    assertThat(report.incarnation()).isPositive();
    assertThat(report.startMillis()).isPositive();
    assertThat(page(plan("node-1").certificates().node()).statusCode()).isEqualTo(200);
    HttpClient client = pageClient(plan(WORKER).certificates().admin());
    for (String path : List.of("/", "/api/v1/pods", "/luotsi/member/x")) {
      assertThat(send(client, WORKER, path).statusCode()).as(path).isEqualTo(404);
    }
    client.shutdownNow();
  }

  private HttpResponse<byte[]> page(Credential own) throws IOException {
    HttpClient client = pageClient(own);
    try {
      return send(client, WORKER, MemberReport.PATH);
    } finally {
      client.shutdownNow();
    }
  }

  private HttpClient pageClient(Credential own) {
    return HttpClient.newBuilder()
        .sslContext(Tls.of(plan(WORKER).certificates().authority().certificate(), own))
        .build();
  }

  private HttpResponse<byte[]> send(HttpClient client, String member, String path)
      throws IOException {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create("https://" + identity.seat(member).address() + path))
              .timeout(Duration.ofSeconds(10))
              .build(),
          BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String logThroughOthers(String pod) throws IOException {
    HttpClient client = pageClient(plan(WORKER).certificates().admin());
    try {
      HttpResponse<byte[]> log =
          send(client, "node-1", "/api/v1/namespaces/default/pods/" + pod + "/log");
      return new String(log.body(), StandardCharsets.UTF_8);
    } finally {
      client.shutdownNow();
    }
  }

  /** With its own certificate it gets what it needs, as the running pods show, and no more. */
  private void speaksForItselfOnly() {
    try (HttpsClient node = client(plan(WORKER).certificates().node())) {
      List<Outcome<?>> outcomes =
          List.of(
              await(node.get(NODES, ObjectKey.of("node-1"))),
              await(node.list(PODS, Selection.EVERYTHING)),
              await(
                  node.get(
                      GroupVersionResource.of("v1", "secrets"), ObjectKey.of("default", "none"))),
              await(node.delete(NODES, ObjectKey.of("node-1"), ApiClient.DeleteOptions.DEFAULT)));
      assertThat(outcomes)
          .allSatisfy(
              outcome ->
                  assertThat(outcome)
                      .isInstanceOfSatisfying(
                          Outcome.Rejected.class,
                          refused ->
                              assertThat(refused.rejection())
                                  .isInstanceOf(Rejection.Forbidden.class)));
      assertThat(await(node.get(NODES, ObjectKey.of(WORKER))).isDone()).isTrue();
      assertThat(await(node.get(PODS, ObjectKey.of("default", "steady"))).isDone()).isTrue();
    }
  }
}
