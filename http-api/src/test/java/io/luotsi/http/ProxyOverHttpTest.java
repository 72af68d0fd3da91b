package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that something in a pod answers: a server of the JDK's behind a forwarded port. */
@Timeout(60)
class ProxyOverHttpTest {
  private static final String JSON = "application/json";
  private static final String NAMESPACE = "/api/v1/namespaces/proxied";
  private static TestServer server;
  private static HttpServer backend;
  private static HttpsServer secure;

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.start();
    backend = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    backend.createContext("/", ProxyOverHttpTest::tell);
    backend.createContext("/redirect", exchange -> redirect(exchange, "/a/b?c=d"));
    backend.createContext("/elsewhere", exchange -> redirect(exchange, "http://other.example/x"));
    backend.start();
    secure = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(server.certificates().server()));
    secure.createContext("/", ProxyOverHttpTest::tell);
    secure.start();
    server.node().sessions(ProxyOverHttpTest::dial);
    post("/api/v1/namespaces", "{'metadata': {'name': 'proxied'}}");
    post(NAMESPACE + "/serviceaccounts", "{'metadata': {'name': 'default'}}");
    post(
        NAMESPACE + "/pods",
        """
        {'metadata': {'name': 'web'}, 'spec': {'nodeName': 'n', 'containers': [
          {'name': 'c', 'image': 'i', 'ports': [{'containerPort': %d}]}]}}
        """
            .formatted(backend.getAddress().getPort()));
    HttpResponse<String> status =
        server.send(
            "PATCH",
            NAMESPACE + "/pods/web/status",
            "application/merge-patch+json",
            "{\"status\":{\"podIP\":\"127.1.0.9\"}}");
    assertThat(status.statusCode()).as(status.body()).isEqualTo(200);
    post(
        NAMESPACE + "/services",
        "{'metadata': {'name': 'svc'}, 'spec': {'ports': [{'name': 'http', 'port': 80}]}}");
    post(
        NAMESPACE + "/services",
        "{'metadata': {'name': 'idle'}, 'spec': {'ports': [{'port': 80}]}}");
    post(
        NAMESPACE + "/endpoints",
        """
        {'metadata': {'name': 'svc'}, 'subsets': [{'addresses': [
            {'ip': '127.1.0.7', 'targetRef': {'kind': 'Pod', 'name': 'gone', 'namespace': 'proxied'}},
            {'ip': '127.1.0.9', 'targetRef': {'kind': 'Pod', 'name': 'web', 'namespace': 'proxied'}}],
          'ports': [{'name': 'http', 'port': %d}]}]}
        """
            .formatted(backend.getAddress().getPort()));
  }

  private static void post(String path, String body) {
    HttpResponse<String> created = server.send("POST", path, JSON, body.replace('\'', '"'));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    server.close();
    backend.stop(0);
    secure.stop(0);
  }

  /** Says what it was asked, all in headers but the body. */
  private static void tell(HttpExchange exchange) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("X-Method", exchange.getRequestMethod());
    headers.set("X-Uri", exchange.getRequestURI().toString());
    headers.set(
        "X-Authorization",
        String.valueOf(exchange.getRequestHeaders().containsKey("Authorization")));
    headers.set(
        "X-Forwarded", String.valueOf(exchange.getRequestHeaders().getFirst("X-Forwarded-Uri")));
    headers.set("Content-Type", "text/x-told");
    byte[] body = exchange.getRequestBody().readAllBytes();
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(head ? 200 : 207, head || body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(head ? new byte[0] : body);
    exchange.close();
  }

  private static void redirect(HttpExchange exchange, String location) throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  /** What a node does with a port of a pod. */
  private static Outcome<Session> dial(SessionRequest request) {
    if (!(request instanceof SessionRequest.PortForward(int port))) {
      return Outcome.rejected(new Rejection.Unclassified("not a port"));
    }
    BlockingEnd end = new BlockingEnd();
    Thread.ofVirtual().name("dialled").start(() -> converse(end, port));
    return Outcome.done(end);
  }

  private static void converse(BlockingEnd end, int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      Thread.ofVirtual().name("heard").start(() -> hear(end, socket));
      for (Optional<Frame> next = end.take(); next.isPresent(); next = end.take()) {
        socket.getOutputStream().write(next.get().bytes());
      }
    } catch (IOException refused) {
      tellStatus(end, refused);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end.close();
    }
  }

  private static void hear(BlockingEnd end, Socket socket) {
    byte[] piece = new byte[8192];
    try (InputStream in = socket.getInputStream()) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        end.send(new Frame(Channel.STDOUT, Arrays.copyOf(piece, read)));
      }
    } catch (IOException gone) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end.close();
    }
  }

  private static void tellStatus(BlockingEnd end, IOException why) {
    try {
      end.send(Frame.text(Channel.STATUS, String.valueOf(why.getMessage())));
    } catch (IOException gone) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static HttpResponse<String> ask(
      HttpClient client, String method, String path, String body) {
    HttpRequest.BodyPublisher publisher =
        body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    return client
        .sendAsync(
            server.request(path).method(method, publisher).build(),
            HttpResponse.BodyHandlers.ofString())
        .orTimeout(15, TimeUnit.SECONDS)
        .join();
  }

  private static HttpResponse<String> ask(String method, String path) {
    return ask(server.admin(), method, path, "");
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  @Conformance("Proxy, validate ProxyWithPath responses")
  void everyMethodReachesPodsAndServicesWithItsPathAndItsBody() {
    String body = "b".repeat(300_000);
    for (String place :
        new String[] {
          NAMESPACE + "/pods/web/proxy",
          NAMESPACE + "/pods/http:web:" + backend.getAddress().getPort() + "/proxy",
          NAMESPACE + "/services/svc:http/proxy",
          NAMESPACE + "/services/http:svc:80/proxy"
        }) {
      for (String method :
          new String[] {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}) {
        String sent = method.matches("P.*") ? body : "";
        HttpResponse<String> told =
            ask(server.admin(), method, place + "/some/p%20ath/?method=" + method, sent);
        assertThat(told.statusCode())
            .as(method + " " + told.body())
            .isEqualTo(method.equals("HEAD") ? 200 : 207);
        assertThat(header(told, "X-Method")).isEqualTo(method);
        assertThat(header(told, "X-Uri")).isEqualTo("/some/p%20ath/?method=" + method);
        assertThat(header(told, "X-Forwarded")).isEqualTo(place + "/some/p%20ath/");
        assertThat(header(told, "Content-Type")).isEqualTo("text/x-told");
        assertThat(told.body()).isEqualTo(sent);
      }
    }
  }

  @Test
  void whoHasNoCertificateShowsTheirTokenToUsAlone() {
    post(
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        """
        {'metadata': {'name': 'proxies'}, 'subjects': [{'kind': 'User', 'name': 'tina'}],
         'roleRef': {'apiGroup': 'rbac.authorization.k8s.io', 'kind': 'ClusterRole', 'name': 'proxies'}}
        """);
    post(
        "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "{'metadata': {'name': 'proxies'}, 'rules': [{'apiGroups': [''], 'resources':"
            + " ['pods/proxy'], 'verbs': ['get']}]}");
    try (HttpClient nobody =
        HttpClient.newBuilder().sslContext(server.certificates().anonymous()).build()) {
      HttpRequest.Builder request =
          server.request(NAMESPACE + "/pods/web/proxy/").header("Authorization", "Bearer t0ken");
      HttpResponse<String> allowed =
          nobody
              .sendAsync(request.GET().build(), HttpResponse.BodyHandlers.ofString())
              .orTimeout(15, TimeUnit.SECONDS)
              .join();
      HttpResponse<String> refused =
          nobody
              .sendAsync(request.DELETE().build(), HttpResponse.BodyHandlers.ofString())
              .orTimeout(15, TimeUnit.SECONDS)
              .join();

      assertThat(allowed.statusCode()).as(allowed.body()).isEqualTo(207);
      assertThat(header(allowed, "X-Authorization")).isEqualTo("false");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(
              Json.readObject(refused.body().getBytes(StandardCharsets.UTF_8))
                  .path("message")
                  .asText())
          .isEqualTo(
              "pods \"web\" is forbidden: User \"tina\" cannot delete resource \"pods/proxy\" in"
                  + " API group \"\" in the namespace \"proxied\"");
    }
  }

  @Test
  void aPathIsPassedOnAsItWasWritten() {
    String proxy = NAMESPACE + "/pods/web/proxy";
    assertThat(header(ask("GET", proxy + "/a%2Fb;c=1/d"), "X-Uri")).isEqualTo("/a%2Fb;c=1/d");
  }

  @Test
  @Conformance("Proxy, validate Proxy responses")
  void redirectsLeadBackThroughTheProxy() {
    String proxy = NAMESPACE + "/pods/web/proxy";
    assertThat(header(ask("GET", proxy + "/redirect"), "Location")).isEqualTo(proxy + "/a/b?c=d");
    assertThat(header(ask("GET", proxy + "/elsewhere"), "Location"))
        .isEqualTo("http://other.example/x");
    HttpResponse<String> bare = ask("GET", proxy + "?q=1");
    assertThat(bare.statusCode()).isEqualTo(301);
    assertThat(header(bare, "Location")).isEqualTo(proxy + "/?q=1");
    assertThat(header(ask("POST", proxy), "X-Uri")).as("nothing to look at").isEqualTo("/");
  }

  @Test
  @Conformance("Proxy through apiserver to a Service")
  void aPodMaySpeakTls() {
    String place = NAMESPACE + "/pods/https:web:" + secure.getAddress().getPort() + "/proxy/x";
    HttpResponse<String> told = ask(server.admin(), "POST", place, "secret");
    assertThat(told.statusCode()).as(told.body()).isEqualTo(207);
    assertThat(told.body()).isEqualTo("secret");
  }

  private static String refusal(String path, int code) {
    HttpResponse<String> refused = ask("GET", path);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(code);
    return Json.readObject(refused.body().getBytes(StandardCharsets.UTF_8))
        .path("message")
        .asText();
  }

  @Test
  void whatCannotBeReachedIsSaidInWords() throws IOException {
    int closed;
    try (ServerSocket free = new ServerSocket(0)) {
      closed = free.getLocalPort();
    }
    assertThat(refusal(NAMESPACE + "/pods/web:" + closed + "/proxy/", 503))
        .startsWith("error trying to reach service: Connection refused");
    assertThat(refusal(NAMESPACE + "/pods/none/proxy/", 404)).isEqualTo("pods \"none\" not found");
    assertThat(refusal(NAMESPACE + "/pods/ftp:web:1/proxy/", 400))
        .isEqualTo("invalid pod request \"ftp:web:1\"");
    assertThat(refusal(NAMESPACE + "/services/svc:81/proxy/", 503))
        .isEqualTo("no service port 81 found for service \"svc\"");
    assertThat(refusal(NAMESPACE + "/services/svc/proxy/", 503))
        .as("its port has a name")
        .isEqualTo("no endpoints available for service \"svc\"");
    assertThat(refusal(NAMESPACE + "/services/idle/proxy/", 503))
        .isEqualTo("no endpoints available for service \"idle\"");
  }

  @Test
  void aNodesKubeletAndItsLoopbackAreNotReached() {
    post(
        "/api/v1/nodes",
        "{'metadata': {'name': 'n'}, 'status': {'addresses': [{'type': 'InternalIP', 'address':"
            + " '127.0.0.1'}], 'daemonEndpoints': {'kubeletEndpoint': {'Port': 10250}}}}");
    assertThat(refusal("/api/v1/nodes/n/proxy/pods", 503))
        .startsWith("error trying to reach service: the kubelet of node n has no HTTP server");
    assertThat(refusal("/api/v1/nodes/n:22/proxy/", 400)).isEqualTo("address not allowed");
    assertThat(refusal("/api/v1/nodes/none/proxy/", 404)).isEqualTo("nodes \"none\" not found");
  }

  @Test
  void anotherProtocolIsPassedOnByteByByte() throws Exception {
    try (ServerSocket pod = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> head = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> echo(pod, head));
      String path = NAMESPACE + "/pods/web:" + pod.getLocalPort() + "/proxy/socket?a=b";
      SocketClient client =
          SocketClient.open(server.admin(), server.uri(path), "v4.channel.k8s.io", true);
      client.send(7, "hello".getBytes(StandardCharsets.UTF_8));

      assertThat(head.get(15, TimeUnit.SECONDS))
          .startsWith("GET /socket?a=b HTTP/1.1")
          .containsIgnoringCase("upgrade: websocket");
      assertThat(client.closed.get(15, TimeUnit.SECONDS)).isEqualTo(1000);
      assertThat(client.text(7)).isEqualTo("hello");
    }
  }

  /** A WebSocket server for one message, which comes back before it closes. */
  private static void echo(ServerSocket server, CompletableFuture<String> told) {
    try (Socket socket = server.accept()) {
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (!head.toString().endsWith("\r\n\r\n")) {
        head.append((char) in.read());
      }
      told.complete(head.toString());
      String key = head.toString().replaceAll("(?is).*sec-websocket-key: *(\\S+).*", "$1");
      byte[] digest =
          java.security.MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.US_ASCII));
      String accept = Base64.getEncoder().encodeToString(digest);
      socket
          .getOutputStream()
          .write(
              ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      + "Sec-WebSocket-Protocol: v4.channel.k8s.io\r\nSec-WebSocket-Accept: "
                      + accept
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] start = in.readNBytes(6);
      byte[] message = in.readNBytes(start[1] & 0x7f);
      byte[] answer = new byte[message.length + 2];
      answer[0] = (byte) 0x82;
      answer[1] = (byte) message.length;
      for (int i = 0; i < message.length; i++) {
        answer[i + 2] = (byte) (message[i] ^ start[2 + i % 4]);
      }
      socket.getOutputStream().write(answer);
      socket.getOutputStream().write(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
      in.readAllBytes();
    } catch (IOException | java.security.NoSuchAlgorithmException e) {
      told.completeExceptionally(e);
    }
  }
}
