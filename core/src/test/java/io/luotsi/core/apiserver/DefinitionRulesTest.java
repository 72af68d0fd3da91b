package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.custom.ServedTypes;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.definition.DefinitionNames;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What CustomResourceDefinitions may say, in upstream's words. */
class DefinitionRulesTest {
  private static final String NAMES = "'names': {'plural': 'tabs', 'kind': 'Tab'}";
  private static final String SCHEMA = "'type': 'object'";

  private final TestApi api = TestApi.create();

  private static ObjectNode definition(String spec) {
    return json("{'metadata': {'name': 'tabs.example.com'}, 'spec': {" + spec + "}}");
  }

  private static String spec(String names, String version) {
    return "'group': 'example.com', 'scope': 'Namespaced', "
        + names
        + ", 'versions': [{'name': 'v1', 'served': true, 'storage': true, "
        + version
        + "}]";
  }

  private static String schema(String schema) {
    return "'schema': {'openAPIV3Schema': {" + schema + "}}";
  }

  private Outcome<StoredObject> create(ObjectNode definition) {
    return api.client().create(Resources.DEFINITIONS, "", definition).toCompletableFuture().join();
  }

  private static List<String> messages(Outcome<StoredObject> outcome) {
    return outcome instanceof Outcome.Rejected<StoredObject>(Rejection.Invalid invalid)
        ? invalid.errors().stream().map(FieldError::message).toList()
        : List.of(outcome.toString());
  }

  private void refused(String spec, String message) {
    assertThat(messages(create(definition(spec)))).contains(message);
  }

  @Test
  void aDefinitionIsCompleted() {
    ObjectNode made = json(create(definition(spec(NAMES, schema(SCHEMA)))).orElseThrow());

    assertThat(made.at("/spec/names/singular").asText()).isEqualTo("tab");
    assertThat(made.at("/spec/names/listKind").asText()).isEqualTo("TabList");
    assertThat(made.at("/spec/conversion/strategy").asText()).isEqualTo("None");
    assertThat(made.at("/status/storedVersions").toString()).isEqualTo("[\"v1\"]");
    assertThat(made.at("/metadata/generation").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " ~ ",
      quoteCharacter = '`',
      value = {
        "'type': 'string' ~ type: Invalid value: \"string\": must be object at the root",
        "'x': 1 ~ type: Required value: must not be empty at the root",
        "'type': 'object', 'nullable': true ~ nullable: Forbidden: nullable cannot be true at the"
            + " root",
        "'type': 'object', '$ref': '#/definitions/x' ~ $ref: Forbidden: $ref is not supported",
        "'type': 'object', 'definitions': {'x': {}} ~ definitions: Forbidden: definitions is not"
            + " supported",
        "'type': 'object', 'additionalProperties': {'type': 'string'} ~ additionalProperties:"
            + " Forbidden: must not be used at the root",
        "'type': 'object', 'properties': {'a': {}} ~ properties[a].type: Required value: must not"
            + " be empty for specified object fields",
        "'type': 'object', 'properties': {'a': {'type': 'text'}} ~ properties[a].type: Unsupported"
            + " value: \"text\": supported values: \"array\", \"boolean\", \"integer\", \"number\","
            + " \"object\", \"string\"",
        "'type': 'object', 'properties': {'a': {'type': 'array'}} ~ properties[a].items: Required"
            + " value: must be specified",
        "'type': 'object', 'properties': {'a': {'type': 'array', 'items': {'type': 'string'},"
            + " 'uniqueItems': true}} ~ properties[a].uniqueItems: Forbidden: uniqueItems cannot be"
            + " set to true since the runtime complexity becomes quadratic",
        "'type': 'object', 'properties': {'a': {'type': 'object', 'properties': {'b': {'type':"
            + " 'string'}}, 'additionalProperties': {'type': 'string'}}} ~"
            + " properties[a].additionalProperties: Forbidden: additionalProperties and properties"
            + " are mutual exclusive",
        "'type': 'object', 'anyOf': [{'properties': {'a': {'minimum': 1}}}] ~ properties[a]:"
            + " Required value: because it is defined in"
            + " spec.versions[0].schema.openAPIV3Schema.anyOf[0].properties[a]",
        "'type': 'object', 'allOf': [{'type': 'object'}] ~ allOf[0].type: Forbidden: must be empty"
            + " to be structural",
        "'type': 'object', 'properties': {'metadata': {'type': 'object', 'required': ['name']}} ~"
            + " properties[metadata]: Forbidden: must not specify anything other than name and"
            + " generateName, but metadata is implicitly specified",
        "'type': 'object', 'properties': {'a': {'type': 'string', 'pattern': '(?=x)'}} ~"
            + " properties[a].pattern: Invalid value: \"(?=x)\": must be a valid regular"
            + " expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax:"
            + " `(?=`",
        "'type': 'object', 'properties': {'a': {'type': 'integer', 'default': 'x'}} ~"
            + " properties[a].default: Invalid value: \"string\":  in body must be of type integer:"
            + " \"string\"",
        "'type': 'object', 'properties': {'a': {'type': 'object', 'default': {'b': 1}}} ~"
            + " properties[a].default: Invalid value: {\"b\":1}: must not have unknown fields",
        "'type': 'object', 'properties': {'a': {'x-kubernetes-preserve-unknown-fields': false,"
            + " 'type': 'object'}} ~ properties[a].x-kubernetes-preserve-unknown-fields: Invalid"
            + " value: false: must be true or undefined",
        "'type': 'object', 'properties': {'a': {'type': 'array', 'x-kubernetes-list-type': 'map',"
            + " 'items': {'type': 'object'}}} ~ properties[a].x-kubernetes-list-map-keys: Required"
            + " value: must not be empty if x-kubernetes-list-type is map",
        "'type': 'object', 'properties': {'a': {'type': 'array', 'x-kubernetes-list-type': 'map',"
            + " 'x-kubernetes-list-map-keys': ['k'], 'items': {'type': 'object', 'properties':"
            + " {'k': {'type': 'string'}}}}} ~ properties[a].items.properties[k].default: Required"
            + " value: this property is in x-kubernetes-list-map-keys, so it must have a default or"
            + " be a required property",
        "'type': 'object', 'properties': {'a': {'type': 'object', 'x-kubernetes-embedded-resource':"
            + " true}} ~ properties[a].properties: Required value: must not be empty if"
            + " x-kubernetes-embedded-resource is true without"
            + " x-kubernetes-preserve-unknown-fields",
        "'type': 'object', 'properties': {'a': {'type': 'string', 'x-kubernetes-validations':"
            + " [{'rule': ' '}]}} ~ properties[a].x-kubernetes-validations[0].rule: Required value:"
            + " rule is not specified",
      })
  void aSchemaIsStructuralAndSaysWhatIsSupported(String schema, String message) {
    refused(spec(NAMES, schema(schema)), "spec.versions[0].schema.openAPIV3Schema." + message);
  }

  @Test
  void theNamesAndVersionsOfADefinitionAreInOrder() {
    refused(
        spec("'names': {'plural': 'others', 'kind': 'Tab'}", schema(SCHEMA)),
        "metadata.name: Invalid value: \"tabs.example.com\": must be"
            + " spec.names.plural+\".\"+spec.group");
    refused(spec(NAMES, "'x': 1"), "spec.versions[0].schema.openAPIV3Schema: Required value");
    refused(
        spec("'names': {'plural': 'tabs', 'kind': 'Tab', 'listKind': 'Tab'}", schema(SCHEMA)),
        "spec.names.listKind: Invalid value: \"Tab\": kind and listKind may not be the same");
    assertThat(
            messages(
                create(
                    definition(
                        spec(NAMES, schema(SCHEMA))
                            .replace("'storage': true", "'storage': false")))))
        .anyMatch(said -> said.endsWith("must have exactly one version marked as storage version"));
    assertThat(
            messages(
                create(
                    json(
                        "{'metadata': {'name': 'tabs.k8s.io'}, 'spec': {"
                            + spec(NAMES, schema(SCHEMA)).replace("example.com", "k8s.io")
                            + "}}"))))
        .anyMatch(
            said -> said.startsWith("metadata.annotations[api-approved.kubernetes.io]: Required"));
  }

  @Test
  void whatWasEstablishedIsNotRenamedAndStoredVersionsStay() {
    ObjectNode made = json(create(definition(spec(NAMES, schema(SCHEMA)))).orElseThrow());
    made.set(
        "status", DefinitionNames.status(made, List.of(), "2026-01-02T03:04:05Z").orElseThrow());
    ObjectNode established = json(update(made, "status").orElseThrow());

    established.withObject("spec").put("scope", "Cluster");
    established.withObject("spec").withObject("names").put("kind", "Other");
    assertThat(messages(update(established, "")))
        .contains(
            "spec.scope: Invalid value: \"Cluster\": field is immutable",
            "spec.names.kind: Invalid value: \"Other\": field is immutable");

    ObjectNode other = json(get());
    ObjectNode version = (ObjectNode) other.at("/spec/versions/0");
    version.put("name", "v2");
    assertThat(messages(update(other, "")))
        .anyMatch(
            said ->
                said.startsWith(
                    "status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions"));
  }

  @Test
  void whatWasEverStoredIsRemembered() {
    ObjectNode made = json(create(definition(spec(NAMES, schema(SCHEMA)))).orElseThrow());
    ObjectNode next = (ObjectNode) made.at("/spec/versions/0").deepCopy();
    ((ObjectNode) made.at("/spec/versions/0")).put("storage", false);
    made.withObject("spec").withArrayProperty("versions").add(next.put("name", "v2"));

    ObjectNode changed = json(update(made, "").orElseThrow());

    assertThat(changed.at("/status/storedVersions").toString()).isEqualTo("[\"v1\",\"v2\"]");
  }

  private Outcome<StoredObject> update(ObjectNode definition, String subresource) {
    return api.client()
        .update(Resources.DEFINITIONS, ObjectKey.of("tabs.example.com"), subresource, definition)
        .toCompletableFuture()
        .join();
  }

  private StoredObject get() {
    return api.client()
        .get(Resources.DEFINITIONS, ObjectKey.of("tabs.example.com"))
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  /** Half as deep as JSON may be, since each step down takes two. */
  @Test
  void aSchemaThatNestsAsDeeplyAsJsonMayIsServed() {
    String schema = "'type': 'object'";
    for (int i = 0; i < 480; i++) {
      schema = "'type': 'object', 'properties': {'a': {" + schema + "}}";
    }

    assertThat(create(definition(spec(NAMES, schema(schema)))).isDone()).isTrue();
  }

  @Test
  void aThousandDefinitionsAreServedAndAChangeOfOneLeavesTheOthersAsTheyWere() {
    for (int i = 0; i < 1_000; i++) {
      ObjectNode made =
          Json.readObject(
              definition(spec(NAMES, schema(SCHEMA)))
                  .toString()
                  .replace("tabs", "tabs" + i)
                  .replace("\"Tab\"", "\"Tab" + i + "\"")
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8));
      made = json(create(made).orElseThrow());
      made.set(
          "status", DefinitionNames.status(made, List.of(), "2026-01-02T03:04:05Z").orElseThrow());
      api.client()
          .update(Resources.DEFINITIONS, ObjectKey.of("tabs" + i + ".example.com"), "status", made)
          .toCompletableFuture()
          .join()
          .orElseThrow();
    }
    var before = api.pipeline().catalog();
    assertThat(before.types().stream().filter(type -> type.custom().isPresent())).hasSize(1_000);

    long start = System.nanoTime();
    create(
        json(
            "{'metadata': {'name': 'tabs.other.example'}, 'spec': {"
                + spec(NAMES, schema(SCHEMA)).replace("example.com", "other.example")
                + "}}"));
    var after = api.pipeline().catalog();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    assertThat(after).isNotSameAs(before);
    assertThat(after.types().getLast()).isSameAs(before.types().getLast());
  }

  @Test
  void untilDefinitionsCanBeReadNobodyKnowsWhatIsServed() {
    var starting =
        new ServedTypes(new UnreadableStore(), io.luotsi.core.catalog.BuiltInCatalog.load());

    assertThat(starting.get().complete()).isFalse();
    assertThat(api.pipeline().catalog().complete()).isTrue();
  }
}
