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

/** Bodies that are not quite what is asked for, and what upstream says of them. */
class BodiesOverHttpTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
  private static final String NO_NAME =
      "the name of the object (%s based on URL) was undeterminable: name must be provided";

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

  private static String bad(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(json(response).path("reason").asText()).isEqualTo("BadRequest");
    return json(response).path("message").asText();
  }

  private static void created(String path, String body) {
    HttpResponse<String> created = server.post(path, body);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
  }

  @Test
  void anUpdateNamesItsObjectWhetherItIsThereOrNot() {
    created(MAPS, "{'metadata': {'name': 'named'}}");
    created(
        DEPLOYMENTS,
        "{'metadata': {'name': 'named'}, 'spec': {'selector': {'matchLabels': {'a': 'b'}},"
            + " 'template': {'metadata': {'labels': {'a': 'b'}},"
            + " 'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}}}");
    server.create("tab", "'cronSpec': '* * * * 5'");

    for (String path : List.of(MAPS + "/named", MAPS + "/nothing")) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      assertThat(bad(server.send("PUT", path, JSON, "{'data': {'a': 'b'}}")))
          .isEqualTo(NO_NAME.formatted(name));
      assertThat(bad(server.send("PUT", path, JSON, "{'metadata': {'name': 'other'}}")))
          .isEqualTo(
              "the name of the object (other) does not match the name on the URL (" + name + ")");
      assertThat(bad(server.send("PUT", path, JSON, "{'metadata': {'namespace': 'other'}}")))
          .isEqualTo(
              "the namespace of the provided object does not match the namespace sent on the"
                  + " request");
      assertThat(bad(server.send("PUT", path, JSON, "{'data': 1}")))
          .startsWith("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: ");
    }
    for (String part : List.of("", "/status", "/scale")) {
      String path = DEPLOYMENTS + "/named" + part;
      assertThat(bad(server.send("PUT", path, JSON, "{'spec': {}}")))
          .isEqualTo(NO_NAME.formatted("named"));
    }
    String tab = "{'apiVersion': 'stable.example.com/v1', 'kind': 'CronTab', 'spec': {}}";
    assertThat(bad(server.send("PUT", TABS + "/tab", JSON, tab)))
        .isEqualTo(NO_NAME.formatted("tab"));
  }

  @Test
  void aPatchKeepsTheNameItsObjectHas() {
    created(MAPS, "{'metadata': {'name': 'patched'}}");
    String path = MAPS + "/patched";
    String nameless = "apiVersion: v1\nkind: ConfigMap\n";

    assertThat(bad(server.send("PATCH", path, MERGE, "{'metadata': {'name': null}}")))
        .isEqualTo(NO_NAME.formatted("patched"));
    assertThat(
            bad(
                server.send(
                    "PATCH",
                    MAPS + "/fresh?fieldManager=a",
                    "application/apply-patch+yaml",
                    nameless)))
        .isEqualTo(NO_NAME.formatted("fresh"));
    HttpResponse<String> applied =
        server.send("PATCH", path + "?fieldManager=a", "application/apply-patch+yaml", nameless);
    assertThat(applied.statusCode()).as(applied.body()).isEqualTo(200);
  }

  @Test
  void nullIsAnObjectWithoutFields() {
    assertThat(server.post(MAPS, "null").statusCode()).isEqualTo(422);
    assertThat(json(server.post(MAPS, "null")).path("message").asText())
        .contains("name or generateName is required");
    assertThat(bad(server.send("PUT", MAPS + "/any", JSON, "null")))
        .isEqualTo(NO_NAME.formatted("any"));
    assertThat(bad(server.post(MAPS, "[]")))
        .isEqualTo(
            "the object provided is unrecognized (must be of type ConfigMap): couldn't get"
                + " version/kind; json parse error: json: cannot unmarshal array into Go value of"
                + " type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind"
                + " string \"json:\\\"kind,omitempty\\\"\" } (5b5d)");
  }

  @Test
  void aCustomObjectSaysWhatItIs() {
    assertThat(bad(server.post(TABS, "null")))
        .isEqualTo(
            "the object provided is unrecognized (must be of type CronTab): Object 'Kind' is"
                + " missing in 'null' (6e756c6c)");
    assertThat(bad(server.post(TABS, "{'spec': {}}")))
        .isEqualTo(
            "the object provided is unrecognized (must be of type CronTab): Object 'Kind' is"
                + " missing in '{\"spec\": {}}' ({\"spec\": {}})");
    assertThat(bad(server.post(TABS, "{'kind': 'CronTab'}")))
        .isEqualTo(
            "the API version in the data () does not match the expected API version"
                + " (stable.example.com/v1)");
  }

  @Test
  void whatIsOfAnotherKindIsReadAsWhatItSaysItIs() {
    String scalers = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";

    assertThat(bad(server.post(DEPLOYMENTS, "{'apiVersion': 'v1', 'kind': 'Pod'}")))
        .isEqualTo(
            "Pod in version \"v1\" cannot be handled as a Deployment: converting (v1.Pod) to"
                + " (apps.Deployment): unknown conversion");
    assertThat(bad(server.post(DEPLOYMENTS, "{'kind': 'Pod'}")))
        .isEqualTo(
            "Pod in version \"v1\" cannot be handled as a Deployment: no kind \"Pod\" is registered"
                + " for version \"apps/v1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"");
    assertThat(bad(server.post(MAPS, "{'apiVersion': 'v2'}")))
        .isEqualTo(
            "ConfigMap in version \"v2\" cannot be handled as a ConfigMap: no kind \"ConfigMap\" is"
                + " registered for version \"v2\" in scheme"
                + " \"pkg/api/legacyscheme/scheme.go:30\"");
    assertThat(
            bad(
                server.post(
                    scalers,
                    "{'apiVersion': 'autoscaling/v1', 'kind': 'HorizontalPodAutoscaler'}")))
        .isEqualTo(
            "the API version in the data (autoscaling/v1) does not match the expected API version"
                + " (autoscaling/v2)");
    HttpResponse<String> other =
        server.post(
            TABS,
            "{'apiVersion': 'stable.example.com/v1', 'kind': 'Tab', 'metadata': {'name': 't'}}");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(json(other).path("message").asText())
        .isEqualTo(
            "CronTab.stable.example.com \"t\" is invalid: kind: Invalid value: \"Tab\": must be"
                + " CronTab");
  }

  @Test
  void optionsOfADeletionAreOfAnyVersionButOfTheirKind() {
    created(MAPS, "{'metadata': {'name': 'going'}}");
    String path = MAPS + "/going";
    String dry = "'dryRun': ['All']";

    assertThat(bad(server.send("DELETE", path, JSON, "{'apiVersion': 'v1', 'kind': 'Pod'}")))
        .isEqualTo(
            "no kind \"Pod\" is registered for version \"v1\" in scheme"
                + " \"pkg/apis/meta/internalversion/scheme/register.go:27\"");
    assertThat(bad(server.send("DELETE", path, JSON, "{'kind': 'CreateOptions'}")))
        .isEqualTo("converting (v1.CreateOptions) to (v1.DeleteOptions): unknown conversion");
    assertThat(bad(server.send("DELETE", path, JSON, "{'gracePeriodSeconds': 'long'}")))
        .isEqualTo(
            "json: cannot unmarshal string into Go struct field"
                + " DeleteOptions.gracePeriodSeconds of type int64");
    assertThat(bad(server.send("DELETE", path, JSON, "[]")))
        .startsWith("couldn't get version/kind; json parse error: json: cannot unmarshal array");
    assertThat(bad(server.send("DELETE", MAPS, JSON, "{'kind': 'Pod'}")))
        .startsWith("no kind \"Pod\" is registered for version \"meta.k8s.io/v1\"");
    for (String options :
        List.of(
            "{" + dry + "}",
            "{'kind': 'DeleteOptions', 'apiVersion': 'any.example.com/v7', " + dry + "}",
            "{'kind': 'DeleteOptions', 'apiVersion': 'v1', 'odd': 1, " + dry + "}")) {
      assertThat(server.send("DELETE", path, JSON, options).statusCode()).isEqualTo(200);
    }
    assertThat(server.get(path).statusCode()).isEqualTo(200);
    assertThat(server.send("DELETE", path, JSON, "null").statusCode()).isEqualTo(200);
    assertThat(server.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void anOwnerThatIsNamedTwiceIsKeptOnce() {
    String owner = "{'apiVersion': 'v1', 'kind': 'Node', 'name': '%s', 'uid': '%s'}";
    String a = owner.formatted("a", "1");
    String b = owner.formatted("b", "2");
    String other = owner.formatted("c", "1");
    String owned = "{'metadata': {'name': '%s', 'ownerReferences': [%s]}}";
    String many = String.join(", ", a, b, a, other, b, a);
    String said =
        "299 - \".metadata.ownerReferences contains duplicate entries%s; API server dedups owner"
            + " references in 1.20+, and may reject such requests as early as 1.24; please fix your"
            + " requests; duplicate UID(s) observed: 1, 2, 1\"";

    HttpResponse<String> created = server.post(MAPS, owned.formatted("owned", many));
    HttpResponse<String> updated =
        server.send("PUT", MAPS + "/owned", JSON, owned.formatted("owned", many));
    HttpResponse<String> once = server.post(MAPS, owned.formatted("once", a + ", " + b));
    HttpResponse<String> patched =
        server.send("PATCH", MAPS + "/once", MERGE, owned.formatted("once", many));

    for (HttpResponse<String> answer : List.of(created, updated, patched)) {
      assertThat(json(answer).at("/metadata/ownerReferences").findValuesAsText("name"))
          .as(answer.body())
          .containsExactly("a", "b", "c");
    }
    assertThat(created.headers().allValues("Warning")).containsExactly(said.formatted(""));
    assertThat(updated.headers().allValues("Warning")).containsExactly(said.formatted(""));
    assertThat(patched.headers().allValues("Warning"))
        .containsExactly(said.formatted(" after mutating admission happens"));
    assertThat(once.headers().allValues("Warning")).isEmpty();
  }
}
