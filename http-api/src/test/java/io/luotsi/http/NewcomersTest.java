package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who connects and does not come to a request is cut off, and nobody else is. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class NewcomersTest {
  private static final Duration LIMIT = Duration.ofMillis(400);
  private static final int END = -1;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(LIMIT);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Socket connect() throws IOException {
    return new Socket("127.0.0.1", server.port());
  }

  /** Waits until the server has ended the connection; what it says before that does not matter. */
  private static void awaitEnd(Socket socket) throws IOException {
    try {
      InputStream in = socket.getInputStream();
      while (in.read() != END) {
        // a TLS alert
      }
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  @Test
  void whoSendsNothingIsCutOffAfterTheTimeAndNotBefore() throws IOException {
    long begin = System.nanoTime();
    try (Socket silent = connect()) {
      awaitEnd(silent);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(LIMIT.dividedBy(2));
  }

  @Test
  void whoSendsAHandshakeBitByBitIsCutOff() throws IOException {
    // The head of a record of a TLS handshake that would have 512 bytes.
    byte[] head = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
    try (Socket slow = connect()) {
      OutputStream out = slow.getOutputStream();
      slow.setSoTimeout(20);
      boolean ended = false;
      for (int sent = 0; !ended; sent++) {
        out.write(sent < head.length ? head[sent] : 0);
        ended = hasEnded(slow);
        assertThat(sent).as("bytes that were taken").isLessThan(500);
      }
    }
  }

  private static boolean hasEnded(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() == END;
    } catch (SocketTimeoutException nothingYet) {
      return false;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Test
  void whoHasAHandshakeAndAsksForNothingIsCutOff() throws Exception {
    SSLContext admin =
        server.certificates().context(server.certificates().identity("O=system:masters,CN=admin"));
    try (SSLSocket idle =
        (SSLSocket) admin.getSocketFactory().createSocket("127.0.0.1", server.port())) {
      idle.startHandshake();
      idle.getOutputStream().write("GET /livez HT".getBytes(StandardCharsets.US_ASCII));
      awaitEnd(idle);
    }
  }

  @Test
  void whoHasAskedOnceMayBeSilentForAsLongAsTheyLike() throws Exception {
    HttpResponse<Stream<String>> watch =
        server
            .admin()
            .send(
                server.request("/api/v1/namespaces/default/configmaps?watch=1").build(),
                BodyHandlers.ofLines());
    SSLContext admin =
        server.certificates().context(server.certificates().identity("O=system:masters,CN=admin"));
    try (Stream<String> lines = watch.body();
        SSLSocket kept =
            (SSLSocket) admin.getSocketFactory().createSocket("127.0.0.1", server.port())) {
      askOver(kept);
      try (Socket silent = connect()) {
        awaitEnd(silent);
      }
      try (Socket another = connect()) {
        awaitEnd(another);
      }
      // Both have been here for twice the time.
      askOver(kept);
      server.send(
          "POST",
          "/api/v1/namespaces/default/configmaps",
          "application/json",
          "{\"metadata\":{\"name\":\"seen\"}}");
      assertThat(lines.findFirst().orElseThrow()).contains("\"name\":\"seen\"");
    }
  }

  private static void askOver(SSLSocket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write("GET /livez HTTP/1.1\r\nHost: luotsi\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
    StringBuilder answer = new StringBuilder();
    while (!answer.toString().endsWith("\r\n\r\nok")) {
      int next = socket.getInputStream().read();
      assertThat(next).as("the answer goes on after " + answer).isNotEqualTo(END);
      answer.append((char) next);
    }
    assertThat(answer).startsWith("HTTP/1.1 200 OK");
  }
}
