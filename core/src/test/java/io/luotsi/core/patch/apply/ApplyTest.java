package io.luotsi.core.patch.apply;

import static io.luotsi.core.patch.apply.Applied.conflict;
import static io.luotsi.core.patch.apply.Applied.json;
import static io.luotsi.core.patch.apply.Applied.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Rejection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The cases of structured-merge-diff's documentation and tables, on Kubernetes' own kinds. */
class ApplyTest {
  private final Applied map = Applied.of("v1", "ConfigMap");
  private final Applied web = Applied.of("apps/v1", "Deployment");

  private static String map(String data) {
    return "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'm'}, 'data': {"
        + data
        + "}}";
  }

  private static String web(String spec, String containers) {
    return """
    {'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {'name': 'w'},
     'spec': {%s 'selector': {'matchLabels': {'app': 'w'}},
      'template': {'metadata': {'labels': {'app': 'w'}},
       'spec': {'containers': [%s]}}}}
    """
        .formatted(spec, containers);
  }

  private static List<String> names(JsonNode list) {
    return list.findValuesAsText("name");
  }

  @Test
  void whoAppliesOwnsWhatItSaysAndNotWhatThatDefaultsTo() {
    web.apply("a", web("", "{'name': 'c', 'image': 'i'}")).orElseThrow();

    assertThat(web.at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(web.managers()).containsExactly("a Apply");
    assertThat(web.fieldsOf("a").toString())
        .isEqualTo(
            json("""
            {'f:spec':{'f:selector':{},'f:template':{'f:metadata':{'f:labels':{'f:app':{}}},
              'f:spec':{'f:containers':{'k:{\\"name\\":\\"c\\"}':
                {'.':{},'f:image':{},'f:name':{}}}}}}}
            """)
                .toString());
  }

  @Test
  void whatTheApplierNoLongerSaysGoesIfNobodyElseOwnsIt() {
    map.apply("a", map("'x': '1', 'y': '1', 'z': '1'")).orElseThrow();
    map.apply("b", map("'y': '1'")).orElseThrow();

    map.apply("a", map("'x': '1'")).orElseThrow();

    assertThat(map.at("/data")).isEqualTo(json("{'x': '1', 'y': '1'}"));
    assertThat(map.fieldsOf("a")).isEqualTo(json("{'f:data':{'f:x':{}}}"));
    assertThat(map.fieldsOf("b")).isEqualTo(json("{'f:data':{'f:y':{}}}"));
  }

  @Test
  void whatAnUpdaterChangedSinceIsItsOwnAndStays() {
    map.apply("a", map("'x': '1', 'y': '1'")).orElseThrow();
    map.update("u", map("'x': '1', 'y': '2'"));

    map.apply("a", map("'x': '1'")).orElseThrow();

    assertThat(map.at("/data/y").asText()).isEqualTo("2");
    assertThat(map.managers()).containsExactly("a Apply", "u Update");
  }

  @Test
  void aFieldOfAnotherIsAConflictThatNamesItAndForceTakesIt() {
    web.update("kubectl-create", web("'replicas': 2,", "{'name': 'c', 'image': 'i'}"));
    String wanted = web("'replicas': 5,", "{'name': 'c', 'image': 'i'}");

    Rejection.ApplyConflict why = (Rejection.ApplyConflict) refused(web.apply("a", wanted));

    assertThat(why.message())
        .isEqualTo(
            "Apply failed with 1 conflict: conflict with \"kubectl-create\" using apps/v1:"
                + " .spec.replicas");
    assertThat(why.causes())
        .containsExactly(
            new Rejection.Cause(
                "FieldManagerConflict",
                "conflict with \"kubectl-create\" using apps/v1",
                ".spec.replicas"));
    assertThat(web.at("/spec/replicas").asInt()).isEqualTo(2);
    web.force("a", wanted).orElseThrow();
    assertThat(web.at("/spec/replicas").asInt()).isEqualTo(5);
    assertThat(web.fieldsOf("kubectl-create").at("/f:spec").has("f:replicas")).isFalse();
    assertThat(web.fieldsOf("a").at("/f:spec").has("f:replicas")).isTrue();
  }

  @Test
  void severalConflictsAreToldByManager() {
    map.apply("a", map("'x': '1', 'y': '1'")).orElseThrow();
    map.update("u", map("'x': '1', 'y': '1', 'z': '1'"));

    assertThat(conflict(map.apply("b", map("'x': '2', 'y': '2', 'z': '2'"))))
        .isEqualTo(
            "Apply failed with 3 conflicts: conflicts with \"a\":\n- .data.x\n- .data.y\n"
                + "conflicts with \"u\" using v1:\n- .data.z");
  }

  @Test
  void theSameValueIsOwnedTogetherAndOfNobodysHarm() {
    map.apply("a", map("'x': '1'")).orElseThrow();
    JsonNode first = map.entry("a");

    map.apply("b", map("'x': '1'")).orElseThrow();

    assertThat(map.managers()).containsExactlyInAnyOrder("a Apply", "b Apply");
    assertThat(map.entry("a")).isEqualTo(first);
    assertThat(map.entry("b").has("time")).as("it changed nothing").isFalse();
    assertThat(conflict(map.apply("a", map("'x': '2'"))))
        .isEqualTo("Apply failed with 1 conflict: conflict with \"b\": .data.x");
    map.apply("b", map("")).orElseThrow();
    map.apply("a", map("'x': '2'")).orElseThrow();
    assertThat(map.at("/data/x").asText()).isEqualTo("2");
  }

  @Test
  void applyingTheSameAgainChangesNothing() {
    web.apply("a", web("", "{'name': 'c', 'image': 'i'}")).orElseThrow();
    JsonNode before = web.live().deepCopy();

    web.apply("a", web("", "{'name': 'c', 'image': 'i'}")).orElseThrow();

    assertThat(web.live()).isEqualTo(before);
  }

  @Test
  void amountsSaidInAnotherFormChangeNothing() {
    String limits = "{'name': 'c', 'image': 'i', 'resources': {'limits': {'cpu': %s}}}";
    web.apply("a", web("", limits.formatted("'1'"))).orElseThrow();
    JsonNode before = web.live().deepCopy();

    web.apply("a", web("", limits.formatted("'1000m'"))).orElseThrow();
    web.apply("a", web("", limits.formatted("1"))).orElseThrow();

    assertThat(web.live()).isEqualTo(before);
  }

  @Test
  void itemsWithKeysJoinAndGoOneByOne() {
    web.apply("a", web("", "{'name': 'one', 'image': 'i'}, {'name': 'two', 'image': 'i'}"))
        .orElseThrow();
    web.apply("b", web("", "{'name': 'three', 'image': 'i'}")).orElseThrow();
    String path = "/spec/template/spec/containers";
    assertThat(names(web.at(path))).containsExactly("one", "two", "three");

    web.apply("a", web("", "{'name': 'two', 'image': 'i'}")).orElseThrow();

    assertThat(names(web.at(path))).containsExactly("two", "three");
  }

  @Test
  void theAppliersOrderOfItemsIsTaken() {
    String one = "{'name': 'one', 'image': 'i'}";
    String two = "{'name': 'two', 'image': 'i'}";
    String three = "{'name': 'three', 'image': 'i'}";
    String path = "/spec/template/spec/containers";
    web.apply("a", web("", one + "," + two + "," + three)).orElseThrow();

    web.apply("a", web("", three + "," + one + "," + two)).orElseThrow();
    assertThat(names(web.at(path))).containsExactly("three", "one", "two");
    web.apply("b", web("", two + ", {'name': 'four', 'image': 'i'}, " + one)).orElseThrow();

    assertThat(names(web.at(path))).containsExactly("three", "two", "four", "one");
  }

  @Test
  void aKeyThatIsLeftOutIsItsDefault() {
    String ports = "{'name': 'c', 'image': 'i', 'ports': [%s]}";
    web.apply("a", web("", ports.formatted("{'containerPort': 80}"))).orElseThrow();
    JsonNode before = web.live().deepCopy();

    web.apply("b", web("", ports.formatted("{'containerPort': 80, 'protocol': 'TCP'}")))
        .orElseThrow();
    assertThat(web.at("/spec")).isEqualTo(before.path("spec"));
    web.apply("b", web("", ports.formatted("{'containerPort': 80, 'protocol': 'UDP'}")))
        .orElseThrow();

    assertThat(web.at("/spec/template/spec/containers/0/ports").findValuesAsText("protocol"))
        .containsExactly("TCP", "UDP");
  }

  @Test
  void setsHaveEachValueOnceAndAnApplierItsOwn() {
    String finalizers =
        "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'finalizers': [%s]}}";
    map.apply("a", finalizers.formatted("'x/1', 'x/2'")).orElseThrow();
    map.apply("b", finalizers.formatted("'x/2', 'x/3'")).orElseThrow();
    assertThat(map.at("/metadata/finalizers")).isEqualTo(json("['x/1', 'x/2', 'x/3']"));

    map.apply("a", finalizers.formatted("'x/1'")).orElseThrow();
    assertThat(map.at("/metadata/finalizers")).isEqualTo(json("['x/1', 'x/2', 'x/3']"));
    map.apply("b", finalizers.formatted("'x/3'")).orElseThrow();

    assertThat(map.at("/metadata/finalizers")).isEqualTo(json("['x/1', 'x/3']"));
  }

  @Test
  void anAtomicThingIsReplacedAsAWholeAndConflictsAsOne() {
    Applied service = Applied.of("v1", "Service");
    String selecting =
        "{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 's'}, "
            + "'spec': {'ports': [{'port': 80}], 'selector': {%s}}}";
    service.apply("a", selecting.formatted("'x': '1', 'y': '1'")).orElseThrow();

    assertThat(conflict(service.apply("b", selecting.formatted("'z': '1'"))))
        .endsWith("conflict with \"a\": .spec.selector");
    service.force("b", selecting.formatted("'z': '1'")).orElseThrow();

    assertThat(service.at("/spec/selector")).isEqualTo(json("{'z': '1'}"));
    assertThat(service.fieldsOf("a").at("/f:spec").has("f:selector")).isFalse();
  }

  @Test
  void aWholeMapThatIsNoLongerSaidGoesWithAllThatWasInIt() {
    web.apply("a", web("", "{'name': 'c', 'image': 'i', 'resources': {'limits': {'cpu': '1'}}}"))
        .orElseThrow();

    web.apply("a", web("", "{'name': 'c', 'image': 'i'}")).orElseThrow();

    assertThat(web.at("/spec/template/spec/containers/0/resources")).isEqualTo(json("{}"));
  }

  @Test
  void aDefaultComesBackWhenItsValueIsNoLongerApplied() {
    web.apply("a", web("'replicas': 7,", "{'name': 'c', 'image': 'i'}")).orElseThrow();

    web.apply("a", web("", "{'name': 'c', 'image': 'i'}")).orElseThrow();

    assertThat(web.at("/spec/replicas").asInt()).isEqualTo(1);
  }

  @Test
  void nullIsAppliedAsAbsenceAndOwned() {
    web.apply("a", web("'replicas': 7, 'paused': true,", "{'name': 'c', 'image': 'i'}"))
        .orElseThrow();

    web.apply("a", web("'replicas': null,", "{'name': 'c', 'image': 'i'}")).orElseThrow();

    assertThat(web.at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(web.at("/spec").has("paused")).isFalse();
    assertThat(web.fieldsOf("a").at("/f:spec").has("f:replicas")).isTrue();
  }

  @Test
  void whatIsThereTwiceIsLeftAloneAndCannotBeApplied() {
    String env =
        "{'name': 'c', 'image': 'i', 'env': [{'name': 'E', 'value': '1'},"
            + " {'name': 'E', 'value': '2'}]}";
    web.update("u", web("", env));
    assertThat(web.fieldsOf("u").at("/f:spec/f:template/f:spec/f:containers").toString())
        .contains("\"f:env\":{\".\":{},\"k:{\\\"name\\\":\\\"E\\\"}\":{}}");

    web.apply("a", web("'paused': true,", "{'name': 'c', 'image': 'i'}")).orElseThrow();

    assertThat(web.at("/spec/template/spec/containers/0/env")).hasSize(2);
    assertThat(refused(web.apply("a", web("", env))))
        .isEqualTo(
            new Rejection.Unclassified(
                "failed to create typed patch object (/w; apps/v1, Kind=Deployment):"
                    + " .spec.template.spec.containers[name=\"c\"].env: duplicate entries for key"
                    + " [name=\"E\"]"));
  }

  @Test
  void aConfigurationThatDoesNotFitItsSchemaIsRefusedInUpstreamsWords() {
    String head = "failed to create typed patch object (/w; apps/v1, Kind=Deployment): ";
    String c = "{'name': 'c', 'image': 'i'}";
    assertThat(refused(web.apply("a", web("'replica': 1,", c))))
        .isEqualTo(
            new Rejection.Unclassified(head + ".spec.replica: field not declared in schema"));
    assertThat(refused(web.apply("a", web("'replicas': 'x', 'paused': 1,", c))))
        .isEqualTo(
            new Rejection.Unclassified(
                head
                    + "errors:\n  .spec.replicas: expected numeric (int or float), got string\n"
                    + "  .spec.paused: expected boolean, got &{1}"));
    assertThat(refused(web.apply("a", web("", "{'image': 'i'}"))))
        .isEqualTo(
            new Rejection.Unclassified(
                head
                    + ".spec.template.spec.containers: element 0: associative list with keys has an"
                    + " element that omits all key fields [\"name\"] (and doesn't have default"
                    + " values for any key fields)"));
    assertThat(refused(web.apply("a", "{'apiVersion': 'v1', 'kind': 'Pod'}")))
        .isEqualTo(new Rejection.BadRequest("invalid object type: /v1, Kind=Pod"));
    assertThat(
            refused(
                web.apply(
                    "a",
                    "{'apiVersion': 'apps/v1', 'kind': 'Deployment', "
                        + "'metadata': {'managedFields': []}}")))
        .isEqualTo(new Rejection.BadRequest("metadata.managedFields must be nil"));
  }

  @Test
  void entriesOfAVersionThatIsNotServedAreLetGo() {
    map.update(
        "u",
        """
        {'metadata': {'name': 'm', 'managedFields': [{'manager': 'old', 'operation': 'Update',
          'apiVersion': 'v1beta7', 'fieldsType': 'FieldsV1', 'fieldsV1': {'f:data': {'f:x': {}}}}]},
         'data': {'x': '1'}}
        """);

    assertThat(map.managers()).containsExactly("u Update");
    ((ObjectNode) map.entry("u")).put("apiVersion", "v1beta7");
    map.apply("a", map("'x': '2'")).orElseThrow();

    assertThat(map.managers()).containsExactly("a Apply");
  }

  @Test
  void aPartThatHasBecomeAtomicIsOwnedAsAWhole() {
    web.update("u", web("", "{'name': 'c', 'image': 'i'}"));
    JsonNode fields = web.entry("u").path("fieldsV1").path("f:spec");
    ((ObjectNode) fields).set("f:selector", json("{'f:matchLabels':{'.':{},'f:app':{}}}"));

    web.apply("a", web("'paused': true,", "{'name': 'c', 'image': 'i'}")).orElseThrow();

    assertThat(web.fieldsOf("u").at("/f:spec/f:selector")).isEqualTo(json("{}"));
  }

  @Test
  void kubectlTakesOverFromItsClientSideApplyWithoutConflict() {
    String applied = map("'x': '1', 'y': '1'");
    String annotated =
        applied.replace(
            "'name': 'm'",
            "'name': 'm', 'annotations': {'kubectl.kubernetes.io/last-applied-configuration': '"
                + applied.replace("'", "\\\\\"").replace("\\\\", "\\")
                + "'}");
    map.update("kubectl-client-side-apply", annotated);

    map.apply("kubectl", map("'x': '2', 'y': '1'")).orElseThrow();

    assertThat(map.at("/data/x").asText()).isEqualTo("2");
    assertThat(
            map.at("/metadata/annotations")
                .path("kubectl.kubernetes.io/last-applied-configuration")
                .asText())
        .isEqualTo(
            "{\"apiVersion\":\"v1\",\"data\":{\"x\":\"2\",\"y\":\"1\"},\"kind\":\"ConfigMap\","
                + "\"metadata\":{\"name\":\"m\"}}\n");
    map.update(
        "other",
        map.live()
            .deepCopy()
            .put("kind", "ConfigMap")
            .toString()
            .replace("\"y\":\"1\"}", "\"y\":\"9\"}"));
    assertThat(conflict(map.apply("kubectl", map("'x': '2', 'y': '3'"))))
        .isEqualTo("Apply failed with 1 conflict: conflict with \"other\" using v1: .data.y");
  }
}
