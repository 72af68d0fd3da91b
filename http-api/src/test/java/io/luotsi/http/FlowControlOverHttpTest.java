package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
  private static final String LEVEL = "X-Kubernetes-PF-PriorityLevel-UID";
  private static final String SCHEMA = "X-Kubernetes-PF-FlowSchema-UID";

  private static FewSeats seats;
  private static TestServer server;
  private static HttpClient eve;
  private static HttpClient bob;
  private static String level;

  /** Of eight seats, each of two levels has two. */
  @BeforeAll
  static void start() {
    seats = new FewSeats(8);
    server = seats.server();
    eve = seats.eve();
    bob = seats.bob();
    level = seats.level("few", 1, "'limitResponse':{'type':'Reject'}");
    seats.schema("people", "few", "default");
    seats.level(
        "queued",
        1,
        "'limitResponse':{'type':'Queue','queuing':"
            + "{'queues':64,'handSize':2,'queueLengthLimit':2}}");
    seats.schema("waiters", "queued", "kube-public");
  }

  @AfterAll
  static void stop() {
    seats.close();
  }

  private static HttpResponse<String> list(HttpClient client) {
    return client.sendAsync(server.request(MAPS).GET().build(), BodyHandlers.ofString()).join();
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
    FewSeats.Held first = seats.hold(eve, MAPS);
    FewSeats.Held second = seats.hold(eve, MAPS);
    seats.awaitSeats(2);

    HttpResponse<String> refused = list(bob);
    isRefused(refused);
    assertThat(refused.headers().firstValue(LEVEL)).hasValue(level);
    assertThat(server.get(MAPS).statusCode()).isEqualTo(200);
    assertThat(
            seats.metric(
                "apiserver_flowcontrol_rejected_requests_total{flow_schema=\"people\","
                    + "priority_level=\"few\",reason=\"concurrency-limit\"}"))
        .isEqualTo(1);
    assertThat(seats.metric("apiserver_flowcontrol_nominal_limit_seats{priority_level=\"few\"}"))
        .isEqualTo(2);
    assertThat(
            seats.metric(
                "apiserver_flowcontrol_current_executing_requests{flow_schema=\"people\","
                    + "priority_level=\"few\"}"))
        .isEqualTo(2);

    first.finish("a");
    second.finish("b");
    assertThat(first.response().join().statusCode()).isEqualTo(201);
    assertThat(second.response().join().headers().firstValue(SCHEMA)).isPresent();
    seats.awaitSeats(0);
    assertThat(list(bob).statusCode()).isEqualTo(200);
  }

  @Test
  void aFloodIsRefusedWhileAnotherFlowIsServed() {
    FewSeats.Held first = seats.hold(eve, WAITERS);
    FewSeats.Held second = seats.hold(eve, WAITERS);
    seats.awaitSeats(2);
    List<CompletableFuture<HttpResponse<String>>> flood = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      flood.add(eve.sendAsync(server.request(WAITERS).GET().build(), BodyHandlers.ofString()));
    }
    String full =
        "apiserver_flowcontrol_rejected_requests_total{flow_schema=\"waiters\","
            + "priority_level=\"queued\",reason=\"queue-full\"}";
    while (seats.metric(full) < 8) {
      Thread.yield();
    }
    CompletableFuture<HttpResponse<String>> other =
        bob.sendAsync(server.request(WAITERS).GET().build(), BodyHandlers.ofString());
    String waiting = "apiserver_flowcontrol_current_inqueue_requests{flow_schema=\"waiters\"";
    while (seats.metric(waiting) < 5 && !other.isDone()) {
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
    seats.awaitSeats(0);
    assertThat(seats.metric(waiting)).isZero();
  }

  @Test
  void seatsComeBackFromClientsThatGoAndFromErrors() throws Exception {
    FewSeats.Held gone = seats.hold(eve, MAPS);
    seats.awaitSeats(1);
    gone.body().closeExceptionally(new IllegalStateException("gone"));
    seats.awaitSeats(0);

    HttpClient leaves = server.client(server.certificates().identity("O=people,CN=eve"));
    seats.hold(leaves, MAPS);
    seats.awaitSeats(1);
    leaves.shutdownNow();
    seats.awaitSeats(0);

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
    seats.awaitSeats(0);
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
    seats.awaitSeats(0);
    assertThat(list(bob).statusCode()).isEqualTo(200);
    for (InputStream watch : watches) {
      watch.close();
    }
  }
}
