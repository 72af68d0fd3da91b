package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Json;
import io.luotsi.http.flowcontrol.FlowControl;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;

/** A server with few seats, and two people of a group whom it lets at ConfigMaps. */
final class FewSeats implements AutoCloseable {
  private static final String API = "/apis/flowcontrol.apiserver.k8s.io/v1";

  private final TestServer server;
  private final HttpClient eve;
  private final HttpClient bob;

  FewSeats(int seats) {
    server = TestServer.start(new FlowControl.Limits(seats, Duration.ofSeconds(15)));
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
  }

  TestServer server() {
    return server;
  }

  HttpClient eve() {
    return eve;
  }

  HttpClient bob() {
    return bob;
  }

  @Override
  public void close() {
    eve.shutdownNow();
    bob.shutdownNow();
    server.close();
  }

  private String made(String path, String json) {
    HttpResponse<String> response =
        server.send("POST", path, "application/json", json.replace('\'', '"'));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    return Json.readObject(response.body().getBytes(StandardCharsets.UTF_8))
        .at("/metadata/uid")
        .asText();
  }

  /**
   * @param rest of its limits: at least how it answers when no seat is free
   * @return its uid
   */
  String level(String name, int shares, String rest) {
    return made(
        API + "/prioritylevelconfigurations",
        "{'metadata':{'name':'%s'},'spec':{'type':'Limited','limited':{".formatted(name)
            + "'nominalConcurrencyShares':%d,%s}}}".formatted(shares, rest));
  }

  /** What group people does in a namespace goes to a level. */
  void schema(String name, String level, String namespace) {
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
  record Held(
      SubmissionPublisher<ByteBuffer> body, CompletableFuture<HttpResponse<String>> response) {
    void finish(String name) {
      body.submit(
          ByteBuffer.wrap(
              "\"metadata\":{\"name\":\"%s\"}}".formatted(name).getBytes(StandardCharsets.UTF_8)));
      body.close();
    }
  }

  Held hold(HttpClient client, String path) {
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

  void awaitSeats(int inUse) {
    while (server.flows().seatsInUse() != inUse) {
      Thread.yield();
    }
  }

  double metric(String series) {
    return server
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
