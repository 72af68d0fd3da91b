package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.node.kubelet.ProbeSpec.Check;
import io.luotsi.node.kubelet.ProbeSpec.Header;
import io.luotsi.node.kubelet.Prober.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Probes of a program that answers as the test wants. */
class HttpProbeTest {
  /** What the program does with a connection once the request has been read. */
  private interface Reply {
    void to(Socket client) throws IOException;
  }

  private static final String HOST = "127.0.0.1";
  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private final Queue<Reply> replies = new ArrayDeque<>();
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getByName(HOST));
    Thread.ofVirtual().start(this::serve);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        byte[] request = new byte[4_096];
        int length = client.getInputStream().read(request);
        requests.add(new String(request, 0, Math.max(0, length), StandardCharsets.UTF_8));
        Reply reply = replies.poll();
        if (reply != null) {
          reply.to(client);
        }
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static Reply says(String... lines) {
    return client ->
        client
            .getOutputStream()
            .write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  private Finding probe(Header... headers) {
    return probe("http", Duration.ofSeconds(5), headers);
  }

  private Finding probe(String scheme, Duration timeout, Header... headers) {
    Check.Http check =
        new Check.Http(scheme, "", server.getLocalPort(), "/healthz?x=1", Arrays.asList(headers));
    return HttpProbe.get(check, HOST, timeout);
  }

  private String url() {
    return "Get \"http://" + HOST + ":" + server.getLocalPort() + "/healthz?x=1\": ";
  }

  @Test
  void aProgramThatAnswersIsWell() throws Exception {
    replies.add(says("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"));
    assertThat(probe().success()).isTrue();
    List<String> request = requests.take().lines().toList();
    assertThat(request)
        .containsExactly(
            "GET /healthz?x=1 HTTP/1.1",
            "Host: " + HOST + ":" + server.getLocalPort(),
            "User-Agent: kube-probe/1.36",
            "Accept: */*",
            "Connection: close",
            "");
  }

  @Test
  void headersOfTheProbeReplaceOurs() throws Exception {
    replies.add(says("HTTP/1.0 204 No Content", ""));
    assertThat(
            probe(
                    new Header("Host", "shop.example"),
                    new Header("X-Token", "1"),
                    new Header("user-agent", "me"))
                .success())
        .isTrue();
    assertThat(requests.take())
        .contains("Host: shop.example\r\n", "X-Token: 1\r\n", "user-agent: me\r\n")
        .doesNotContain(HOST, "kube-probe");
  }

  @Test
  void aChunkedAnswerThatIsNotClosedIsRead() {
    replies.add(
        client -> {
          says("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "2", "ok", "0", "").to(client);
          client.getInputStream().read(); // until the probe hangs up
        });
    assertThat(probe().success()).isTrue();
  }

  @Test
  void badStatusesAreFailures() {
    replies.add(says("HTTP/1.1 503 Service Unavailable", "Content-Length: 0", ""));
    assertThat(probe()).isEqualTo(new Finding(false, "HTTP probe failed with statuscode: 503"));
  }

  @Test
  void redirectsAreFollowedInsideTheHostOnly() throws Exception {
    replies.add(says("HTTP/1.1 302 Found", "Location: /other", "Content-Length: 0", ""));
    replies.add(says("HTTP/1.1 500 Oops", "Content-Length: 0", ""));
    assertThat(probe().detail()).isEqualTo("HTTP probe failed with statuscode: 500");
    requests.take();
    assertThat(requests.take()).startsWith("GET /other HTTP/1.1\r\n");

    replies.add(says("HTTP/1.1 302 Found", "Location: http://elsewhere/", "Content-Length: 0", ""));
    assertThat(probe().success()).isTrue();

    for (int i = 0; i < 10; i++) {
      replies.add(says("HTTP/1.1 302 Found", "Location: /round", "Content-Length: 0", ""));
    }
    assertThat(probe().detail()).endsWith("/round\": stopped after 10 redirects");
  }

  @Test
  void aProgramThatHangsUpIsToldOfInUpstreamsWords() {
    replies.add(client -> {});
    assertThat(probe()).isEqualTo(new Finding(false, url() + "EOF"));

    replies.add(client -> client.setOption(StandardSocketOptions.SO_LINGER, 0));
    assertThat(probe().detail())
        .startsWith(url() + "read tcp 127.0.0.1:")
        .endsWith("->127.0.0.1:" + server.getLocalPort() + ": read: connection reset by peer");

    replies.add(says("SSH-2.0-OpenSSH_9.6"));
    assertThat(probe().detail())
        .isEqualTo(
            url()
                + "net/http: HTTP/1.x transport connection broken: malformed HTTP response"
                + " \"SSH-2.0-OpenSSH_9.6\"");
  }

  @Test
  void aProgramThatIsSlowIsGivenUpInTime() {
    replies.add(client -> client.getInputStream().read());
    long began = System.nanoTime();
    assertThat(probe("http", Duration.ofMillis(300)))
        .isEqualTo(
            new Finding(
                false,
                url()
                    + "context deadline exceeded (Client.Timeout exceeded while awaiting"
                    + " headers)"));
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
  }

  @Test
  void aPortWhereNobodyListensRefuses() throws Exception {
    int port;
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      port = nobody.getLocalPort(); // nobody waits for connections here, so the close is immediate
    }
    Check.Http check = new Check.Http("http", "", port, "/healthz", List.of());
    assertThat(HttpProbe.get(check, HOST, Duration.ofSeconds(5)).detail())
        .isEqualTo(
            "Get \"http://127.0.0.1:%1$d/healthz\": dial tcp 127.0.0.1:%1$d: connect: connection refused"
                .formatted(port));
  }

  @Test
  void plainHttpIsNoTls() {
    replies.add(says("HTTP/1.1 400 Bad Request", ""));
    assertThat(probe("https", Duration.ofSeconds(5)).success()).isFalse();
  }

  @Test
  void aPathWithControlCharactersIsNotSent() {
    Check.Http check = new Check.Http("http", "", server.getLocalPort(), "/\r\nX: 1", List.of());
    assertThat(HttpProbe.get(check, HOST, Duration.ofSeconds(1)).detail())
        .contains("invalid control character in URL");
    assertThat(requests).isEmpty();
  }
}
