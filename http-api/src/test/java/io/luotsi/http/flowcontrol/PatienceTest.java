package io.luotsi.http.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.metrics.ApiMetrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How waits end, and where seats go then. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class PatienceTest {
  private static final String API = "flowcontrol.apiserver.k8s.io/v1";
  private static final UserInfo JANE = new UserInfo("jane", "", List.of(UserInfo.AUTHENTICATED));
  private static final Attributes GET = new Attributes.Resource("get", "", "pods", "", "a", "p");

  private final TestApi api = TestApi.create();
  private final CompletableFuture<HttpResponse> first = new CompletableFuture<>();

  @BeforeEach
  void one() {
    make(
        "prioritylevelconfigurations",
        level("{'type':'Queue','queuing':{'queues':1," + "'handSize':1,'queueLengthLimit':3}}"));
    make(
        "flowschemas",
        "{'metadata':{'name':'one'},'spec':{'matchingPrecedence':9,'priorityLevelConfiguration':{"
            + "'name':'one'},'rules':[{'subjects':[{'kind':'User','user':{'name':'*'}}],"
            + "'resourceRules':[{'verbs':['*'],'apiGroups':['*'],'resources':['*'],'namespaces':["
            + "'*']}]}]}}");
  }

  private static String level(String response) {
    return "{'metadata':{'name':'one'},'spec':{'type':'Limited','limited':{"
        + "'nominalConcurrencyShares':5,'limitResponse':"
        + response
        + "}}}";
  }

  private void make(String resource, String json) {
    api.client()
        .create(
            GroupVersionResource.of(API, resource),
            "",
            Json.readObject(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)))
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  private FlowControl flows(Duration patience) {
    return new FlowControl(
        api.store(),
        new FlowControl.Limits(2, patience), // one for catch-all, and one
        new ApiMetrics(Map.of("version", "x")).flows(),
        Runnable::run);
  }

  private static CompletableFuture<Integer> code(
      FlowControl flows, CompletableFuture<HttpResponse> answer) {
    return flows
        .through(JANE, GET, 0, () -> answer)
        .toCompletableFuture()
        .thenApply(response -> response.status().intValue());
  }

  private static CompletableFuture<HttpResponse> ok() {
    return CompletableFuture.completedFuture(Replies.text(200, "ok"));
  }

  @Test
  void whoHasWaitedLongEnoughIsRefusedAndItsPlaceIsFree() {
    FlowControl flows = flows(Duration.ofMillis(20));
    CompletableFuture<Integer> served = code(flows, first);

    for (int i = 0; i < 5; i++) { // more than the queue holds
      assertThat(code(flows, ok()).join()).isEqualTo(429);
    }
    assertThat(flows.seatsInUse()).isEqualTo(1);
    first.complete(Replies.text(200, "ok"));
    assertThat(served.join()).isEqualTo(200);
    assertThat(flows.seatsInUse()).isZero();
  }

  @Test
  void whoWaitsIsServedInTurnAndFailuresGiveSeatsBack() {
    FlowControl flows = flows(Duration.ofSeconds(15));
    code(flows, first);
    CompletableFuture<Integer> fails =
        code(flows, CompletableFuture.failedFuture(new IllegalStateException("a bug")));
    CompletableFuture<Integer> waits = code(flows, ok());
    assertThat(waits).isNotDone();

    first.completeExceptionally(new CompletionException(new IllegalStateException("a bug")));
    assertThat(waits.join()).isEqualTo(200);
    assertThat(fails).isCompletedExceptionally();
    assertThat(flows.seatsInUse()).isZero();
  }

  @Test
  void whoWaitsAtALevelThatGoesIsServedAllTheSame() {
    FlowControl flows = flows(Duration.ofSeconds(15));
    code(flows, first);
    CompletableFuture<Integer> waits = code(flows, ok());
    for (String resource : List.of("flowschemas", "prioritylevelconfigurations")) {
      api.client()
          .delete(
              GroupVersionResource.of(API, resource), ObjectKey.of("one"), DeleteOptions.DEFAULT)
          .toCompletableFuture()
          .join()
          .orElseThrow();
    }

    assertThat(code(flows, ok()).join()).isEqualTo(200);
    assertThat(waits).isNotDone();
    first.complete(Replies.text(200, "ok"));
    assertThat(waits.join()).isEqualTo(200);
  }
}
