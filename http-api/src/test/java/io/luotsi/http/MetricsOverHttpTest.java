package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MetricsOverHttpTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String metrics() {
    HttpResponse<String> response = server.get("/metrics");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain");
    return response.body();
  }

  /** The value of a line that begins like that; zero if there is none. */
  private double value(String series) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(series))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .mapToDouble(Double::parseDouble)
        .sum();
  }

  /** Labels come in the order of their names. */
  private static String requests(String code, String resource, String scope, String verb) {
    return ("apiserver_request_total{code=\"%s\",component=\"apiserver\",dry_run=\"\",group=\"\","
            + "resource=\"%s\",scope=\"%s\",subresource=\"\",verb=\"%s\",version=\"v1\"}")
        .formatted(code, resource, scope, verb);
  }

  @Test
  void requestsAreCountedByWhatTheyWereAndHowTheyEnded() {
    for (int i = 0; i < 3; i++) {
      server.get(MAPS);
    }
    server.get(MAPS + "/nothing");
    server.get("/api/v1/configmaps");

    assertThat(value(requests("200", "configmaps", "namespace", "LIST"))).isEqualTo(3);
    assertThat(value(requests("404", "configmaps", "resource", "GET"))).isEqualTo(1);
    assertThat(value(requests("200", "configmaps", "cluster", "LIST"))).isEqualTo(1);
    assertThat(metrics())
        .contains("apiserver_request_duration_seconds_bucket{component=\"apiserver\"")
        .contains("apiserver_response_sizes_count{component=\"apiserver\"")
        .contains("apiserver_storage_objects{resource=\"pods\"} 3.0")
        .contains("kubernetes_build_info{")
        .contains("minor=\"36\"")
        .contains("process_cpu_seconds_total");
  }

  @Test
  void nothingIsInFlightButTheQuestionItself() {
    server.get(MAPS);
    assertThat(value("apiserver_current_inflight_requests{request_kind=\"mutating\"}")).isZero();
    assertThat(value("apiserver_current_inflight_requests{request_kind=\"readOnly\"}"))
        .isEqualTo(1);
  }

  @Test
  void aWatchRunsUntilItsClientGoes() throws Exception {
    String running = "apiserver_longrunning_requests{";
    HttpRequest watch =
        HttpRequest.newBuilder(URI.create(server.url() + MAPS + "?watch=1")).build();
    var response = server.admin().send(watch, BodyHandlers.ofInputStream());
    while (value(running) != 1) {
      Thread.onSpinWait();
    }
    response.body().close();
    while (value(running) != 0) {
      Thread.onSpinWait();
    }
    assertThat(value(requests("200", "configmaps", "namespace", "WATCH"))).isEqualTo(1);
  }

  @Test
  void whatIsInventedLeavesNoTrace() throws Exception {
    server.get("/apis/invented.example.com/v7/wonders");
    server.get("/invented");
    HttpRequest odd =
        HttpRequest.newBuilder(URI.create(server.url() + MAPS))
            .method("TRACE", BodyPublishers.noBody())
            .build();
    assertThat(server.admin().send(odd, BodyHandlers.discarding()).statusCode()).isEqualTo(405);
    assertThat(value(requests("405", "configmaps", "namespace", "other"))).isEqualTo(1);
    assertThat(metrics()).doesNotContain("invent");
  }

  @Test
  void onlyWhoMayReadsThem() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/metrics")).build();
    var nobody = server.client(server.certificates().identity("CN=nobody"));
    assertThat(nobody.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(403);
  }
}
