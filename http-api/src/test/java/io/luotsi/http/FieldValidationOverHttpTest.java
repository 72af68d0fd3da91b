package io.luotsi.http;

import static io.luotsi.http.CustomKinds.JSON;
import static io.luotsi.http.CustomKinds.MERGE;
import static io.luotsi.http.CustomKinds.TABS;
import static io.luotsi.http.CustomKinds.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is said of fields that are unknown or there twice, in which order, and how. */
class FieldValidationOverHttpTest {
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
  private static final String YAML = "application/yaml";
  private static final String STRATEGIC = "application/strategic-merge-patch+json";
  private static final String OPERATIONS = "application/json-patch+json";
  private static final String REFUSED =
      "Deployment in version \"v1\" cannot be handled as a Deployment: ";

  /** With nothing wrong; what is to be wrong is put into its gaps. */
  private static final String DEPLOYMENT =
      """
      {"apiVersion": "apps/v1", "kind": "Deployment",
       "metadata": {%s "name": "%s", "labels": {"app": "a"} %s},
       "spec": {%s "selector": {"matchLabels": {"app": "a"}},
         "template": {"metadata": {"labels": {"app": "a"}},
           "spec": {"containers": [{"name": "c", "image": "i" %s}]}}}}
      """;

  private static final List<String> IN_ORDER_OF_TEXT =
      List.of(
          "duplicate field \"metadata.name\"",
          "unknown field \"metadata.strange\"",
          "unknown field \"spec.odd\"",
          "unknown field \"spec.oddTwice\"",
          "duplicate field \"spec.paused\"",
          "unknown field \"spec.template.spec.containers[0].nested\"",
          "duplicate field \"spec.template.spec.containers[0].imagePullPolicy\"");

  private static CustomKinds server;

  @BeforeAll
  static void start() {
    server = CustomKinds.start();
    server.post("/api/v1/namespaces", "{'metadata': {'name': 'default'}}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String wrong(String name) {
    return DEPLOYMENT.formatted(
        "\"name\": \"first\",",
        name,
        ", \"strange\": \"x\"",
        "\"odd\": {\"a\": 1, \"a\": 2}, \"oddTwice\": 1, \"oddTwice\": 2, \"paused\": true,"
            + " \"paused\": false,",
        ", \"nested\": 1, \"imagePullPolicy\": \"Always\", \"imagePullPolicy\": \"Never\"");
  }

  private static void exists(String name) {
    HttpResponse<String> created =
        server.post(DEPLOYMENTS, DEPLOYMENT.formatted("", name, "", "", ""));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
  }

  private static List<String> warnings(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 201);
    return response.headers().allValues("Warning").stream()
        .map(warning -> warning.substring("299 - \"".length(), warning.length() - 1))
        .map(warning -> warning.replace("\\\"", "\""))
        .toList();
  }

  private static String refusal(int code, HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(code);
    return json(response).path("message").asText();
  }

  @Test
  void whatIsWrongWithJsonIsSaidInTheOrderOfTheText() {
    exists("put");

    assertThat(refusal(400, server.post(DEPLOYMENTS + "?fieldValidation=Strict", wrong("post"))))
        .isEqualTo(REFUSED + "strict decoding error: " + String.join(", ", IN_ORDER_OF_TEXT));
    assertThat(warnings(server.post(DEPLOYMENTS, wrong("post"))))
        .containsExactlyElementsOf(IN_ORDER_OF_TEXT);
    assertThat(warnings(server.send("PUT", DEPLOYMENTS + "/put", JSON, wrong("put"))))
        .containsExactlyElementsOf(IN_ORDER_OF_TEXT);
    assertThat(warnings(server.post(DEPLOYMENTS + "?fieldValidation=Ignore", wrong("quiet"))))
        .isEmpty();
  }

  @Test
  void whatYamlSaysTwiceHasItsLineAndComesFirst() {
    String yaml =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: first
          name: yaml
          strange: x
        spec:
          zebra: 1
          odd: 1
          odd: 2
          selector: {matchLabels: {app: a}}
          template:
            metadata: {labels: {app: a}}
            spec:
              containers:
              - name: c
                nested: 1
                image: i
        """;
    List<String> unknown =
        List.of(
            "unknown field \"metadata.strange\"",
            "unknown field \"spec.odd\"",
            "unknown field \"spec.template.spec.containers[0].nested\"",
            "unknown field \"spec.zebra\"");

    assertThat(
            refusal(400, server.send("POST", DEPLOYMENTS + "?fieldValidation=Strict", YAML, yaml)))
        .isEqualTo(
            REFUSED
                + "strict decoding error: yaml: unmarshal errors:\n"
                + "  line 5: key \"name\" already set in map\n"
                + "  line 10: key \"odd\" already set in map, "
                + String.join(", ", unknown));
    assertThat(warnings(server.send("POST", DEPLOYMENTS, YAML, yaml)))
        .startsWith(
            "line 5: key \"name\" already set in map", "line 10: key \"odd\" already set in map")
        .endsWith(unknown.toArray(String[]::new))
        .hasSize(6);
  }

  @Test
  void whatAPatchSaysTwiceComesBeforeWhatItMakesUnknown() {
    exists("patched");
    String patch =
        """
        {"spec": {"odd": 1, "odder": 1, "odder": 2, "paused": true, "paused": false,
          "template": {"spec": {"containers": [{"name": "c", "image": "i", "nested": 1,
            "imagePullPolicy": "Always", "imagePullPolicy": "Never"}]}}}}
        """;
    List<String> said =
        List.of(
            "duplicate field \"spec.odder\"",
            "duplicate field \"spec.paused\"",
            "duplicate field \"spec.template.spec.containers[0].imagePullPolicy\"",
            "unknown field \"spec.odd\"",
            "unknown field \"spec.odder\"",
            "unknown field \"spec.template.spec.containers[0].nested\"");
    String strict = DEPLOYMENTS + "/patched?fieldValidation=Strict";
    for (String type : List.of(MERGE, STRATEGIC)) {
      String message = refusal(422, server.send("PATCH", strict, type, patch));
      assertThat(message)
          .startsWith(" \"\" is invalid: patch: Invalid value: \"")
          .endsWith("\": strict decoding error: " + String.join(", ", said));
      assertThat(warnings(server.send("PATCH", DEPLOYMENTS + "/patched", type, patch)))
          .containsExactlyElementsOf(said);
    }
    assertThat(refusal(422, server.send("PATCH", strict, STRATEGIC, "{'spec': {'odd': [1, 'a']}}")))
        .isEqualTo(
            " \"\" is invalid: patch: Invalid value: \"map[spec:map[odd:[1 a]]]\": strict decoding"
                + " error: unknown field \"spec.odd\"");
  }

  @Test
  void operationsOfAPatchHaveFieldsOfTheirOwn() {
    exists("operated");
    String patch =
        """
        [{"op": "add", "path": "/spec/odd", "value": 1, "foo": "bar"},
         {"op": "add", "path": "/spec/even", "path": "/spec/uneven", "value": {"a": 1, "a": 2}}]
        """;
    List<String> said =
        List.of(
            "json patch unknown field \"[0].foo\"",
            "json patch duplicate field \"[1].path\"",
            "json patch duplicate field \"[1].value.a\"",
            "unknown field \"spec.odd\"",
            "unknown field \"spec.uneven\"");
    String at = DEPLOYMENTS + "/operated";

    assertThat(
            refusal(422, server.send("PATCH", at + "?fieldValidation=Strict", OPERATIONS, patch)))
        .endsWith("\": strict decoding error: " + String.join(", ", said));
    assertThat(warnings(server.send("PATCH", at, OPERATIONS, patch)))
        .containsExactlyElementsOf(said);
  }

  /** Each path would be half a megabyte, a hundred thousand times. */
  @Test
  void fieldsUnderLongNamesAreSaidInBoundedTime() {
    String name = "n".repeat(40_000);
    String deep =
        ("{\"" + name + "\":").repeat(12)
            + "{"
            + "\"a\":1,".repeat(100_000)
            + "\"a\":2}"
            + "}".repeat(12);
    String patch = "[{\"op\":\"add\",\"path\":\"/data\",\"value\":" + deep + "}]";

    HttpResponse<String> answer =
        server.send("PATCH", DEPLOYMENTS + "/none?fieldValidation=Strict", OPERATIONS, patch);

    assertThat(answer.statusCode()).isEqualTo(404);
  }

  @Test
  void ofCustomKindsTheTextIsReadFirstThenTheSchema() {
    String wrong =
        tab("{'name': 'first', 'name': '%s', 'strange': 1}", "'odd': 1, 'odd': 2, 'abc': 1");
    String[] said = {
      "duplicate field \"metadata.name\"",
      "duplicate field \"spec.odd\"",
      "unknown field \"metadata.strange\"",
      "unknown field \"spec.abc\"",
      "unknown field \"spec.odd\""
    };

    assertThat(refusal(400, server.post(TABS + "?fieldValidation=Strict", wrong.formatted("s"))))
        .endsWith("strict decoding error: " + String.join(", ", said));
    assertThat(warnings(server.post(TABS, wrong.formatted("w")))).containsExactly(said);
  }

  private static String tab(String metadata, String spec) {
    return "{'apiVersion': 'stable.example.com/v1', 'kind': 'CronTab', 'metadata': "
        + metadata
        + ", 'spec': {'cronSpec': '* * * * 5', "
        + spec
        + "}}";
  }

  @Test
  void aScaleIsValidatedAsWhateverElse() {
    exists("scaled");
    String scale = "{'metadata': {'name': 'scaled'}, 'spec': {'replicas': 2, 'odd': 1}}";
    String at = DEPLOYMENTS + "/scaled/scale";

    assertThat(refusal(400, server.send("PUT", at + "?fieldValidation=Strict", JSON, scale)))
        .isEqualTo(
            "Scale in version \"v1\" cannot be handled as a Scale: strict decoding error: unknown"
                + " field \"spec.odd\"");
    assertThat(warnings(server.send("PUT", at, JSON, scale)))
        .containsExactly("unknown field \"spec.odd\"");
  }
}
