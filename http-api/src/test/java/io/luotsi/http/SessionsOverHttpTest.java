package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.core.session.SessionRequest;
import io.luotsi.core.session.SessionRequest.Streams;
import io.luotsi.core.session.SessionStatus;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exec, attach and port-forward for clients with WebSockets: the JDK's and fabric8's. */
@Timeout(60)
class SessionsOverHttpTest {
  private static final String V5 = "v5.channel.k8s.io";
  private static final String V4 = "v4.channel.k8s.io";
  private static final String JSON = "application/json";
  private static final String PODS = "/api/v1/namespaces/streams/pods";
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int ERROR = 3;
  private static final int RESIZE = 4;
  private static final int END = 255;

  private static TestServer server;
  private final FakePod pod = new FakePod();
  private final AtomicReference<SessionRequest> asked = new AtomicReference<>();

  @BeforeAll
  static void start() {
    server = TestServer.start();
    TestPods.oneTwoAndNowhere(server, "streams");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void echo() {
    pod(
        end -> {
          FakePod.echo(end);
          end.send(SessionStatus.success());
        });
  }

  private void pod(FakePod.Script script) {
    server
        .node()
        .sessions(
            request -> {
              asked.set(request);
              return Outcome.done(pod.session(script));
            });
  }

  private static SocketClient open(String path, String protocol) throws Exception {
    return SocketClient.open(server.admin(), server.uri(PODS + path), protocol, true);
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    new Random(bytes).nextBytes(random);
    return random;
  }

  @Test
  void whatIsTypedComesBackWholeAndTheEndOfInputIsToldInVersion5() throws Exception {
    SocketClient client =
        open("/two/exec?container=b&command=cat&command=-u&stdin=true&tty=true", V5);
    assertThat(client.protocol()).isEqualTo(V5);
    byte[] typed = random(1_000_000);
    client.send(STDIN, typed);
    client.sendInPieces(STDIN, typed, 70_001);
    client.send(RESIZE, "{\"Width\":80,\"Height\":24}".getBytes(StandardCharsets.UTF_8));
    client.send(END, new byte[] {STDIN});

    assertThat(client.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    twice.writeBytes(typed);
    twice.writeBytes(typed);
    assertThat(client.bytes(STDOUT)).isEqualTo(twice.toByteArray());
    assertThat(client.text(STDERR)).isEqualTo("{\"Width\":80,\"Height\":24}");
    assertThat(client.text(ERROR)).isEqualTo("{\"metadata\":{},\"status\":\"Success\"}");
    assertThat(asked.get())
        .isEqualTo(
            new SessionRequest.Exec(
                "b", List.of("cat", "-u"), new Streams(true, true, false, true)));
    assertThat(pod.ended()).isEqualTo("done");
  }

  @Test
  void inVersion4OneByteIsNoEndAndClosingIs() throws Exception {
    SocketClient client = open("/one/exec?command=cat&stdin=1", V4);
    client.send(END, new byte[] {STDIN});
    client.send(STDIN, "x".getBytes(StandardCharsets.UTF_8));
    await(() -> client.text(STDOUT).equals("x"));
    client.close();
    assertThat(pod.ended()).isNotEqualTo("not ended");
  }

  @Test
  @Conformance("Pods, remote command execution over websocket")
  void exitCodesAndOutputsHaveChannelsOfTheirOwn() throws Exception {
    pod(
        end -> {
          end.send(Frame.text(Channel.STDOUT, "out"));
          end.send(Frame.text(Channel.STDERR, "err"));
          end.send(SessionStatus.ofExit(List.of("sh"), 3));
        });
    SocketClient client = open("/one/exec?command=sh", V5);
    client.closed.get(20, TimeUnit.SECONDS);
    assertThat(client.text(STDOUT)).isEqualTo("out");
    assertThat(client.text(STDERR)).isEqualTo("err");
    assertThat(client.text(ERROR)).contains("\"reason\":\"ExitCode\",\"message\":\"3\"");
    assertThat(asked.get())
        .isEqualTo(
            new SessionRequest.Exec("a", List.of("sh"), new Streams(false, true, true, false)));
  }

  @Test
  void aClientThatIsGoneEndsItsSession() throws Exception {
    SocketClient client = open("/one/attach?stdin=true", V5);
    client.send(STDIN, "x".getBytes(StandardCharsets.UTF_8));
    await(() -> client.text(STDOUT).equals("x"));
    client.abort();
    assertThat(pod.ended()).isNotEqualTo("not ended");
    assertThat(asked.get()).isInstanceOf(SessionRequest.Attach.class);
  }

  @Test
  void aSessionThatBreaksIsAnErrorToItsClient() throws Exception {
    pod(
        end -> {
          end.send(Frame.text(Channel.STDOUT, "so far"));
          end.fail("node n has fallen silent");
        });
    SocketClient client = open("/one/exec?command=sh", V5);
    assertThat(client.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
    assertThat(client.text(STDOUT)).isEqualTo("so far");
    assertThat(client.text(ERROR))
        .contains("Internal error occurred: node n has fallen silent", "\"code\":500");
  }

  @Test
  void aClientThatTakesNothingIsNotReadFor() throws Exception {
    AtomicLong sent = new AtomicLong();
    pod(
        end -> {
          while (true) {
            end.send(new Frame(Channel.STDOUT, new byte[Frame.MAX_BYTES]));
            sent.addAndGet(Frame.MAX_BYTES);
          }
        });
    SocketClient client =
        SocketClient.open(server.admin(), server.uri(PODS + "/one/exec?command=yes"), V5, false);
    long[] last = {-1, System.nanoTime()};
    await(
        () -> {
          if (sent.get() != last[0]) {
            last[0] = sent.get();
            last[1] = System.nanoTime();
          }
          return System.nanoTime() - last[1] > TimeUnit.MILLISECONDS.toNanos(500);
        });
    assertThat(sent.get()).as("what sockets hold").isBetween(1L, 32L << 20);
    client.abort();
    assertThat(pod.ended()).isNotEqualTo("not ended");
  }

  @Test
  void whatCannotBeIsRefusedAsUpstreamDoes() {
    refused("/one/exec?command=ls", 400, "Upgrade request required");
    refused("/one/exec", 400, "you must specify at least one command for the container");
    refused(
        "/one/exec?command=ls&stdout=false&stderr=false",
        400,
        "you must specify at least 1 of stdin, stdout, stderr");
    refused(
        "/two/exec?command=ls",
        400,
        "a container name must be specified for pod two, choose one of: [a b]");
    refused("/two/exec?command=ls&container=c", 400, "container c is not valid for pod two");
    refused("/nowhere/exec?command=ls", 400, "pod nowhere does not have a host assigned");
    refused("/none/attach", 404, "pods \"none\" not found");
    refused("/one/portforward?ports=0", 400, "port \"0\" must be from 1 to 65535");
    refused("/one/portforward?ports=x", 400, "unable to parse \"x\" as a port");
    assertThat(server.send("DELETE", PODS + "/one/exec?command=ls", JSON, "").statusCode())
        .isEqualTo(405);
  }

  private static void refused(String path, int code, String words) {
    HttpResponse<String> response = server.get(PODS + path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(code);
    assertThat(
            Json.readObject(response.body().getBytes(StandardCharsets.UTF_8))
                .path("message")
                .asText())
        .isEqualTo(words);
  }

  @Test
  void aNodesRefusalIsInItsOwnWordsAndForeignProtocolsAreRefused() {
    server
        .node()
        .sessions(
            request -> Outcome.rejected(new Rejection.Unclassified("container not found (\"a\")")));
    assertRefused(server.admin(), V5, 500);
    assertRefused(server.admin(), "v9.channel.k8s.io", 400);
  }

  private static void assertRefused(HttpClient client, String protocol, int code) {
    assertThatThrownBy(
            () ->
                SocketClient.open(
                    client, server.uri(PODS + "/one/exec?command=ls"), protocol, true))
        .rootCause()
        .hasMessageContaining("status code " + code);
  }

  @Test
  void whoMayOnlyGetMayNotExec() throws Exception {
    String roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/streams";
    server.send(
        "POST",
        roles + "/rolebindings",
        JSON,
        """
        {"metadata": {"name": "reader"},
         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
         "subjects": [{"kind": "User", "name": "reader"}]}
        """);
    HttpClient reader = server.client(server.certificates().identity("CN=reader"));
    try {
      assertRefused(reader, V5, 403);
      awaitAnswer(reader, "cannot get resource \\\"pods/exec\\\"");
      server.send("POST", roles + "/roles", JSON, role("[\"get\"]"));
      awaitAnswer(reader, "cannot create resource \\\"pods/exec\\\"");
      server.send("PUT", roles + "/roles/reader", JSON, role("[\"get\", \"create\"]"));
      awaitAnswer(reader, "Upgrade request required");
    } finally {
      reader.shutdownNow();
    }
  }

  private static String role(String verbs) {
    return "{\"metadata\":{\"name\":\"reader\"},\"rules\":[{\"apiGroups\":[\"\"],"
        + "\"resources\":[\"pods/exec\"],\"verbs\":"
        + verbs
        + "}]}";
  }

  private static void awaitAnswer(HttpClient client, String words) throws Exception {
    String[] last = {""};
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!last[0].contains(words)) {
      assertThat(System.nanoTime()).as(last[0]).isLessThan(deadline);
      last[0] =
          client
              .send(
                  server.request(PODS + "/one/exec?command=ls").GET().build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
    }
  }

  @Test
  void fabric8ExecutesAndForwards() throws Exception {
    try (KubernetesClient client = fabric8()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      pod(
          end -> {
            end.send(Frame.text(Channel.STDOUT, end.take().orElseThrow().text() + " back"));
            end.send(SessionStatus.ofExit(List.of("sh"), 5));
          });
      try (ExecWatch exec =
          client
              .pods()
              .inNamespace("streams")
              .withName("one")
              .redirectingInput()
              .writingOutput(out)
              .exec("sh", "-c", "x")) {
        exec.getInput().write("there and".getBytes(StandardCharsets.UTF_8));
        exec.getInput().flush();
        assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isEqualTo(5);
      }
      assertThat(out.toString()).isEqualTo("there and back");

      pod(FakePod::echo);
      try (LocalPortForward forward =
              client.pods().inNamespace("streams").withName("one").portForward(8080);
          Socket socket = new Socket("127.0.0.1", forward.getLocalPort())) {
        socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(socket.getInputStream().readNBytes(5), StandardCharsets.UTF_8))
            .isEqualTo("hello");
        assertThat(asked.get()).isEqualTo(new SessionRequest.PortForward(8080));
      }
    }
  }

  private static KubernetesClient fabric8() {
    TestCertificates.Identity admin = server.certificates().identity("O=system:masters,CN=f8");
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.url())
            .withCaCertData(base64(TestCertificates.pem(server.certificates().authority())))
            .withClientCertData(base64(TestCertificates.pem(admin.certificate())))
            .withClientKeyData(base64(TestCertificates.pem(admin.key())))
            .withClientKeyAlgo("EC")
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }

  private static void await(java.util.function.BooleanSupplier condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
