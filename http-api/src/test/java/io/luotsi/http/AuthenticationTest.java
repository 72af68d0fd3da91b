package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.api.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AuthenticationTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void whoShowsNoCertificateIsAnonymousAndSeesWhatIsPublic() throws Exception {
    try (HttpClient nobody =
        HttpClient.newBuilder().sslContext(server.certificates().anonymous()).build()) {
      assertThat(get(nobody, "/version").statusCode()).isEqualTo(200);
      HttpResponse<String> apis = get(nobody, "/apis");
      assertThat(apis.statusCode()).isEqualTo(403);
      assertThat(apis.body())
          .contains("forbidden: User \\\"system:anonymous\\\" cannot get path \\\"/apis\\\"");
    }
  }

  @Test
  void theNameOfACertificateIsTheUserAndItsOrganisationsAreTheGroups() throws Exception {
    try (HttpClient user = server.client(server.certificates().identity("O=people,CN=eve"));
        HttpClient admin =
            server.client(server.certificates().identity("O=x,O=system:masters,CN=root"))) {
      HttpResponse<String> log = get(user, "/api/v1/namespaces/default/pods/p/log");
      assertThat(log.statusCode()).isEqualTo(403);
      assertThat(log.body()).contains("User \\\"eve\\\" cannot get resource \\\"pods/log\\\"");
      assertThat(get(user, "/apis").statusCode()).isEqualTo(200);
      assertThat(get(admin, "/api/v1/namespaces/default/pods/p/log").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void whatAProcessSaysOfItselfIsForAdministratorsAndNodes() throws Exception {
    try (HttpClient user = server.client(server.certificates().identity("O=people,CN=eve"));
        HttpClient node =
            server.client(server.certificates().identity("O=system:nodes,CN=system:node:node-1"))) {
      assertThat(get(server.admin(), TestServer.PAGE).body()).isEqualTo("{\"name\":\"node-7\"}");
      assertThat(get(node, TestServer.PAGE).body()).isEqualTo("{\"name\":\"node-7\"}");
      assertThat(get(node, TestServer.PAGE + "/more").statusCode()).isEqualTo(403);
      assertThat(get(user, TestServer.PAGE).statusCode()).isEqualTo(403);
      assertThat(get(server.admin(), TestServer.PAGE + "/more").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void whatIsToBeDoneWithAProcessIsForAdministratorsAndHasNoBody() throws Exception {
    try (HttpClient node =
        server.client(server.certificates().identity("O=system:nodes,CN=system:node:node-1"))) {
      assertThat(get(server.admin(), TestServer.DESK).body()).isEqualTo("{\"done\":0}");
      assertThat(get(node, TestServer.DESK).statusCode()).isEqualTo(403);
      String asked = TestServer.DESK + "?what=a%26b";
      assertThat(
              node.send(
                      server.request(asked).POST(BodyPublishers.noBody()).build(),
                      BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(403);
      assertThat(server.send(server.request(asked).POST(BodyPublishers.noBody())).body())
          .isEqualTo("{\"done\":\"a&b\"}");
      assertThat(server.send("POST", asked, "application/json", "{}").statusCode()).isEqualTo(400);
      assertThat(server.send("PUT", asked, "application/json", "{}").statusCode()).isEqualTo(405);
      assertThat(server.send("POST", TestServer.PAGE, "application/json", "{}").statusCode())
          .isEqualTo(405);
    }
  }

  @Test
  void credentialsThatNobodyRecognisesAreNotAnonymous() throws Exception {
    try (HttpClient nobody =
        HttpClient.newBuilder().sslContext(server.certificates().anonymous()).build()) {
      HttpResponse<String> response =
          nobody.send(
              server.request("/version").header("Authorization", "Bearer what").GET().build(),
              BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.body()).contains("\"reason\":\"Unauthorized\"");
    }
  }

  @Test
  void aTokenOfAServiceAccountIsThatAccount() throws Exception {
    String accounts = "/api/v1/namespaces/default/serviceaccounts";
    server.send("POST", accounts, "application/json", "{\"metadata\":{\"name\":\"robot\"}}");
    HttpResponse<String> issued =
        server.send("POST", accounts + "/robot/token", "application/json", "{}");
    assertThat(issued.statusCode()).isEqualTo(201);
    String token =
        Json.readObject(issued.body().getBytes(StandardCharsets.UTF_8))
            .at("/status/token")
            .asText();
    try (HttpClient nobody =
        HttpClient.newBuilder().sslContext(server.certificates().anonymous()).build()) {
      assertThat(whoami(nobody, token).body())
          .contains("\"username\":\"system:serviceaccount:default:robot\"");
      server.send(server.request(accounts + "/robot").DELETE());
      assertThat(whoami(nobody, token).statusCode()).isEqualTo(401);
    }
  }

  private static HttpResponse<String> whoami(HttpClient client, String token)
      throws IOException, InterruptedException {
    return client.send(
        server
            .request("/apis/authentication.k8s.io/v1/selfsubjectreviews")
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void aCertificateOfAnotherAuthorityGetsNoConnection() {
    TestCertificates other = new TestCertificates();
    TestCertificates.Identity stranger = other.identity("O=system:masters,CN=admin");
    try (HttpClient client =
        HttpClient.newBuilder()
            .sslContext(server.certificates().context(stranger))
            .version(HttpClient.Version.HTTP_1_1)
            .build()) {
      assertThatThrownBy(() -> get(client, "/version")).isInstanceOf(IOException.class);
    }
  }

  private static HttpResponse<String> get(HttpClient client, String path)
      throws IOException, InterruptedException {
    HttpRequest request = server.request(path).GET().build();
    return client.send(request, BodyHandlers.ofString());
  }
}
