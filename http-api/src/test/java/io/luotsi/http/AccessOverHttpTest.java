package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Who may do what, as two users with certificates and two with tokens see it. */
class AccessOverHttpTest {
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1";
  private static TestServer server;
  private static HttpClient eve;
  private static HttpClient bob;
  private static HttpClient nobody;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    eve = server.client(server.certificates().identity("O=people,CN=eve"));
    bob = server.client(server.certificates().identity("CN=bob"));
    nobody = HttpClient.newBuilder().sslContext(server.certificates().anonymous()).build();
    made("/clusterroles", role("maps", "configmaps"));
    made("/namespaces/default/rolebindings", binding("eve-maps", "maps", "User", "eve"));
    made("/namespaces/default/rolebindings", binding("readers", "maps", "Group", "readers"));
    made("/clusterroles", impersonator());
    made("/clusterrolebindings", binding("bob-acts", "acts", "User", "bob"));
  }

  @AfterAll
  static void stop() {
    eve.shutdownNow();
    bob.shutdownNow();
    nobody.shutdownNow();
    server.close();
  }

  private static void made(String path, String json) {
    HttpResponse<String> response = server.send("POST", RBAC + path, "application/json", json);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
  }

  private static String role(String name, String resource) {
    return """
    {"metadata": {"name": "%s"}, "rules": [{"apiGroups": [""], "resources": ["%s"],
      "verbs": ["get", "list", "watch", "create", "deletecollection"]}]}
    """
        .formatted(name, resource);
  }

  private static String impersonator() {
    return """
    {"metadata": {"name": "acts"}, "rules": [
      {"apiGroups": [""], "resources": ["users"], "resourceNames": ["eve", "system:anonymous"],
        "verbs": ["impersonate"]},
      {"apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["impersonate"]},
      {"apiGroups": [""], "resources": ["groups"], "resourceNames": ["people"],
        "verbs": ["impersonate"]},
      {"apiGroups": ["authentication.k8s.io"], "resources": ["userextras/scopes"],
        "resourceNames": ["view"], "verbs": ["impersonate"]}]}
    """;
  }

  private static String binding(String name, String role, String kind, String subject) {
    return """
    {"metadata": {"name": "%s"}, "roleRef": {"kind": "ClusterRole", "name": "%s"},
     "subjects": [{"kind": "%s", "name": "%s"}]}
    """
        .formatted(name, role, kind, subject);
  }

  private static HttpResponse<String> get(HttpClient client, String path, String... headers) {
    HttpRequest.Builder request = server.request(path).GET();
    return send(client, headers.length == 0 ? request : request.headers(headers));
  }

  private static HttpResponse<String> post(
      HttpClient client, String path, String json, String... headers) {
    HttpRequest.Builder request =
        server
            .request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json));
    return send(client, headers.length == 0 ? request : request.headers(headers));
  }

  private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String message(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(403);
    return json(response).path("message").asText();
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.readObject(response.body().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whoIsBoundToARoleMayWhatItSaysAndNothingElse() {
    assertThat(get(eve, MAPS).statusCode()).isEqualTo(200);
    assertThat(post(eve, MAPS, "{\"metadata\":{\"name\":\"m\"}}").statusCode()).isEqualTo(201);
    assertThat(get(eve, MAPS + "/m").statusCode()).isEqualTo(200);
    assertThat(message(get(eve, PODS)))
        .isEqualTo(
            "pods is forbidden: User \"eve\" cannot list resource \"pods\" in API group \"\" in the"
                + " namespace \"default\"");
    assertThat(message(get(eve, "/api/v1/configmaps")))
        .isEqualTo(
            "configmaps is forbidden: User \"eve\" cannot list resource \"configmaps\" in API group"
                + " \"\" at the cluster scope");
    assertThat(message(get(bob, MAPS + "/m")))
        .isEqualTo(
            "configmaps \"m\" is forbidden: User \"bob\" cannot get resource \"configmaps\" in API"
                + " group \"\" in the namespace \"default\"");
    assertThat(message(send(eve, server.request(MAPS + "/m").DELETE())))
        .contains("cannot delete resource \"configmaps\"");
    assertThat(message(get(eve, PODS + "?watch=1"))).contains("cannot watch resource \"pods\"");
    assertThat(message(get(eve, PODS + "/p/log"))).contains("cannot get resource \"pods/log\"");
    assertThat(message(get(eve, "/apis/no.such/v1/things"))).contains("\"things\"");
  }

  @Test
  void aTokenIsAsGoodAsACertificate() {
    HttpResponse<String> listed = get(nobody, MAPS, "Authorization", "Bearer t0ken");
    assertThat(listed.statusCode()).isEqualTo(200);
    assertThat(message(get(nobody, MAPS, "Authorization", "Bearer other")))
        .contains("User \"olga\" cannot list resource \"configmaps\"");
    for (String wrong : new String[] {"Bearer t0ke", "Bearer", "Basic dDprZW4=", "bearer  t0ken"}) {
      assertThat(get(nobody, "/version", "Authorization", wrong).statusCode())
          .as(wrong)
          .isEqualTo(401);
    }
    // The certificate comes first, as upstream.
    assertThat(message(get(bob, MAPS, "Authorization", "Bearer t0ken"))).contains("User \"bob\"");
  }

  @Test
  void everybodyIsToldWhoTheyAre() {
    String path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    JsonNode tina =
        json(post(nobody, path, "{}", "Authorization", "Bearer t0ken")).at("/status/userInfo");
    assertThat(tina.toString())
        .isEqualTo(
            "{\"username\":\"tina\",\"uid\":\"u-7\",\"groups\":[\"readers\",\"writers\","
                + "\"system:authenticated\"]}");
    JsonNode shown = json(post(eve, path, "{}")).at("/status/userInfo");
    assertThat(shown.path("groups").toString()).isEqualTo("[\"people\",\"system:authenticated\"]");
    assertThat(shown.path("extra").path("authentication.kubernetes.io/credential-id").toString())
        .matches("\\[\"X509SHA256=[0-9a-f]{64}\"]");
  }

  @Test
  void whoMayActsAsSomebodyElse() {
    assertThat(get(bob, MAPS, "Impersonate-User", "eve").statusCode()).isEqualTo(200);
    assertThat(message(get(bob, PODS, "Impersonate-User", "eve"))).contains("User \"eve\"");
    String who = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    JsonNode acting =
        json(post(
                bob,
                who,
                "{}",
                "Impersonate-User",
                "eve",
                "Impersonate-Group",
                "people",
                "Impersonate-Extra-Scopes",
                "view"))
            .at("/status/userInfo");
    assertThat(acting.toString())
        .isEqualTo(
            "{\"username\":\"eve\",\"groups\":[\"people\",\"system:authenticated\"],"
                + "\"extra\":{\"scopes\":[\"view\"]}}");
    JsonNode account =
        json(post(bob, who, "{}", "Impersonate-User", "system:serviceaccount:a:robot"))
            .at("/status/userInfo/groups");
    assertThat(account.toString())
        .isEqualTo(
            "[\"system:serviceaccounts\",\"system:serviceaccounts:a\",\"system:authenticated\"]");
    assertThat(get(bob, "/version", "Impersonate-User", "system:anonymous").statusCode())
        .isEqualTo(200);
    assertThat(message(get(bob, "/apis", "Impersonate-User", "system:anonymous")))
        .contains("User \"system:anonymous\" cannot get path \"/apis\"");
  }

  @Test
  void whoMayNotActAsSomebodyIsRefusedForEachThingTheyAskFor() {
    assertThat(message(get(eve, MAPS, "Impersonate-User", "bob")))
        .isEqualTo(
            "users \"bob\" is forbidden: User \"eve\" cannot impersonate resource \"users\" in API"
                + " group \"\" at the cluster scope");
    assertThat(
            message(
                get(bob, MAPS, "Impersonate-User", "eve", "Impersonate-Group", "system:masters")))
        .isEqualTo(
            "groups \"system:masters\" is forbidden: User \"bob\" cannot impersonate resource"
                + " \"groups\" in API group \"\" at the cluster scope");
    assertThat(message(get(bob, MAPS, "Impersonate-User", "eve", "Impersonate-Uid", "7")))
        .contains("cannot impersonate resource \"uids\" in API group \"authentication.k8s.io\"");
    assertThat(
            message(get(bob, MAPS, "Impersonate-User", "eve", "Impersonate-Extra-Scopes", "edit")))
        .contains("cannot impersonate resource \"userextras/scopes\"");
    HttpResponse<String> groupOnly = get(bob, MAPS, "Impersonate-Group", "people");
    assertThat(groupOnly.statusCode()).isEqualTo(400);
    assertThat(json(groupOnly).path("message").asText())
        .isEqualTo("requested [{Group  people    }] without impersonating a user");
  }

  @Test
  void reviewsAreAnsweredAndOnlyCreated() {
    HttpResponse<String> review =
        post(
            eve,
            REVIEWS + "/selfsubjectaccessreviews",
            """
            {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec":
              {"resourceAttributes": {"namespace": "default", "verb": "list", "resource": "configmaps"}}}
            """);
    assertThat(review.statusCode()).isEqualTo(201);
    assertThat(json(review).at("/status/allowed").asBoolean()).isTrue();
    assertThat(server.get(REVIEWS + "/selfsubjectaccessreviews").statusCode()).isEqualTo(405);
    JsonNode served = json(server.get(REVIEWS)).path("resources");
    assertThat(served).hasSize(4);
    for (JsonNode resource : served) {
      assertThat(resource.path("verbs").toString()).isEqualTo("[\"create\"]");
      assertThat(resource.has("storageVersionHash")).isFalse();
    }
  }

  @Test
  void bindingsAreShownWithTheirRole() {
    String table =
        server
            .get(
                RBAC + "/namespaces/default/rolebindings",
                "Accept",
                "application/json;as=Table;v=v1;g=meta.k8s.io")
            .body();
    assertThat(table).contains("ClusterRole/maps");
    assertThat(table)
        .containsPattern("\"eve-maps\",\"ClusterRole/maps\",\"[^\"]+\",\"eve\",\"\",\"\"");
  }
}
