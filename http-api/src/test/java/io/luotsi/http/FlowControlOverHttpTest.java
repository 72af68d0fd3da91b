package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.http.flowcontrol.FlowControl;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server with few seats, as those see it who flood it, and those who do not. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FlowControlOverHttpTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String WAITERS = "/api/v1/namespaces/kube-public/configmaps";
  private static final String API = "/apis/flowcontrol.apiserver.k8s.io/v1";
  private static final String LEVEL = "X-Kubernetes-PF-PriorityLevel-UID";
  private static final String SCHEMA = "X-Kubernetes-PF-FlowSchema-UID";

  private static TestServer server;
  private static HttpClient eve;
  private static HttpClient bob;
  private static String level;

  /** Of eight seats, each of two levels has two. */
  @BeforeAll
  static void start() {
    server = TestServer.start(new FlowControl.Limits(8, Duration.ofSeconds(15)));
    eve = server.client(server.certificates().identity("O=people,CN=eve"));
    bob = server.client(server.certificates().identity("O=people,CN=bob"));
    made(
        "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "{'metadata':{'name':'maps'},'rules':[{'apiGroups':[''],'resources':['configmaps'],"
            + "'verbs':['*']}]}");
    made(
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        "{'metadata':{'name':'maps'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':"
            + "'ClusterRole','name':'maps'},'subjects':[{'kind':'Group','name':'people'}]}");
    level = level("few", "{'type':'Reject'}");
    schema("people", "few", "default");
    level("queued", "{'type':'Queue','queuing':{'queues':64,'handSize':2,'queueLengthLimit':2}}");
    schema("waiters", "queued", "kube-public");
  }

  @AfterAll
  static void stop() {
    eve.shutdownNow();
    bob.shutdownNow();
    server.close();
  }

  private static String made(String path, String json) {
    HttpResponse<String> response =
        server.send("POST", path, "application/json", json.replace('\'', '"'));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    return Json.readObject(response.body().getBytes(StandardCharsets.UTF_8))
        .at("/metadata/uid")
        .asText();
  }

  private static String level(String name, String response) {
    return made(
        API + "/prioritylevelconfigurations",
        "{'metadata':{'name':'%s'},'spec':{'type':'Limited','limited':{".formatted(name)
            + "'nominalConcurrencyShares':1,'limitResponse':"
            + response
            + "}}}");
  }

  /** What group people does in a namespace goes to a level. */
  private static void schema(String name, String level, String namespace) {
    made(
        API + "/flowschemas",
        "{'metadata':{'name':'%s'},'spec':{'matchingPrecedence':100,".formatted(name)
            + "'priorityLevelConfiguration':{'name':'%s'},'distinguisherMethod':{'type':'ByUser'},"
                .formatted(level)
            + "'rules':[{'subjects':[{'kind':'Group','group':{'name':'people'}}],'resourceRules':["
            + "{'verbs':['*'],'apiGroups':['*'],'resources':['*'],'namespaces':['%s']}]}]}}"
                .formatted(namespace));
  }

  /** A creation whose body does not end: it is answered, and has its seat, until it does. */
  private record Held(
      SubmissionPublisher<ByteBuffer> body, CompletableFuture<HttpResponse<String>> response) {
    void finish(String name) {
      body.submit(
          ByteBuffer.wrap(
              "\"metadata\":{\"name\":\"%s\"}}".formatted(name).getBytes(StandardCharsets.UTF_8)));
      body.close();
    }
  }

  private static Held hold(HttpClient client, String path) {
    SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
    Flow.Publisher<ByteBuffer> publisher = body;
    HttpRequest request =
        server
            .request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.fromPublisher(publisher))
            .build();
    var response = client.sendAsync(request, BodyHandlers.ofString());
    while (body.getNumberOfSubscribers() == 0) {
      Thread.yield();
    }
    // A request with a body is heard of when its first bytes are there.
    body.submit(ByteBuffer.wrap("{".getBytes(StandardCharsets.UTF_8)));
    return new Held(body, response);
  }

  private static void awaitSeats(int inUse) {
    while (server.flows().seatsInUse() != inUse) {
      Thread.yield();
    }
  }

  private static HttpResponse<String> list(HttpClient client) {
    return client.sendAsync(server.request(MAPS).GET().build(), BodyHandlers.ofString()).join();
  }

  private static double metric(String series) {
    return server
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static void isRefused(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(429);
    assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
    JsonNode status = Json.readObject(response.body().getBytes(StandardCharsets.UTF_8));
    assertThat(status.path("reason").asText()).isEqualTo("TooManyRequests");
    assertThat(status.path("message").asText())
        .isEqualTo("Too many requests, please try again later.");
  }

  @Test
  void whoFindsNoSeatIsRefusedAndAdministratorsAreServed() {
    Held first = hold(eve, MAPS);
    Held second = hold(eve, MAPS);
    awaitSeats(2);

    HttpResponse<String> refused = list(bob);
    isRefused(refused);
    assertThat(refused.headers().firstValue(LEVEL)).hasValue(level);
    assertThat(server.get(MAPS).statusCode()).isEqualTo(200);
    assertThat(
            metric(
                "apiserver_flowcontrol_rejected_requests_total{flow_schema=\"people\","
                    + "priority_level=\"few\",reason=\"concurrency-limit\"}"))
        .isEqualTo(1);
    assertThat(metric("apiserver_flowcontrol_nominal_limit_seats{priority_level=\"few\"}"))
        .isEqualTo(2);
    assertThat(
            metric(
                "apiserver_flowcontrol_current_executing_requests{flow_schema=\"people\","
                    + "priority_level=\"few\"}"))
        .isEqualTo(2);

    first.finish("a");
    second.finish("b");
    assertThat(first.response().join().statusCode()).isEqualTo(201);
    assertThat(second.response().join().headers().firstValue(SCHEMA)).isPresent();
    awaitSeats(0);
    assertThat(list(bob).statusCode()).isEqualTo(200);
  }

  @Test
  void aFloodIsRefusedWhileAnotherFlowIsServed() {
    Held first = hold(eve, WAITERS);
    Held second = hold(eve, WAITERS);
    awaitSeats(2);
    List<CompletableFuture<HttpResponse<String>>> flood = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      flood.add(eve.sendAsync(server.request(WAITERS).GET().build(), BodyHandlers.ofString()));
    }
    String full =
        "apiserver_flowcontrol_rejected_requests_total{flow_schema=\"waiters\","
            + "priority_level=\"queued\",reason=\"queue-full\"}";
    while (metric(full) < 8) {
      Thread.yield();
    }
    CompletableFuture<HttpResponse<String>> other =
        bob.sendAsync(server.request(WAITERS).GET().build(), BodyHandlers.ofString());
    String waiting = "apiserver_flowcontrol_current_inqueue_requests{flow_schema=\"waiters\"";
    while (metric(waiting) < 5 && !other.isDone()) {
      Thread.yield();
    }

    first.finish("a");
    second.finish("b");
    assertThat(other.join().statusCode()).as(other.join().body()).isEqualTo(200);
    long refused = flood.stream().filter(one -> one.join().statusCode() == 429).count();
    assertThat(refused).isEqualTo(8);
    flood.stream()
        .map(CompletableFuture::join)
        .filter(one -> one.statusCode() == 429)
        .forEach(FlowControlOverHttpTest::isRefused);
    awaitSeats(0);
    assertThat(metric(waiting)).isZero();
  }

  @Test
  void seatsComeBackFromClientsThatGoAndFromErrors() throws Exception {
    Held gone = hold(eve, MAPS);
    awaitSeats(1);
    gone.body().closeExceptionally(new IllegalStateException("gone"));
    awaitSeats(0);

    HttpClient leaves = server.client(server.certificates().identity("O=people,CN=eve"));
    hold(leaves, MAPS);
    awaitSeats(1);
    leaves.shutdownNow();
    awaitSeats(0);

    assertThat(
            bob.send(
                    server
                        .request(MAPS)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{nonsense"))
                        .build(),
                    BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(400);
    assertThat(
            bob.send(
                    server.request("/api/v1/namespaces/default/secrets").GET().build(),
                    BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(403);
    awaitSeats(0);
  }

  @Test
  void aWatchThatRunsHasNoSeat() throws Exception {
    List<InputStream> watches = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      HttpResponse<InputStream> watch =
          eve.send(server.request(MAPS + "?watch=1").GET().build(), BodyHandlers.ofInputStream());
      assertThat(watch.statusCode()).isEqualTo(200);
      watches.add(watch.body());
    }
    awaitSeats(0);
    assertThat(list(bob).statusCode()).isEqualTo(200);
    for (InputStream watch : watches) {
      watch.close();
    }
  }
}
