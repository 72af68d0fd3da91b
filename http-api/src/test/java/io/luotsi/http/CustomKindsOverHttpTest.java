package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.definition.DefinitionNames;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Kinds that are defined while the server runs, as clients see them. */
class CustomKindsOverHttpTest {
  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String TABS = "/apis/stable.example.com/v1/namespaces/default/crontabs";
  private static final String JSON = "application/json";
  private static final String MERGE = "application/merge-patch+json";
  private static final String APPLY = "application/apply-patch+yaml";

  /** With all that a kind of one version can have. */
  private static final String CRONTABS =
      """
      {'metadata': {'name': 'crontabs.stable.example.com'}, 'spec': {
        'group': 'stable.example.com', 'scope': 'Namespaced',
        'names': {'plural': 'crontabs', 'kind': 'CronTab', 'shortNames': ['ct'],
          'categories': ['all']},
        'versions': [{'name': 'v1', 'served': true, 'storage': true,
          'selectableFields': [{'jsonPath': '.spec.image'}],
          'subresources': {'status': {}, 'scale': {'specReplicasPath': '.spec.replicas',
            'statusReplicasPath': '.status.replicas', 'labelSelectorPath': '.status.selector'}},
          'additionalPrinterColumns': [
            {'name': 'Spec', 'type': 'string', 'jsonPath': '.spec.cronSpec'},
            {'name': 'Replicas', 'type': 'integer', 'jsonPath': '.spec.replicas', 'priority': 1},
            {'name': 'Ready', 'type': 'string',
             'jsonPath': '.status.conditions[?(@.type==\\"Ready\\")].status'},
            {'name': 'Age', 'type': 'date', 'jsonPath': '.metadata.creationTimestamp'}],
          'schema': {'openAPIV3Schema': {'type': 'object', 'description': 'A table of times.',
            'properties': {
              'spec': {'type': 'object', 'required': ['cronSpec'], 'properties': {
                'cronSpec': {'type': 'string', 'description': 'When it runs.',
                  'pattern': '^(\\\\d+|\\\\*)(\\\\s+(\\\\d+|\\\\*)){4}$'},
                'image': {'type': 'string', 'default': 'busybox'},
                'replicas': {'type': 'integer', 'minimum': 1, 'maximum': 10},
                'ports': {'type': 'array', 'x-kubernetes-list-type': 'map',
                  'x-kubernetes-list-map-keys': ['name'], 'items': {'type': 'object',
                    'required': ['name'], 'properties': {'name': {'type': 'string'},
                      'port': {'x-kubernetes-int-or-string': true}}}}}},
              'status': {'type': 'object', 'properties': {
                'replicas': {'type': 'integer'}, 'selector': {'type': 'string'},
                'conditions': {'type': 'array', 'items': {'type': 'object', 'properties': {
                  'type': {'type': 'string'}, 'status': {'type': 'string'}}}}}}}}}}]}}
      """;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    define(CRONTABS);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String quoted(String json) {
    return json.replace('\'', '"').replace("\\\"", "\\\"");
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.readObject(response.body().getBytes(StandardCharsets.UTF_8));
  }

  private static HttpResponse<String> post(String path, String body) {
    return server.send("POST", path, JSON, quoted(body));
  }

  /** Creates a definition, and says of it what the controller would say. */
  private static void define(String body) {
    HttpResponse<String> created = post(DEFINITIONS, body);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    establish((ObjectNode) json(created));
  }

  private static void establish(ObjectNode definition) {
    definition.set(
        "status",
        DefinitionNames.status(definition, List.of(), "2026-01-02T03:04:05Z").orElseThrow());
    String name = definition.at("/metadata/name").asText();
    HttpResponse<String> established =
        server.send("PUT", DEFINITIONS + "/" + name + "/status", JSON, definition.toString());
    assertThat(established.statusCode()).as(established.body()).isEqualTo(200);
  }

  private static String tab(String name, String spec) {
    return "{'apiVersion': 'stable.example.com/v1', 'kind': 'CronTab', 'metadata': {'name': '%s'},"
            .formatted(name)
        + " 'spec': {"
        + spec
        + "}}";
  }

  private static JsonNode create(String name, String spec) {
    HttpResponse<String> created = post(TABS, tab(name, spec));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return json(created);
  }

  @Test
  @Conformance({
    "Aggregated Discovery Interface CRDs",
    "Aggregated Discovery Endpoint Accept Headers CRDs",
    "Custom Resource Definition, discovery"
  })
  void aDefinedKindIsInBothFormsOfDiscovery() {
    JsonNode resources = json(server.get("/apis/stable.example.com/v1")).path("resources");
    List<String> names = new ArrayList<>();
    resources.forEach(resource -> names.add(resource.path("name").asText()));

    assertThat(names).containsExactly("crontabs", "crontabs/scale", "crontabs/status");
    assertThat(resources.get(0).path("shortNames").toString()).isEqualTo("[\"ct\"]");
    assertThat(resources.get(0).path("categories").toString()).isEqualTo("[\"all\"]");
    assertThat(resources.get(0).path("singularName").asText()).isEqualTo("crontab");
    String aggregated =
        server
            .get(
                "/apis",
                "Accept",
                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
            .body();
    assertThat(aggregated).contains("\"resource\":\"crontabs\"");
    assertThat(
            json(server.get("/apis/stable.example.com")).at("/preferredVersion/version").asText())
        .isEqualTo("v1");
  }

  @Test
  @Conformance("Custom Resource OpenAPI Publish, with validation schema")
  void openApiDescribesADefinedKindAndItsHashesChangeWithTheDefinition() {
    String path = "apis/hashed.example.com/v1";
    String kinds = definition("hashed.example.com", "things", "Thing", "'type': 'object'");
    assertThat(json(server.get("/openapi/v3")).path("paths").has(path)).isFalse();
    define(kinds);
    String first = json(server.get("/openapi/v3")).at("/paths").path(path).toString();
    String other = json(server.get("/openapi/v3")).at("/paths").path("apis/apps/v1").toString();

    HttpResponse<String> changed =
        server.send(
            "PATCH",
            DEFINITIONS + "/things.hashed.example.com",
            "application/json-patch+json",
            quoted(
                "[{'op': 'add', 'path': '/spec/versions/0/schema/openAPIV3Schema/description',"
                    + " 'value': 'New words.'}]"));
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    JsonNode paths = json(server.get("/openapi/v3")).at("/paths");

    assertThat(paths.path(path).toString()).isNotEqualTo(first).contains("hash=");
    assertThat(paths.path("apis/apps/v1").toString()).isEqualTo(other);
    JsonNode schema =
        json(server.get("/openapi/v3/apis/stable.example.com/v1"))
            .at("/components/schemas")
            .path("com.example.stable.v1.CronTab");
    assertThat(schema.at("/properties/spec/properties/cronSpec/description").asText())
        .isEqualTo("When it runs.");
    assertThat(schema.at("/x-kubernetes-group-version-kind/0/kind").asText()).isEqualTo("CronTab");
    assertThat(schema.at("/properties/metadata/allOf/0/$ref").asText()).endsWith("v1.ObjectMeta");
  }

  private static String definition(String group, String plural, String kind, String schema) {
    return """
    {'metadata': {'name': '%2$s.%1$s'}, 'spec': {'group': '%1$s', 'scope': 'Cluster',
      'names': {'plural': '%2$s', 'kind': '%3$s'},
      'versions': [{'name': 'v1', 'served': true, 'storage': true,
        'schema': {'openAPIV3Schema': {%4$s}}}]}}
    """
        .formatted(group, plural, kind, schema);
  }

  @Test
  void anObjectIsDefaultedPrunedAndShownInItsColumns() {
    JsonNode created =
        create("shown", "'cronSpec': '* * * * 5', 'replicas': 3, 'unknown': {'x': 1}");

    assertThat(created.at("/spec").toString())
        .isEqualTo("{\"cronSpec\":\"* * * * 5\",\"replicas\":3,\"image\":\"busybox\"}");
    assertThat(created.at("/metadata/generation").asInt()).isEqualTo(1);
    JsonNode table =
        json(server.get(TABS + "/shown", "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"));
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
    String before = json(server.get(TABS)).at("/metadata/resourceVersion").asText();
    create("come", "'cronSpec': '* * * * 5'");
    create("stay", "'cronSpec': '* * * * 5'");
    assertThat(server.send("DELETE", TABS + "/come", JSON, "").statusCode()).isEqualTo(200);

    String watched =
        server.get(TABS + "?watch=1&timeoutSeconds=1&resourceVersion=" + before).body();
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
    define(
        definition(
            "free.example.com",
            "frees",
            "Free",
            "'type': 'object', 'x-kubernetes-preserve-unknown-fields': true"));
    String frees = "/apis/free.example.com/v1/frees?fieldValidation=Strict";
    String free =
        "{'apiVersion': 'free.example.com/v1', 'kind': 'Free', 'metadata': {'name': '%s'%s}%s}";
    HttpResponse<String> schemaless =
        post(frees, free.formatted("a", "", ", 'unknown': {'deep': [1]}"));
    HttpResponse<String> valid =
        post(TABS + "?fieldValidation=Strict", tab("valid", "'cronSpec': '* * * * 5'"));

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
    HttpResponse<String> refused = post(path + "?fieldValidation=Strict", body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    return json(refused).path("message").asText();
  }

  private static JsonNode published(String group, String version, String kind) {
    String name = "com.example." + group + "." + version + "." + kind;
    return json(server.get("/openapi/v2")).path("definitions").path(name);
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
    define(definition("root.example.com", "roots", "Root", anything));
    define(
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
    define(several.formatted(versions.formatted(schema, "v3", true)));
    define(definition("many.example.com", "others", "Other", "'type': 'object'"));
    define(definition("more.example.com", "manys", "Many", "'type': 'object'"));

    assertThat(published("many", "v2", "Many").isObject()).isTrue();
    assertThat(published("many", "v3", "Many").isObject()).isTrue();
    assertThat(published("many", "v1", "Other").isObject()).isTrue();
    assertThat(published("more", "v1", "Many").isObject()).isTrue();

    String path = DEFINITIONS + "/manys.many.example.com";
    HttpResponse<String> renamed =
        server.send(
            "PATCH",
            path,
            MERGE,
            quoted("{'spec': {" + versions.formatted(schema, "v4", true) + "}}"));
    assertThat(renamed.statusCode()).as(renamed.body()).isEqualTo(200);
    assertThat(published("many", "v3", "Many").isMissingNode()).isTrue();
    assertThat(published("many", "v4", "Many").isObject()).isTrue();
    server.send(
        "PATCH",
        path,
        MERGE,
        quoted("{'spec': {" + versions.formatted(schema, "v4", false) + "}}"));
    assertThat(published("many", "v4", "Many").isMissingNode()).isTrue();
    assertThat(published("many", "v2", "Many").isObject()).as("the other one stays").isTrue();
  }

  @Test
  void strictValidationOfFieldsNamesWhatIsUnknown() {
    HttpResponse<String> refused =
        post(TABS + "?fieldValidation=Strict", tab("strict", "'cronSpec': '* * * * 5', 'x': 1"));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).path("message").asText())
        .isEqualTo(
            "CronTab in version \"v1\" cannot be handled as a CronTab: strict decoding error:"
                + " unknown field \"spec.x\"");
  }

  @Test
  void allThatIsWrongIsSaidInUpstreamsWords() {
    HttpResponse<String> refused =
        post(
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
    create("told", "'cronSpec': '* * * * 5'");
    HttpResponse<String> ignored =
        server.send("PATCH", TABS + "/told", MERGE, quoted("{'status': {'replicas': 2}}"));
    assertThat(json(ignored).has("status")).isFalse();
    HttpResponse<String> written =
        server.send(
            "PATCH",
            TABS + "/told/status",
            MERGE,
            quoted(
                "{'metadata': {'labels': {'a': 'b'}}, 'spec': {'image': 'x'},"
                    + " 'status': {'replicas': 2}}"));

    assertThat(json(written).at("/status/replicas").asInt()).isEqualTo(2);
    assertThat(json(written).at("/spec/image").asText()).isEqualTo("busybox");
    assertThat(json(written).at("/metadata").has("labels")).isFalse();
    assertThat(json(written).at("/metadata/generation").asInt()).isEqualTo(1);
    HttpResponse<String> changed =
        server.send("PATCH", TABS + "/told", MERGE, quoted("{'spec': {'image': 'y'}}"));
    assertThat(json(changed).at("/metadata/generation").asInt()).isEqualTo(2);
    assertThat(json(changed).at("/status/replicas").asInt()).isEqualTo(2);
    HttpResponse<String> wrong =
        server.send("PATCH", TABS + "/told/status", MERGE, quoted("{'status': {'replicas': 'x'}}"));
    assertThat(json(wrong).path("message").asText())
        .contains("status.replicas: Invalid value: \"string\": replicas in body must be of type");
  }

  @Test
  void scaleReadsAndWritesWhatTheDefinitionPointsAt() {
    create("scaled", "'cronSpec': '* * * * 5', 'replicas': 3");
    server.send(
        "PATCH",
        TABS + "/scaled/status",
        MERGE,
        quoted("{'status': {'replicas': 1, 'selector': 'a=b'}}"));

    JsonNode scale = json(server.get(TABS + "/scaled/scale"));
    assertThat(scale.path("kind").asText()).isEqualTo("Scale");
    assertThat(scale.at("/spec/replicas").asInt()).isEqualTo(3);
    assertThat(scale.at("/status").toString()).isEqualTo("{\"replicas\":1,\"selector\":\"a=b\"}");
    HttpResponse<String> written =
        server.send("PATCH", TABS + "/scaled/scale", MERGE, quoted("{'spec': {'replicas': 5}}"));
    assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
    JsonNode tab = json(server.get(TABS + "/scaled"));
    assertThat(tab.at("/spec/replicas").asInt()).isEqualTo(5);
    assertThat(tab.at("/metadata/generation").asInt()).isEqualTo(2);
    create("unscaled", "'cronSpec': '* * * * 5'");
    assertThat(server.get(TABS + "/unscaled/scale").body())
        .contains("the spec replicas field \\\".spec.replicas\\\" does not exist");
  }

  @Test
  void applyMergesListsByTheirKeysAndConflictsNameTheManager() {
    String spec = "{cronSpec: '* * * * 5', ports: [{name: %s, port: %s}]}";
    String yaml =
        "apiVersion: stable.example.com/v1\nkind: CronTab\nmetadata: {name: applied}\nspec: ";
    HttpResponse<String> first =
        server.send(
            "PATCH", TABS + "/applied?fieldManager=a", APPLY, yaml + spec.formatted("web", "80"));
    HttpResponse<String> second =
        server.send(
            "PATCH", TABS + "/applied?fieldManager=b", APPLY, yaml + spec.formatted("dns", "dns"));

    assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
    assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
    assertThat(json(second).at("/spec/ports").toString())
        .contains("{\"name\":\"web\",\"port\":80}", "{\"name\":\"dns\",\"port\":\"dns\"}");
    HttpResponse<String> conflict =
        server.send(
            "PATCH", TABS + "/applied?fieldManager=b", APPLY, yaml + spec.formatted("web", "81"));
    assertThat(conflict.statusCode()).isEqualTo(409);
    assertThat(json(conflict).path("message").asText())
        .contains("conflict with \"a\"", ".spec.ports[name=\"web\"].port");
  }

  @Test
  void strategicMergePatchIsRefused() {
    create("unmerged", "'cronSpec': '* * * * 5'");
    HttpResponse<String> refused =
        server.send("PATCH", TABS + "/unmerged", "application/strategic-merge-patch+json", "{}");

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
    create("plain", "'cronSpec': '* * * * 5', 'image': 'one'");
    JsonNode chosen = create("chosen", "'cronSpec': '* * * * 5', 'image': 'two'");

    JsonNode list = json(server.get(TABS + "?fieldSelector=spec.image%3Dtwo"));
    assertThat(list.path("items")).hasSize(1);
    assertThat(list.path("kind").asText()).isEqualTo("CronTabList");
    String watched =
        server
            .get(
                TABS
                    + "?watch=1&timeoutSeconds=1&fieldSelector=spec.image%3Dtwo&resourceVersion="
                    + (chosen.at("/metadata/resourceVersion").asLong() - 1))
            .body();
    assertThat(watched).contains("\"name\":\"chosen\"").doesNotContain("\"name\":\"plain\"");
    assertThat(server.get(TABS + "?fieldSelector=spec.cronSpec%3Dx").statusCode()).isEqualTo(400);
  }

  @Test
  void anObjectIsStoredInOneVersionAndShownInEach() {
    String schema =
        """
        {'openAPIV3Schema': {'type': 'object', 'properties': {'spec': {'type': 'object',
          'properties': {%s}}}}}
        """;
    define(
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
        post(
            "/apis/two.example.com/v1beta1/moods",
            "{'apiVersion': 'two.example.com/v1beta1', 'kind': 'Mood',"
                + " 'metadata': {'name': 'm'}, 'spec': {'old': 'o', 'both': 'b'}}");

    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(json(created).path("apiVersion").asText()).isEqualTo("two.example.com/v1beta1");
    assertThat(created.headers().firstValue("Warning"))
        .contains(
            "299 - \"two.example.com/v1beta1 Mood is deprecated; use two.example.com/v1 Mood\"");
    JsonNode shown = json(server.get("/apis/two.example.com/v1/moods/m"));
    assertThat(shown.path("apiVersion").asText()).isEqualTo("two.example.com/v1");
    assertThat(shown.at("/spec").toString()).isEqualTo("{\"both\":\"b\",\"fresh\":\"yes\"}");
    HttpResponse<String> changed =
        server.send(
            "PATCH",
            "/apis/two.example.com/v1beta1/moods/m",
            MERGE,
            quoted("{'spec': {'both': 'c'}}"));
    assertThat(json(changed).at("/spec").toString()).isEqualTo("{\"old\":\"o\",\"both\":\"c\"}");
    JsonNode list = json(server.get("/apis/two.example.com/v1/moods"));
    assertThat(list.path("apiVersion").asText()).isEqualTo("two.example.com/v1");
    assertThat(list.at("/items/0/apiVersion").asText()).isEqualTo("two.example.com/v1");
    assertThat(list.at("/items/0/spec/both").asText()).isEqualTo("c");
    String watched =
        server.get("/apis/two.example.com/v1beta1/moods?watch=1&timeoutSeconds=1").body();
    assertThat(watched).contains("two.example.com/v1beta1").contains("\"old\":\"o\"");
    JsonNode group = json(server.get("/apis/two.example.com"));
    assertThat(group.at("/versions/0/version").asText()).isEqualTo("v1");
    assertThat(group.at("/versions/1/version").asText()).isEqualTo("v1beta1");
  }

  @Test
  @Conformance("Custom Resource Definition, defaulting")
  void whatASchemaThatChangedSaysHoldsForWhatWasStoredBefore() {
    define(
        definition(
            "later.example.com",
            "notes",
            "Note",
            "'type': 'object', 'properties': {'a': {'type': 'string'}}"));
    String notes = "/apis/later.example.com/v1/notes";
    post(
        notes,
        "{'apiVersion': 'later.example.com/v1', 'kind': 'Note', 'metadata': {'name': 'n'},"
            + " 'a': 'x'}");
    HttpResponse<String> changed =
        server.send(
            "PATCH",
            DEFINITIONS + "/notes.later.example.com",
            "application/json-patch+json",
            quoted(
                "[{'op': 'replace', 'path': '/spec/versions/0/schema/openAPIV3Schema/properties',"
                    + " 'value': {'b': {'type': 'string', 'default': 'filled'}}}]"));
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);

    JsonNode note = json(server.get(notes + "/n"));
    assertThat(note.has("a")).isFalse();
    assertThat(note.path("b").asText()).isEqualTo("filled");
  }

  @Test
  void rulesAndWebhooksThatNobodyEnforcesAreWarnedOf() {
    HttpResponse<String> created =
        post(
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
    define(definition("gone.example.com", "leaves", "Leaf", "'type': 'object'"));
    String path = "/apis/gone.example.com/v1/leaves";
    assertThat(server.get(path).statusCode()).isEqualTo(200);
    String name = DEFINITIONS + "/leaves.gone.example.com";

    HttpResponse<String> told = server.send("DELETE", name, JSON, "");
    assertThat(told.statusCode()).isEqualTo(200);
    assertThat(json(told).at("/metadata/finalizers/0").asText())
        .isEqualTo("customresourcecleanup.apiextensions.k8s.io");
    assertThat(
            post(
                    path,
                    "{'apiVersion': 'gone.example.com/v1', 'kind': 'Leaf',"
                        + " 'metadata': {'name': 'l'}}")
                .statusCode())
        .isEqualTo(403);
    server.send("PATCH", name, MERGE, quoted("{'metadata': {'finalizers': null}}"));

    assertThat(server.get(name).statusCode()).isEqualTo(404);
    assertThat(server.get(path).statusCode()).isEqualTo(404);
    assertThat(server.get("/apis/gone.example.com").statusCode()).isEqualTo(404);
    assertThat(server.get("/openapi/v3/apis/gone.example.com/v1").statusCode()).isEqualTo(404);
  }
}
