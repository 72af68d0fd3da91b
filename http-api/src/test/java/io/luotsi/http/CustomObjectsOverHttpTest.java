package io.luotsi.http;

import static io.luotsi.http.CustomKinds.JSON;
import static io.luotsi.http.CustomKinds.MERGE;
import static io.luotsi.http.CustomKinds.TABS;
import static io.luotsi.http.CustomKinds.definition;
import static io.luotsi.http.CustomKinds.json;
import static io.luotsi.http.CustomKinds.tab;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.conformance.Conformance;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Objects of a kind that was defined while the server runs, as clients see them. */
class CustomObjectsOverHttpTest {
  private static final String APPLY = "application/apply-patch+yaml";

  private static CustomKinds kinds;

  @BeforeAll
  static void start() {
    kinds = CustomKinds.start();
  }

  @AfterAll
  static void stop() {
    kinds.close();
  }

  @Test
  void anObjectIsDefaultedPrunedAndShownInItsColumns() {
    JsonNode created =
        kinds.create("shown", "'cronSpec': '* * * * 5', 'replicas': 3, 'unknown': {'x': 1}");

    assertThat(created.at("/spec").toString())
        .isEqualTo("{\"cronSpec\":\"* * * * 5\",\"replicas\":3,\"image\":\"busybox\"}");
    assertThat(created.at("/metadata/generation").asInt()).isEqualTo(1);
    JsonNode table =
        json(kinds.get(TABS + "/shown", "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"));
    List<String> columns = new ArrayList<>();
    table.path("columnDefinitions").forEach(column -> columns.add(column.path("name").asText()));
    assertThat(columns).containsExactly("Name", "Spec", "Replicas", "Ready", "Age");
    JsonNode cells = table.at("/rows/0/cells");
    assertThat(cells.get(0).asText()).isEqualTo("shown");
    assertThat(cells.get(1).asText()).isEqualTo("* * * * 5");
    assertThat(cells.get(2).asInt()).isEqualTo(3);
    assertThat(cells.get(3).isNull()).isTrue();
    assertThat(cells.get(4).asText()).matches("\\d+s");
  }

  @Test
  @Conformance("Custom Resource Definition, watch")
  void customObjectsThatComeAndGoAreWatched() {
    String before = json(kinds.get(TABS)).at("/metadata/resourceVersion").asText();
    kinds.create("come", "'cronSpec': '* * * * 5'");
    kinds.create("stay", "'cronSpec': '* * * * 5'");
    assertThat(kinds.send("DELETE", TABS + "/come", JSON, "").statusCode()).isEqualTo(200);

    String watched = kinds.get(TABS + "?watch=1&timeoutSeconds=1&resourceVersion=" + before).body();
    List<String> events =
        watched
            .lines()
            .map(line -> Json.readObject(line.getBytes(StandardCharsets.UTF_8)))
            .map(
                event ->
                    event.path("type").asText() + " " + event.at("/object/metadata/name").asText())
            .toList();

    assertThat(events).containsSubsequence("ADDED come", "ADDED stay", "DELETED come");
  }

  @Test
  @Conformance({
    "Server side field validation, unknown fields CR no validation schema",
    "Server side field validation, valid CR with validation schema",
    "Server side field validation, unknown fields CR fails validation",
    "Server side field validation, CR duplicates",
    "Server side field validation, unknown metadata",
    "Server side field validation, typed unknown metadata"
  })
  void fieldsOfCustomObjectsAreValidatedAsTypedOnesAre() {
    kinds.define(
        definition(
            "free.example.com",
            "frees",
            "Free",
            "'type': 'object', 'x-kubernetes-preserve-unknown-fields': true"));
    String frees = "/apis/free.example.com/v1/frees?fieldValidation=Strict";
    String free =
        "{'apiVersion': 'free.example.com/v1', 'kind': 'Free', 'metadata': {'name': '%s'%s}%s}";
    HttpResponse<String> schemaless =
        kinds.post(frees, free.formatted("a", "", ", 'unknown': {'deep': [1]}"));
    HttpResponse<String> valid =
        kinds.post(TABS + "?fieldValidation=Strict", tab("valid", "'cronSpec': '* * * * 5'"));

    assertThat(schemaless.statusCode()).as(schemaless.body()).isEqualTo(201);
    assertThat(json(schemaless).at("/unknown/deep/0").asInt()).isEqualTo(1);
    assertThat(valid.statusCode()).as(valid.body()).isEqualTo(201);
    assertThat(strict(TABS, tab("wrong", "'cronSpec': '* * * * 5', 'what': 1")))
        .endsWith("strict decoding error: unknown field \"spec.what\"");
    assertThat(strict(TABS, tab("twice", "'cronSpec': '* * * * 5', 'cronSpec': '* * * * 6'")))
        .endsWith("strict decoding error: duplicate field \"spec.cronSpec\"");
    assertThat(
            strict(
                "/apis/free.example.com/v1/frees",
                free.formatted("b", "", ", 'x': {'y': 1, 'y': 2}")))
        .as("also where nobody says what fields there are")
        .endsWith("strict decoding error: duplicate field \"x.y\"");
    assertThat(strict("/apis/free.example.com/v1/frees", free.formatted("c", ", 'what': 1", "")))
        .endsWith("strict decoding error: unknown field \"metadata.what\"");
    assertThat(
            strict(
                "/api/v1/namespaces/default/configmaps",
                "{'metadata': {'name': 'm', 'what': 1}, 'data': {}}"))
        .endsWith("strict decoding error: unknown field \"metadata.what\"");
  }

  private static String strict(String path, String body) {
    HttpResponse<String> refused = kinds.post(path + "?fieldValidation=Strict", body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    return json(refused).path("message").asText();
  }

  @Test
  void strictValidationOfFieldsNamesWhatIsUnknown() {
    HttpResponse<String> refused =
        kinds.post(
            TABS + "?fieldValidation=Strict", tab("strict", "'cronSpec': '* * * * 5', 'x': 1"));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).path("message").asText())
        .isEqualTo(
            "CronTab in version \"v1\" cannot be handled as a CronTab: strict decoding error:"
                + " unknown field \"spec.x\"");
  }

  @Test
  void allThatIsWrongIsSaidInUpstreamsWords() {
    HttpResponse<String> refused =
        kinds.post(
            TABS,
            tab(
                "wrong",
                "'cronSpec': 'never', 'replicas': 11, 'image': 5,"
                    + " 'ports': [{'name': 'a'}, {'name': 'a'}]"));

    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(json(refused).path("message").asText())
        .startsWith("CronTab.stable.example.com \"wrong\" is invalid: [")
        .contains(
            "spec.image: Invalid value: \"integer\": spec.image in body must be of type string:"
                + " \"integer\"")
        .contains("spec.cronSpec in body should match '^")
        .contains(
            "spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal"
                + " to 10")
        .contains("spec.ports[1]: Duplicate value: {\"name\":\"a\"}");
  }

  @Test
  void theStatusIsWrittenByItselfAndCountsNoGeneration() {
    kinds.create("told", "'cronSpec': '* * * * 5'");
    HttpResponse<String> ignored =
        kinds.send("PATCH", TABS + "/told", MERGE, "{'status': {'replicas': 2}}");
    assertThat(json(ignored).has("status")).isFalse();
    HttpResponse<String> written =
        kinds.send(
            "PATCH",
            TABS + "/told/status",
            MERGE,
            "{'metadata': {'labels': {'a': 'b'}}, 'spec': {'image': 'x'},"
                + " 'status': {'replicas': 2}}");

    assertThat(json(written).at("/status/replicas").asInt()).isEqualTo(2);
    assertThat(json(written).at("/spec/image").asText()).isEqualTo("busybox");
    assertThat(json(written).at("/metadata").has("labels")).isFalse();
    assertThat(json(written).at("/metadata/generation").asInt()).isEqualTo(1);
    HttpResponse<String> changed =
        kinds.send("PATCH", TABS + "/told", MERGE, "{'spec': {'image': 'y'}}");
    assertThat(json(changed).at("/metadata/generation").asInt()).isEqualTo(2);
    assertThat(json(changed).at("/status/replicas").asInt()).isEqualTo(2);
    HttpResponse<String> wrong =
        kinds.send("PATCH", TABS + "/told/status", MERGE, "{'status': {'replicas': 'x'}}");
    assertThat(json(wrong).path("message").asText())
        .contains("status.replicas: Invalid value: \"string\": replicas in body must be of type");
  }

  @Test
  void scaleReadsAndWritesWhatTheDefinitionPointsAt() {
    kinds.create("scaled", "'cronSpec': '* * * * 5', 'replicas': 3");
    kinds.send(
        "PATCH", TABS + "/scaled/status", MERGE, "{'status': {'replicas': 1, 'selector': 'a=b'}}");

    JsonNode scale = json(kinds.get(TABS + "/scaled/scale"));
    assertThat(scale.path("kind").asText()).isEqualTo("Scale");
    assertThat(scale.at("/spec/replicas").asInt()).isEqualTo(3);
    assertThat(scale.at("/status").toString()).isEqualTo("{\"replicas\":1,\"selector\":\"a=b\"}");
    HttpResponse<String> written =
        kinds.send("PATCH", TABS + "/scaled/scale", MERGE, "{'spec': {'replicas': 5}}");
    assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
    JsonNode tab = json(kinds.get(TABS + "/scaled"));
    assertThat(tab.at("/spec/replicas").asInt()).isEqualTo(5);
    assertThat(tab.at("/metadata/generation").asInt()).isEqualTo(2);
    kinds.create("unscaled", "'cronSpec': '* * * * 5'");
    assertThat(kinds.get(TABS + "/unscaled/scale").body())
        .contains("the spec replicas field \\\".spec.replicas\\\" does not exist");
  }

  @Test
  void applyMergesListsByTheirKeysAndConflictsNameTheManager() {
    String spec = "{cronSpec: '* * * * 5', ports: [{name: %s, port: %s}]}";
    String yaml =
        "apiVersion: stable.example.com/v1\nkind: CronTab\nmetadata: {name: applied}\nspec: ";
    HttpResponse<String> first =
        kinds.send(
            "PATCH", TABS + "/applied?fieldManager=a", APPLY, yaml + spec.formatted("web", "80"));
    HttpResponse<String> second =
        kinds.send(
            "PATCH", TABS + "/applied?fieldManager=b", APPLY, yaml + spec.formatted("dns", "dns"));

    assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
    assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
    assertThat(json(second).at("/spec/ports").toString())
        .contains("{\"name\":\"web\",\"port\":80}", "{\"name\":\"dns\",\"port\":\"dns\"}");
    HttpResponse<String> conflict =
        kinds.send(
            "PATCH", TABS + "/applied?fieldManager=b", APPLY, yaml + spec.formatted("web", "81"));
    assertThat(conflict.statusCode()).isEqualTo(409);
    assertThat(json(conflict).path("message").asText())
        .contains("conflict with \"a\"", ".spec.ports[name=\"web\"].port");
  }

  @Test
  void strategicMergePatchIsRefused() {
    kinds.create("unmerged", "'cronSpec': '* * * * 5'");
    HttpResponse<String> refused =
        kinds.send("PATCH", TABS + "/unmerged", "application/strategic-merge-patch+json", "{}");

    assertThat(refused.statusCode()).isEqualTo(415);
    assertThat(json(refused).path("message").asText())
        .isEqualTo(
            "the body of the request was in an unknown format - accepted media types include:"
                + " application/json-patch+json, application/merge-patch+json,"
                + " application/apply-patch+yaml");
  }

  @Test
  @Conformance("custom-resource-definition-field-selectors-list-watch-register-informers")
  void fieldsThatTheDefinitionLetsBeSelectedAreSelectedInListsAndWatches() {
    kinds.create("plain", "'cronSpec': '* * * * 5', 'image': 'one'");
    JsonNode chosen = kinds.create("chosen", "'cronSpec': '* * * * 5', 'image': 'two'");

    JsonNode list = json(kinds.get(TABS + "?fieldSelector=spec.image%3Dtwo"));
    assertThat(list.path("items")).hasSize(1);
    assertThat(list.path("kind").asText()).isEqualTo("CronTabList");
    String watched =
        kinds
            .get(
                TABS
                    + "?watch=1&timeoutSeconds=1&fieldSelector=spec.image%3Dtwo&resourceVersion="
                    + (chosen.at("/metadata/resourceVersion").asLong() - 1))
            .body();
    assertThat(watched).contains("\"name\":\"chosen\"").doesNotContain("\"name\":\"plain\"");
    assertThat(kinds.get(TABS + "?fieldSelector=spec.cronSpec%3Dx").statusCode()).isEqualTo(400);
  }
}
