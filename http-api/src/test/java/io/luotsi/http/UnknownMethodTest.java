package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Json;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Methods that nobody has heard of. */
class UnknownMethodTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  @Test
  void aRequestByOneIsAnsweredAndHarmsNoOther() throws Exception {
    try (TestServer server = TestServer.start()) {
      var watch =
          server
              .admin()
              .send(server.request(MAPS + "?watch=1").GET().build(), BodyHandlers.ofInputStream());
      assertThat(watch.version()).isEqualTo(HttpClient.Version.HTTP_2);
      try (BufferedReader events =
          new BufferedReader(new InputStreamReader(watch.body(), StandardCharsets.UTF_8))) {
        for (String path : new String[] {MAPS, "/api", "/version"}) {
          assertRefused(by("FOO", server, server.admin(), path));
        }
        server.create(MAPS, "application/json", named("seen"));
        assertThat(events.readLine()).contains("\"ADDED\"").contains("\"seen\"");
      }
    }
  }

  @Test
  void overTheOldProtocolTheAnswerIsTheSame() throws Exception {
    try (TestServer server = TestServer.start();
        HttpClient old =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(
                    server
                        .certificates()
                        .context(server.certificates().identity("O=system:masters,CN=old")))
                .build()) {
      HttpResponse<String> answer = by("FOO", server, old, MAPS);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertRefused(answer);
    }
  }

  private static HttpResponse<String> by(
      String method, TestServer server, HttpClient client, String path) throws Exception {
    return client.send(
        server.request(path).method(method, BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }

  private static void assertRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(405);
    assertThat(Json.readObject(answer.body().getBytes(StandardCharsets.UTF_8)).path("reason"))
        .hasToString("\"MethodNotAllowed\"");
  }

  private static String named(String name) {
    return "{\"metadata\":{\"name\":\"" + name + "\"}}";
  }
}
