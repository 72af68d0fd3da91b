package io.luotsi.history.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;

/** Answers each request with the next line of its script, and remembers what it was asked. */
final class ScriptedServer implements AutoCloseable {
  /** How to answer: a body is sent as it is, and torn off in its middle if so wished. */
  record Line(int code, String body, boolean torn) {}

  private final HttpServer server;
  private final BlockingQueue<Line> script = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

  ScriptedServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory()));
    server.start();
  }

  ScriptedServer then(int code, String body) {
    script.add(new Line(code, body, false));
    return this;
  }

  ScriptedServer thenTorn(String body) {
    script.add(new Line(200, body, true));
    return this;
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] sent = exchange.getRequestBody().readAllBytes();
    asked.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + (sent.length == 0 ? "" : " " + new String(sent, StandardCharsets.UTF_8)));
    try {
      Line line = script.take();
      byte[] body = line.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(line.code(), body.length + (line.torn() ? 10 : 0));
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  List<String> asked() {
    return List.copyOf(asked);
  }

  Endpoint endpoint(Duration patience) throws NoSuchAlgorithmException {
    return new Endpoint(
        "scripted",
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
        SSLContext.getDefault(),
        patience);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
