package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Server-side apply as it goes over the wire. */
class ApplyOverHttpTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String APPLY = "application/apply-patch+yaml";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    server.send(
        "POST", "/api/v1/namespaces", "application/json", "{\"metadata\":{\"name\":\"default\"}}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String map(String data) {
    return "apiVersion: v1\nkind: ConfigMap\ndata: {%s}\n".formatted(data);
  }

  private static HttpResponse<String> apply(String name, String query, String body) {
    String named = body.startsWith("apiVersion") ? body + "metadata: {name: " + name + "}\n" : body;
    return server.send("PATCH", MAPS + "/" + name + "?" + query, APPLY, named);
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.readObject(response.body().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsAppliedIsCreatedThenLeftAsItIs() {
    HttpResponse<String> created = apply("made", "fieldManager=a", map("x: '1'"));
    HttpResponse<String> again = apply("made", "fieldManager=a", map("x: '1'"));

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(json(again)).isEqualTo(json(created));
    JsonNode entry = json(created).at("/metadata/managedFields/0");
    assertThat(entry.path("manager").asText()).isEqualTo("a");
    assertThat(entry.path("operation").asText()).isEqualTo("Apply");
    assertThat(entry.path("fieldsV1").toString()).isEqualTo("{\"f:data\":{\"f:x\":{}}}");
  }

  @Test
  void aConflictIsA409ThatNamesManagersAndFields() {
    server.send(
        "POST",
        MAPS + "?fieldManager=owner",
        "application/json",
        "{\"metadata\":{\"name\":\"owned\"},\"data\":{\"x\":\"1\"}}");

    HttpResponse<String> refused = apply("owned", "fieldManager=a", map("x: '2'"));
    HttpResponse<String> forced = apply("owned", "fieldManager=a&force=true", map("x: '2'"));

    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(json(refused))
        .isEqualTo(
            Json.readObject(
                """
                {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
                 "message":"Apply failed with 1 conflict: conflict with \\"owner\\" using v1: .data.x",
                 "reason":"Conflict","details":{"causes":[{"reason":"FieldManagerConflict",
                  "message":"conflict with \\"owner\\" using v1","field":".data.x"}]},"code":409}
                """
                    .getBytes(StandardCharsets.UTF_8)));
    assertThat(forced.statusCode()).isEqualTo(200);
    assertThat(json(forced).at("/data/x").asText()).isEqualTo("2");
  }

  @Test
  void anApplyNeedsAManagerAndOnlyAnApplyMayForce() {
    HttpResponse<String> nobody = apply("x", "", map("x: '1'"));
    HttpResponse<String> unprintable = apply("x", "fieldManager=a%0Ab", map("x: '1'"));
    HttpResponse<String> forced =
        server.send("PATCH", MAPS + "/x?force=true", "application/merge-patch+json", "{}");

    assertThat(nobody.statusCode()).isEqualTo(422);
    assertThat(json(nobody).path("message").asText())
        .isEqualTo(
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required"
                + " for apply patch");
    assertThat(json(unprintable).path("message").asText())
        .contains("fieldManager: Invalid value: ", "invalid character U+000A (at position 1)");
    assertThat(json(forced).path("message").asText())
        .contains("force: Forbidden: may not be specified for non-apply patch");
    assertThat(server.get(MAPS + "/x").statusCode()).as("nothing was made").isEqualTo(404);
  }

  @Test
  void aBodyThatMakesNoSenseIsRefusedAsUpstreamRefusesIt() {
    HttpResponse<String> broken = apply("bad", "fieldManager=a", "a: [");
    HttpResponse<String> unknown =
        apply("bad", "fieldManager=a", "apiVersion: v1\nkind: ConfigMap\ndat: {}\n");
    HttpResponse<String> list = apply("bad", "fieldManager=a", "[]");

    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(json(broken).path("message").asText()).startsWith("error decoding YAML: ");
    assertThat(unknown.statusCode()).isEqualTo(500);
    assertThat(json(unknown).path("message").asText())
        .isEqualTo(
            "failed to create typed patch object (/bad; /v1, Kind=ConfigMap): .dat: field not"
                + " declared in schema");
    assertThat(json(unknown).has("reason")).isFalse();
    assertThat(list.statusCode()).isEqualTo(400);
  }

  @Test
  void aFieldThatTheTextSaysTwiceIsAWarningOrAnError() {
    String twice = map("x: '1', x: '2'");

    HttpResponse<String> strict = apply("twice", "fieldManager=a&fieldValidation=Strict", twice);
    HttpResponse<String> warned = apply("twice", "fieldManager=a", twice);
    HttpResponse<String> ignored = apply("twice", "fieldManager=a&fieldValidation=Ignore", twice);

    assertThat(strict.statusCode()).isEqualTo(400);
    assertThat(json(strict).path("message").asText())
        .isEqualTo(
            "error strict decoding patch: error converting YAML to JSON: yaml: unmarshal errors:\n"
                + "  line 3: key \"x\" already set in map");
    assertThat(warned.statusCode()).isEqualTo(201);
    assertThat(warned.headers().firstValue("Warning").orElse(""))
        .isEqualTo("299 - \"line 3: key \\\"x\\\" already set in map\"");
    assertThat(json(warned).at("/data/x").asText()).isEqualTo("2");
    assertThat(ignored.headers().firstValue("Warning")).isEmpty();
  }

  @Test
  void whoSaysNoManagerIsKnownByItsUserAgent() {
    HttpResponse<String> created =
        server
            .admin()
            .sendAsync(
                server
                    .request(MAPS)
                    .header("Content-Type", "application/json")
                    .header("User-Agent", "my-operator/v1.2 (linux)")
                    .POST(
                        BodyPublishers.ofString(
                            "{\"metadata\":{\"name\":\"agent\"}," + "\"data\":{\"x\":\"1\"}}"))
                    .build(),
                BodyHandlers.ofString())
            .join();

    assertThat(json(created).at("/metadata/managedFields/0/manager").asText())
        .isEqualTo("my-operator");
    assertThat(json(created).at("/metadata/managedFields/0/operation").asText())
        .isEqualTo("Update");
  }

  /** As kubectl moves the fields of its client-side apply. */
  @Test
  void managedFieldsCanBePatched() {
    apply("moved", "fieldManager=a", map("x: '1'"));

    HttpResponse<String> moved =
        server.send(
            "PATCH",
            MAPS + "/moved",
            "application/json-patch+json",
            "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields/0/manager\",\"value\":\"b\"}]");

    assertThat(json(moved).at("/metadata/managedFields")).hasSize(1);
    assertThat(json(moved).at("/metadata/managedFields/0/manager").asText()).isEqualTo("b");
  }
}
