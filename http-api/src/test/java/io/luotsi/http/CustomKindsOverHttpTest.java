package io.luotsi.http;

import static io.luotsi.http.CustomKinds.DEFINITIONS;
import static io.luotsi.http.CustomKinds.JSON;
import static io.luotsi.http.CustomKinds.MERGE;
import static io.luotsi.http.CustomKinds.definition;
import static io.luotsi.http.CustomKinds.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.conformance.Conformance;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Kinds that are defined while the server runs, as clients see them. */
class CustomKindsOverHttpTest {
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
  @Conformance({
    "Aggregated Discovery Interface CRDs",
    "Aggregated Discovery Endpoint Accept Headers CRDs",
    "Custom Resource Definition, discovery"
  })
  void aDefinedKindIsInBothFormsOfDiscovery() {
    JsonNode resources = json(kinds.get("/apis/stable.example.com/v1")).path("resources");
    List<String> names = new ArrayList<>();
    resources.forEach(resource -> names.add(resource.path("name").asText()));

    assertThat(names).containsExactly("crontabs", "crontabs/scale", "crontabs/status");
    assertThat(resources.get(0).path("shortNames").toString()).isEqualTo("[\"ct\"]");
    assertThat(resources.get(0).path("categories").toString()).isEqualTo("[\"all\"]");
    assertThat(resources.get(0).path("singularName").asText()).isEqualTo("crontab");
    String aggregated =
        kinds
            .get(
                "/apis",
                "Accept",
                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
            .body();
    assertThat(aggregated).contains("\"resource\":\"crontabs\"");
    assertThat(json(kinds.get("/apis/stable.example.com")).at("/preferredVersion/version").asText())
        .isEqualTo("v1");
  }

  @Test
  @Conformance("Custom Resource OpenAPI Publish, with validation schema")
  void openApiDescribesADefinedKindAndItsHashesChangeWithTheDefinition() {
    String path = "apis/hashed.example.com/v1";
    String things = definition("hashed.example.com", "things", "Thing", "'type': 'object'");
    assertThat(json(kinds.get("/openapi/v3")).path("paths").has(path)).isFalse();
    kinds.define(things);
    String first = json(kinds.get("/openapi/v3")).at("/paths").path(path).toString();
    String other = json(kinds.get("/openapi/v3")).at("/paths").path("apis/apps/v1").toString();

    HttpResponse<String> changed =
        kinds.send(
            "PATCH",
            DEFINITIONS + "/things.hashed.example.com",
            "application/json-patch+json",
            "[{'op': 'add', 'path': '/spec/versions/0/schema/openAPIV3Schema/description',"
                + " 'value': 'New words.'}]");
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    JsonNode paths = json(kinds.get("/openapi/v3")).at("/paths");

    assertThat(paths.path(path).toString()).isNotEqualTo(first).contains("hash=");
    assertThat(paths.path("apis/apps/v1").toString()).isEqualTo(other);
    JsonNode schema =
        json(kinds.get("/openapi/v3/apis/stable.example.com/v1"))
            .at("/components/schemas")
            .path("com.example.stable.v1.CronTab");
    assertThat(schema.at("/properties/spec/properties/cronSpec/description").asText())
        .isEqualTo("When it runs.");
    assertThat(schema.at("/x-kubernetes-group-version-kind/0/kind").asText()).isEqualTo("CronTab");
    assertThat(schema.at("/properties/metadata/allOf/0/$ref").asText()).endsWith("v1.ObjectMeta");
  }

  private static JsonNode published(String group, String version, String kind) {
    String name = "com.example." + group + "." + version + "." + kind;
    return json(kinds.get("/openapi/v2")).path("definitions").path(name);
  }

  @Test
  @Conformance({
    "Custom Resource OpenAPI Publish, with x-kubernetes-preserve-unknown-fields at root",
    "Custom Resource OpenAPI Publish, with x-kubernetes-preserve-unknown-fields in object",
    "Custom Resource OpenAPI Publish, with x-kubernetes-preserve-unknown-fields in embedded object"
  })
  void openApiSaysWhereAnythingGoes() {
    String anything = "'type': 'object', 'x-kubernetes-preserve-unknown-fields': true";
    String embedded = "'x-kubernetes-embedded-resource': true, " + anything;
    kinds.define(definition("root.example.com", "roots", "Root", anything));
    kinds.define(
        definition(
            "inner.example.com",
            "inners",
            "Inner",
            "'type': 'object', 'properties': {'spec': {"
                + anything
                + "}, 'template': {"
                + embedded
                + "}}"));

    JsonNode root = published("root", "v1", "Root");
    JsonNode inner = published("inner", "v1", "Inner");
    assertThat(root.path("x-kubernetes-preserve-unknown-fields").asBoolean()).isTrue();
    assertThat(inner.at("/properties/spec/x-kubernetes-preserve-unknown-fields").asBoolean())
        .isTrue();
    assertThat(inner.at("/properties/template/x-kubernetes-embedded-resource").asBoolean())
        .isTrue();
    assertThat(inner.has("x-kubernetes-preserve-unknown-fields")).isFalse();
  }

  @Test
  @Conformance({
    "Custom Resource OpenAPI Publish, varying groups",
    "Custom Resource OpenAPI Publish, varying versions",
    "Custom Resource OpenAPI Publish, varying kinds",
    "Custom Resource OpenAPI Publish, version rename",
    "Custom Resource OpenAPI Publish, stop serving version"
  })
  void openApiFollowsGroupsVersionsAndKinds() {
    String schema = "'schema': {'openAPIV3Schema': {'type': 'object'}}";
    String versions =
        "'versions': [{'name': 'v2', 'served': true, 'storage': true, %1$s},"
            + " {'name': '%2$s', 'served': %3$s, 'storage': false, %1$s}]";
    String several =
        "{'metadata': {'name': 'manys.many.example.com'}, 'spec': {'group': 'many.example.com',"
            + " 'scope': 'Cluster', 'names': {'plural': 'manys', 'kind': 'Many'}, %s}}";
    kinds.define(several.formatted(versions.formatted(schema, "v3", true)));
    kinds.define(definition("many.example.com", "others", "Other", "'type': 'object'"));
    kinds.define(definition("more.example.com", "manys", "Many", "'type': 'object'"));

    assertThat(published("many", "v2", "Many").isObject()).isTrue();
    assertThat(published("many", "v3", "Many").isObject()).isTrue();
    assertThat(published("many", "v1", "Other").isObject()).isTrue();
    assertThat(published("more", "v1", "Many").isObject()).isTrue();

    String path = DEFINITIONS + "/manys.many.example.com";
    HttpResponse<String> renamed =
        kinds.send(
            "PATCH", path, MERGE, "{'spec': {" + versions.formatted(schema, "v4", true) + "}}");
    assertThat(renamed.statusCode()).as(renamed.body()).isEqualTo(200);
    assertThat(published("many", "v3", "Many").isMissingNode()).isTrue();
    assertThat(published("many", "v4", "Many").isObject()).isTrue();
    kinds.send("PATCH", path, MERGE, "{'spec': {" + versions.formatted(schema, "v4", false) + "}}");
    assertThat(published("many", "v4", "Many").isMissingNode()).isTrue();
    assertThat(published("many", "v2", "Many").isObject()).as("the other one stays").isTrue();
  }

  @Test
  void anObjectIsStoredInOneVersionAndShownInEach() {
    String schema =
        """
        {'openAPIV3Schema': {'type': 'object', 'properties': {'spec': {'type': 'object',
          'properties': {%s}}}}}
        """;
    kinds.define(
        """
        {'metadata': {'name': 'moods.two.example.com'}, 'spec': {
          'group': 'two.example.com', 'scope': 'Cluster',
          'names': {'plural': 'moods', 'kind': 'Mood'}, 'versions': [
            {'name': 'v1beta1', 'served': true, 'storage': false, 'deprecated': true,
             'schema': %s},
            {'name': 'v1', 'served': true, 'storage': true, 'schema': %s}]}}
        """
            .formatted(
                schema.formatted("'old': {'type': 'string'}, 'both': {'type': 'string'}"),
                schema.formatted(
                    "'both': {'type': 'string'},"
                        + " 'fresh': {'type': 'string', 'default': 'yes'}")));
    HttpResponse<String> created =
        kinds.post(
            "/apis/two.example.com/v1beta1/moods",
            "{'apiVersion': 'two.example.com/v1beta1', 'kind': 'Mood',"
                + " 'metadata': {'name': 'm'}, 'spec': {'old': 'o', 'both': 'b'}}");

    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(json(created).path("apiVersion").asText()).isEqualTo("two.example.com/v1beta1");
    assertThat(created.headers().firstValue("Warning"))
        .contains(
            "299 - \"two.example.com/v1beta1 Mood is deprecated; use two.example.com/v1 Mood\"");
    JsonNode shown = json(kinds.get("/apis/two.example.com/v1/moods/m"));
    assertThat(shown.path("apiVersion").asText()).isEqualTo("two.example.com/v1");
    assertThat(shown.at("/spec").toString()).isEqualTo("{\"both\":\"b\",\"fresh\":\"yes\"}");
    HttpResponse<String> changed =
        kinds.send(
            "PATCH", "/apis/two.example.com/v1beta1/moods/m", MERGE, "{'spec': {'both': 'c'}}");
    assertThat(json(changed).at("/spec").toString()).isEqualTo("{\"old\":\"o\",\"both\":\"c\"}");
    JsonNode list = json(kinds.get("/apis/two.example.com/v1/moods"));
    assertThat(list.path("apiVersion").asText()).isEqualTo("two.example.com/v1");
    assertThat(list.at("/items/0/apiVersion").asText()).isEqualTo("two.example.com/v1");
    assertThat(list.at("/items/0/spec/both").asText()).isEqualTo("c");
    String watched =
        kinds.get("/apis/two.example.com/v1beta1/moods?watch=1&timeoutSeconds=1").body();
    assertThat(watched).contains("two.example.com/v1beta1").contains("\"old\":\"o\"");
    JsonNode group = json(kinds.get("/apis/two.example.com"));
    assertThat(group.at("/versions/0/version").asText()).isEqualTo("v1");
    assertThat(group.at("/versions/1/version").asText()).isEqualTo("v1beta1");
  }

  @Test
  @Conformance("Custom Resource Definition, defaulting")
  void whatASchemaThatChangedSaysHoldsForWhatWasStoredBefore() {
    kinds.define(
        definition(
            "later.example.com",
            "notes",
            "Note",
            "'type': 'object', 'properties': {'a': {'type': 'string'}}"));
    String notes = "/apis/later.example.com/v1/notes";
    kinds.post(
        notes,
        "{'apiVersion': 'later.example.com/v1', 'kind': 'Note', 'metadata': {'name': 'n'},"
            + " 'a': 'x'}");
    HttpResponse<String> changed =
        kinds.send(
            "PATCH",
            DEFINITIONS + "/notes.later.example.com",
            "application/json-patch+json",
            "[{'op': 'replace', 'path': '/spec/versions/0/schema/openAPIV3Schema/properties',"
                + " 'value': {'b': {'type': 'string', 'default': 'filled'}}}]");
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);

    JsonNode note = json(kinds.get(notes + "/n"));
    assertThat(note.has("a")).isFalse();
    assertThat(note.path("b").asText()).isEqualTo("filled");
  }

  @Test
  void rulesAndWebhooksThatNobodyEnforcesAreWarnedOf() {
    HttpResponse<String> created =
        kinds.post(
            DEFINITIONS,
            definition(
                "ruled.example.com",
                "rules",
                "Ruled",
                "'type': 'object', 'x-kubernetes-validations': [{'rule': 'true'}]"));

    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(created.headers().allValues("Warning"))
        .anyMatch(warning -> warning.contains("not enforced"));
  }

  @Test
  void aDefinitionThatIsToldToGoWaitsForItsObjectsAndThenIsServedNoMore() {
    kinds.define(definition("gone.example.com", "leaves", "Leaf", "'type': 'object'"));
    String path = "/apis/gone.example.com/v1/leaves";
    assertThat(kinds.get(path).statusCode()).isEqualTo(200);
    String name = DEFINITIONS + "/leaves.gone.example.com";

    HttpResponse<String> told = kinds.send("DELETE", name, JSON, "");
    assertThat(told.statusCode()).isEqualTo(200);
    assertThat(json(told).at("/metadata/finalizers/0").asText())
        .isEqualTo("customresourcecleanup.apiextensions.k8s.io");
    assertThat(
            kinds
                .post(
                    path,
                    "{'apiVersion': 'gone.example.com/v1', 'kind': 'Leaf',"
                        + " 'metadata': {'name': 'l'}}")
                .statusCode())
        .isEqualTo(403);
    kinds.send("PATCH", name, MERGE, "{'metadata': {'finalizers': null}}");

    assertThat(kinds.get(name).statusCode()).isEqualTo(404);
    assertThat(kinds.get(path).statusCode()).isEqualTo(404);
    assertThat(kinds.get("/apis/gone.example.com").statusCode()).isEqualTo(404);
    assertThat(kinds.get("/openapi/v3/apis/gone.example.com/v1").statusCode()).isEqualTo(404);
  }
}
