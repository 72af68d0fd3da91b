package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CrudOverHttpTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String JSON = "application/json";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    server.send("POST", "/api/v1/namespaces", JSON, "{\"metadata\":{\"name\":\"default\"}}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void anObjectIsCreatedReadReplacedAndDeleted() {
    HttpResponse<String> created =
        server.send("POST", MAPS, JSON, configMap("life", "\"a\":\"1\""));
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(json(created).at("/metadata/uid").asText()).hasSize(36);

    HttpResponse<String> read = server.get(MAPS + "/life");
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(json(read)).isEqualTo(json(created));

    HttpResponse<String> replaced =
        server.send("PUT", MAPS + "/life", JSON, configMap("life", "\"a\":\"2\""));
    assertThat(replaced.statusCode()).isEqualTo(200);
    assertThat(json(replaced).at("/data/a").asText()).isEqualTo("2");

    HttpResponse<String> deleted = server.send("DELETE", MAPS + "/life", JSON, "");
    assertThat(deleted.statusCode()).isEqualTo(200);
    assertThat(json(deleted).path("status").asText()).isEqualTo("Success");
    assertThat(json(deleted).at("/details/kind").asText()).isEqualTo("configmaps");
    assertThat(server.get(MAPS + "/life").statusCode()).isEqualTo(404);
  }

  @Test
  void bothVersionsOfHttpAreSpoken() throws Exception {
    HttpClient old =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(
                server
                    .certificates()
                    .context(server.certificates().identity("O=system:masters,CN=old")))
            .build();
    HttpResponse<String> over1 =
        old.send(
            server
                .request(MAPS)
                .header("Content-Type", JSON)
                .POST(BodyPublishers.ofString(configMap("over1", "\"a\":\"1\"")))
                .build(),
            BodyHandlers.ofString());
    HttpResponse<String> over2 = server.get(MAPS + "/over1");

    assertThat(over1.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(over1.statusCode()).isEqualTo(201);
    assertThat(over2.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(json(over2))
        .isEqualTo(Json.readObject(over1.body().getBytes(StandardCharsets.UTF_8)));
    old.shutdownNow();
  }

  private static String configMap(String name, String data) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
        + name
        + "\"},\"data\":{"
        + data
        + "}}";
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.readObject(response.body().getBytes(StandardCharsets.UTF_8));
  }
}
