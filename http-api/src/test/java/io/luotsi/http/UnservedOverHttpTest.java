package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered where nothing is served, or not by that method. */
class UnservedOverHttpTest {
  private static final String NO_METHOD =
      "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
          + "\"message\":\"the server does not allow this method on the requested resource\","
          + "\"reason\":\"MethodNotAllowed\",\"details\":{},\"code\":405}";
  private static final String NO_RESOURCE =
      "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
          + "\"message\":\"the server could not find the requested resource\","
          + "\"reason\":\"NotFound\",\"details\":{},\"code\":404}";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> asked(String method, String path) {
    // No verb and no resource is looked for in a body: this one is none.
    return server.send(method, path, "text/nonsense", "{nonsense");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/v1/componentstatuses",
    "DELETE, /api/v1/componentstatuses/scheduler",
    "PUT, /api/v1/namespaces/default/pods",
    "PATCH, /api/v1/namespaces/default/pods",
    "POST, /api/v1/namespaces/default/pods/p",
    "POST, /api/v1/pods",
    "DELETE, /api/v1/pods",
    "DELETE, /api/v1/namespaces",
    "DELETE, /api/v1/namespaces/default/pods/p/status",
    "POST, /apis/apps/v1/namespaces/default/deployments/d/scale",
    "GET, /apis/authorization.k8s.io/v1/subjectaccessreviews",
    "OPTIONS, /api/v1/namespaces/default/pods",
    "POST, /api",
    "PUT, /api/v1",
    "DELETE, /apis/apps/v1",
    "POST, /version",
  })
  void aMethodThatIsNotServedIsAStatus(String method, String path) {
    HttpResponse<String> answer = asked(method, path);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(405);
    assertThat(answer.body()).isEqualTo(NO_METHOD);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  void aWatchOfWhatIsOnlyListedIsNamed() {
    assertThat(server.get("/api/v1/componentstatuses?watch=1").body())
        .contains("\"watch is not supported on resources of kind \\\"componentstatuses\\\"\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/nothings",
        "/api/v1/namespaces/default/nothings/x",
        "/api/v1/namespaces/default/pods/p/nothing",
        "/api/v1/namespaces/x/nodes",
        "/api/v1/watch/componentstatuses",
        "/api/v2",
        "/api/v2/pods",
        "/apis/apps/v7",
        "/apis/apps/v1/nothings",
        "/apis/authentication.k8s.io/v1/tokenreviews/t",
        "/api/v1/bindings",
        "/version/nothing",
      })
  void nothingBelowABuiltInGroupIsAStatus(String path) {
    HttpResponse<String> answer = server.get(path);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo(NO_RESOURCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nothing", "/apis/acme.io", "/apis/acme.io/v1/nothings", "/openapi/v9"})
  void nothingElsewhereIsText(String path) {
    HttpResponse<String> answer = server.get(path);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("404 page not found\n");
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain;");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/healthz", "/openapi/v3", "/apis", "/"})
  void whatHasNoTableOfMethodsTakesAny(String path) {
    assertThat(asked("POST", path).statusCode()).isEqualTo(200);
  }

  @Test
  void whoMayNotAskIsNotToldWhatIsServed() {
    try (var jane = server.client(server.certificates().identity("CN=jane"))) {
      HttpResponse<String> answer =
          jane.sendAsync(
                  server
                      .request("/api/v1/componentstatuses")
                      .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    }
  }
}
