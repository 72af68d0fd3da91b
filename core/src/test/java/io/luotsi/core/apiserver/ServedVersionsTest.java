package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static io.luotsi.core.apiserver.Requests.refused;
import static io.luotsi.core.apiserver.Requests.target;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.Conversion;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.StoredAs;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** One object, served in several versions and stored in one. */
class ServedVersionsTest {
  private static final GroupVersionResource OLD_EVENTS = GroupVersionResource.of("v1", "events");
  private static final GroupVersionResource EVENTS =
      GroupVersionResource.of("events.k8s.io/v1", "events");
  private static final GroupVersionResource V1 =
      GroupVersionResource.of("autoscaling/v1", "horizontalpodautoscalers");
  private static final GroupVersionResource V2 =
      GroupVersionResource.of("autoscaling/v2", "horizontalpodautoscalers");
  private static final ObjectKey X = ObjectKey.of("default", "x");

  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  private static ObjectNode oldEvent(String name, String about) {
    return json(
        """
        {'metadata': {'name': '%s'}, 'involvedObject': {'kind': 'Pod', 'namespace': 'default',
          'name': '%s'}, 'reason': 'Started', 'message': 'm', 'type': 'Normal', 'count': 3,
          'source': {'component': 'kubelet'}, 'firstTimestamp': '2026-01-02T03:04:05Z',
          'lastTimestamp': '2026-01-02T03:04:06Z', 'reportingComponent': '', 'reportingInstance': ''}
        """
            .formatted(name, about));
  }

  private static ObjectNode event(String more) {
    return json(
        """
        {'metadata': {'name': 'x'}, 'regarding': {'kind': 'Pod', 'namespace': 'default'},
          'eventTime': '2026-01-02T03:04:05.000006Z', 'reason': 'R', 'type': 'Normal', 'note': 'n',
          'action': 'A', 'reportingController': 'a.io/b', 'reportingInstance': 'i'%s}
        """
            .formatted(more));
  }

  private JsonNode get(GroupVersionResource resource) {
    return json(ok(client.get(resource, X)));
  }

  private static Selection where(String field, String value) {
    return new Selection(
        Optional.of("default"), LabelSelector.EVERYTHING, FieldSelector.equal(field, value));
  }

  @Test
  @Conformance("Event, manage lifecycle of an Event")
  void anEventHasOtherNamesInItsOtherGroupAndIsTheSame() {
    ok(client.create(OLD_EVENTS, "default", oldEvent("x", "p")));

    JsonNode old = get(OLD_EVENTS);
    JsonNode seen = get(EVENTS);

    assertThat(seen.path("apiVersion").asText()).isEqualTo("events.k8s.io/v1");
    assertThat(seen.path("regarding")).isEqualTo(old.path("involvedObject"));
    assertThat(seen.path("note").asText()).isEqualTo("m");
    assertThat(seen.path("deprecatedCount").asInt()).isEqualTo(3);
    assertThat(seen.at("/deprecatedSource/component").asText()).isEqualTo("kubelet");
    assertThat(seen.path("deprecatedFirstTimestamp")).isEqualTo(old.path("firstTimestamp"));
    assertThat(seen.path("deprecatedLastTimestamp")).isEqualTo(old.path("lastTimestamp"));
    assertThat(seen.path("reportingController").asText()).isEmpty();
    assertThat(seen.path("metadata")).isEqualTo(old.path("metadata"));
    assertThat(seen.has("involvedObject") || seen.has("message") || seen.has("source")).isFalse();
  }

  @Test
  void selectorsHaveTheNamesOfTheVersion() {
    ok(client.create(OLD_EVENTS, "default", oldEvent("x", "p")));
    ok(client.create(OLD_EVENTS, "default", oldEvent("y", "q")));

    assertThat(ok(client.list(EVENTS, where("regarding.name", "p"))).items())
        .extracting(item -> item.key().name())
        .containsExactly("x");
    assertThat(ok(client.list(EVENTS, where("source", "kubelet"))).items()).hasSize(2);
    assertThat(message(client.list(EVENTS, where("involvedObject.name", "p"))))
        .isEqualTo("field label not supported: involvedObject.name");
    assertThat(message(client.list(OLD_EVENTS, where("regarding.name", "p"))))
        .isEqualTo("field label not supported: regarding.name");
  }

  @Test
  @Conformance("New Event resource lifecycle, testing a single event")
  void aWatchShowsTheVersionThatItAskedFor() {
    long before = ok(client.create(OLD_EVENTS, "default", oldEvent("a", "p"))).resourceVersion();
    WatchCursor cursor = ok(client.watch(EVENTS, where("regarding.name", "p"), before));
    ok(client.create(OLD_EVENTS, "default", oldEvent("z", "q")));
    ok(client.create(OLD_EVENTS, "default", oldEvent("x", "p")));
    ok(client.patch(OLD_EVENTS, X, "", PatchType.MERGE, json("{'count': 4}")));
    ok(client.delete(EVENTS, X, DeleteOptions.DEFAULT));

    List<WatchEvent> seen = new ArrayList<>();
    while (seen.size() < 3) {
      seen.addAll(ok(cursor.next()));
    }

    assertThat(seen)
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("Added", "Modified", "Deleted");
    assertThat(seen)
        .extracting(WatchEvent::version)
        .containsExactly(before + 2, before + 3, before + 4);
    assertThat(seen)
        .extracting(event -> json(event.object()))
        .allMatch(event -> event.path("apiVersion").asText().equals("events.k8s.io/v1"))
        .extracting(event -> event.path("deprecatedCount").asInt())
        .containsExactly(3, 4, 4);
    cursor.close();
  }

  @Test
  void whatAVersionIsToldIsToldOfItself() {
    ok(client.create(OLD_EVENTS, "default", oldEvent("x", "p")));
    GroupResource asked = EVENTS.groupResource();

    assertThat(refused(client.create(EVENTS, "default", event(""))))
        .isEqualTo(new Rejection.AlreadyExists(asked, "x"));
    assertThat(refused(client.get(EVENTS, ObjectKey.of("default", "none"))))
        .isEqualTo(new Rejection.NotFound(asked, "none"));
    assertThat(
            refused(client.delete(EVENTS, ObjectKey.of("default", "none"), DeleteOptions.DEFAULT)))
        .isEqualTo(new Rejection.NotFound(asked, "none"));
    assertThat(
            refused(
                client.patch(
                    EVENTS,
                    X,
                    "",
                    PatchType.MERGE,
                    json("{'metadata': {'resourceVersion': '9'}}"))))
        .isInstanceOfSatisfying(
            Rejection.Conflict.class, why -> assertThat(why.resource()).isEqualTo(asked));
  }

  @Test
  void theNewerGroupAsksForMoreThanTheOlder() {
    ObjectNode vague = event(", 'deprecatedCount': 1, 'series': {'count': 1}");
    vague.remove(List.of("eventTime", "type"));

    assertThat(message(client.create(EVENTS, "default", vague)))
        .isEqualTo(
            "Event \"x\" is invalid: [series.count: Invalid value: \"\": should be at least 2,"
                + " series.lastObservedTime: Required value, eventTime: Required value, type:"
                + " Invalid value: \"\": has invalid value: , count: Invalid value: \"\": needs to"
                + " be unset]");
    ObjectNode nobody = event("");
    nobody.put("reportingController", "a b").remove("action");
    assertThat(message(client.create(EVENTS, "default", nobody)))
        .contains("reportingController: Invalid value: \"a b\": name part must consist of")
        .contains("action: Required value");
    ok(client.create(EVENTS, "default", event("")));
    assertThat(message(client.patch(EVENTS, X, "", PatchType.MERGE, json("{'note': 'o'}"))))
        .isEqualTo("Event \"x\" is invalid: message: Invalid value: \"o\": field is immutable");
    ok(client.patch(OLD_EVENTS, X, "", PatchType.MERGE, json("{'message': 'o'}")));
    assertThat(get(EVENTS).path("note").asText()).isEqualTo("o");
  }

  @Test
  void whatIsServedInTheStoredVersionIsWhatIsStored() {
    StoredObject made = ok(client.create(OLD_EVENTS, "default", oldEvent("x", "p")));

    assertThat(ok(client.get(OLD_EVENTS, X)).json()).isSameAs(made.json());
    assertThat(ok(client.list(OLD_EVENTS, Selection.EVERYTHING)).items().getFirst().json())
        .isSameAs(made.json());
  }

  private static final String BOTH =
      """
      {'metadata': {'name': 'x', 'annotations': {'a': 'b'}}, 'spec': {'maxReplicas': 5,
        'scaleTargetRef': {'kind': 'Deployment', 'name': 'd', 'apiVersion': 'apps/v1'},
        'metrics': [
          {'type': 'Resource', 'resource': {'name': 'cpu',
            'target': {'type': 'Utilization', 'averageUtilization': 60}}},
          {'type': 'Resource', 'resource': {'name': 'memory',
            'target': {'type': 'AverageValue', 'averageValue': '1Gi'}}},
          {'type': 'Object', 'object': {'describedObject': {'kind': 'Service', 'name': 's'},
            'metric': {'name': 'hits'}, 'target': {'type': 'Value', 'value': '10'}}},
          {'type': 'Pods', 'pods': {'metric': {'name': 'p'},
            'target': {'type': 'AverageValue', 'averageValue': '3'}}},
          {'type': 'External', 'external': {'metric': {'name': 'e',
            'selector': {'matchLabels': {'q': '1'}}}, 'target': {'type': 'Value', 'value': '7'}}}],
        'behavior': {'scaleDown': {'stabilizationWindowSeconds': 60, 'tolerance': '0.1'}}}}
      """;

  @Test
  void anAutoscalersOldVersionCarriesInAnnotationsWhatItCannotSay() {
    ok(client.create(V2, "default", json(BOTH)));
    ok(
        client.patch(
            V2,
            X,
            "status",
            PatchType.MERGE,
            json(
                """
                {'status': {'currentReplicas': 2, 'desiredReplicas': 3,
                  'conditions': [{'type': 'AbleToScale', 'status': 'True'}],
                  'currentMetrics': [{'type': 'Resource', 'resource': {'name': 'cpu',
                    'current': {'averageUtilization': 55, 'averageValue': '120m'}}}]}}
                """)));

    JsonNode old = get(V1);
    JsonNode annotations = old.at("/metadata/annotations");

    assertThat(old.path("apiVersion").asText()).isEqualTo("autoscaling/v1");
    assertThat(old.at("/spec/targetCPUUtilizationPercentage").asInt()).isEqualTo(60);
    assertThat(old.at("/status/currentCPUUtilizationPercentage").asInt()).isEqualTo(55);
    assertThat(old.path("spec").has("metrics") || old.path("status").has("conditions")).isFalse();
    assertThat(annotations.path("a").asText()).isEqualTo("b");
    assertThat(annotations.path("autoscaling.alpha.kubernetes.io/metrics").asText())
        .isEqualTo(
            "[{'type':'Resource','resource':{'name':'memory','targetAverageValue':'1Gi'}},{'type':'Object','object':{'target':{'kind':'Service','name':'s'},'metricName':'hits','targetValue':'10'}},{'type':'Pods','pods':{'metricName':'p','targetAverageValue':'3'}},{'type':'External','external':{'metricName':'e','metricSelector':{'matchLabels':{'q':'1'}},'targetValue':'7'}}]"
                .replace('\'', '"'));
    assertThat(annotations.path("autoscaling.alpha.kubernetes.io/current-metrics").asText())
        .isEqualTo(
            "[{'type':'Resource','resource':{'name':'cpu','currentAverageUtilization':55,'currentAverageValue':'120m'}}]"
                .replace('\'', '"'));
    assertThat(annotations.path("autoscaling.alpha.kubernetes.io/behavior").asText())
        .startsWith("{\"ScaleUp\":{\"StabilizationWindowSeconds\":0,\"SelectPolicy\":\"Max\"")
        .contains("\"ScaleDown\":{\"StabilizationWindowSeconds\":60,")
        .endsWith(
            "\"Policies\":[{\"Type\":\"Percent\",\"Value\":100,\"PeriodSeconds\":15}],"
                + "\"Tolerance\":\"100m\"}}");
    assertThat(annotations.path("autoscaling.alpha.kubernetes.io/conditions").asText())
        .isEqualTo("[{\"type\":\"AbleToScale\",\"status\":\"True\"}]");
  }

  @Test
  void whoWritesBackWhatTheOldVersionShowsChangesNothing() {
    StoredObject made = ok(client.create(V2, "default", json(BOTH)));
    ObjectNode read = json(ok(client.get(V1, X)));

    StoredObject same = ok(client.update(V1, X, "", read));
    StoredObject labelled =
        ok(client.patch(V1, X, "", PatchType.MERGE, json("{'metadata': {'labels': {'l': 'm'}}}")));

    // One thing: metrics that the old version carries in an annotation come first, as upstream's.
    ObjectNode spec = (ObjectNode) json(made).path("spec");
    spec.withArray("metrics").add(spec.withArray("metrics").remove(0));
    assertThat(json(labelled).path("apiVersion").asText()).isEqualTo("autoscaling/v1");
    assertThat(same.resourceVersion()).isEqualTo(made.resourceVersion() + 1);
    assertThat(get(V2).path("spec")).isEqualTo(spec);
    assertThat(get(V2).at("/metadata/annotations").toString()).isEqualTo("{\"a\":\"b\"}");
    assertThat(ok(client.update(V1, X, "", json(labelled))).resourceVersion())
        .isEqualTo(labelled.resourceVersion());
  }

  @Test
  void whatTheOldVersionMakesIsWholeInTheNew() {
    ok(
        client.create(
            V1,
            "default",
            json(
                "{'metadata': {'name': 'x', 'annotations':"
                    + " {'autoscaling.alpha.kubernetes.io/behavior': 'no JSON'}}, 'spec':"
                    + " {'maxReplicas': 5, 'scaleTargetRef': {'kind': 'D', 'name': 'd',"
                    + " 'apiVersion': 'apps/v1'}}}")));

    JsonNode made = get(V2);

    assertThat(made.path("apiVersion").asText()).isEqualTo("autoscaling/v2");
    assertThat(made.at("/spec/minReplicas").asInt()).isEqualTo(1);
    assertThat(made.at("/spec/metrics/0/resource/target/averageUtilization").asInt()).isEqualTo(80);
    assertThat(made.at("/metadata/annotations").isMissingNode()).isTrue();
    assertThat(made.at("/status/desiredReplicas").asInt(-1)).isZero();
    assertThat(
            message(client.patch(V1, X, "", PatchType.MERGE, json("{'spec': {'maxReplicas': 0}}"))))
        .startsWith("HorizontalPodAutoscaler.autoscaling \"x\" is invalid: [spec.maxReplicas:");
  }

  @Test
  void aTableOfAnyVersionIsThatOfTheStoredOne() {
    ok(client.create(V2, "default", json(BOTH)));
    ResourceType old = type(V1);
    ResourceType stored = type(V2);

    assertThat(old.columns().columns()).isEqualTo(stored.columns().columns());
    assertThat(old.columns().cells((ObjectNode) get(V1), TestApi.START).get(1).asText())
        .isEqualTo("Deployment/d");
    assertThat(old.columns().cells((ObjectNode) get(V1), TestApi.START).get(2).asText())
        .contains("memory: <unknown>/1Gi");
  }

  private ResourceType type(GroupVersionResource resource) {
    return api.pipeline().catalog().find(resource).orElseThrow();
  }

  private CompletionStage<Outcome<Written>> apply(
      TestApi api, GroupVersionResource resource, String manager, String config) {
    Target at = target(api, resource, "default", "x");
    ObjectNode named = json(config);
    named.withObject("metadata").put("name", "x");
    return api.pipeline()
        .patch(
            at,
            PatchType.APPLY,
            named,
            false,
            new WriteOptions(false, manager, FieldValidation.STRICT));
  }

  private static String autoscaler(String version, String spec) {
    return "{'apiVersion': 'autoscaling/%s', 'kind': 'HorizontalPodAutoscaler', 'spec': {%s}}"
        .formatted(version, spec);
  }

  private static final String TARGET =
      "'scaleTargetRef': {'kind': 'D', 'name': 'd', 'apiVersion': 'apps/v1'}";

  @Test
  void whoOwnsAFieldOwnsItInEveryVersion() {
    ok(apply(api, V2, "a", autoscaler("v2", TARGET + ", 'maxReplicas': 5, 'minReplicas': 2")));

    assertThat(message(apply(api, V1, "b", autoscaler("v1", "'maxReplicas': 6"))))
        .isEqualTo("Apply failed with 1 conflict: conflict with \"a\": .spec.maxReplicas");
    ok(client.patch(V1, X, "", PatchType.MERGE, json("{'spec': {'maxReplicas': 7}}")));

    assertThat(managed(get(V2), "a").at("/fieldsV1/f:spec").has("f:maxReplicas")).isFalse();
    assertThat(managed(get(V2), "a").at("/fieldsV1/f:spec").has("f:minReplicas")).isTrue();
    assertThat(managed(get(V2), "admin").path("apiVersion").asText()).isEqualTo("autoscaling/v1");
  }

  @Test
  void aFieldThatAnotherVersionCallsOtherwiseIsTakenFromItsOwner() {
    String metrics =
        "'metrics': [{'type': 'Resource', 'resource': {'name': 'cpu', 'target': {'type':"
            + " 'Utilization', 'averageUtilization': 60}}}]";
    ok(apply(api, V2, "a", autoscaler("v2", TARGET + ", 'maxReplicas': 5, " + metrics)));
    assertThat(managed(get(V2), "a").at("/fieldsV1/f:spec").has("f:metrics")).isTrue();

    ok(
        client.patch(
            V1, X, "", PatchType.MERGE, json("{'spec': {'targetCPUUtilizationPercentage': 70}}")));

    JsonNode left = managed(get(V2), "a").at("/fieldsV1/f:spec");
    assertThat(left.has("f:metrics")).isFalse();
    assertThat(left.has("f:maxReplicas")).isTrue();
    assertThat(get(V2).at("/spec/metrics/0/resource/target/averageUtilization").asInt())
        .isEqualTo(70);
  }

  @Test
  void whoAppliesInAnotherVersionGivesUpWhatItNoLongerSays() {
    ok(apply(api, V2, "a", autoscaler("v2", TARGET + ", 'maxReplicas': 5, 'minReplicas': 2")));
    Written changed = ok(apply(api, V1, "a", autoscaler("v1", TARGET + ", 'maxReplicas': 5")));

    assertThat(json(changed.object()).path("apiVersion").asText()).isEqualTo("autoscaling/v1");
    assertThat(get(V2).at("/spec/minReplicas").asInt()).isEqualTo(1);
    assertThat(managed(get(V2), "a").path("apiVersion").asText()).isEqualTo("autoscaling/v1");
    assertThat(get(V2).at("/metadata/managedFields")).hasSize(1);
  }

  @Test
  void whatOthersOwnInAnotherVersionStays() {
    ok(apply(api, V2, "a", autoscaler("v2", TARGET + ", 'maxReplicas': 5, 'minReplicas': 2")));
    ok(apply(api, V1, "b", autoscaler("v1", "'minReplicas': 2")));
    ok(apply(api, V2, "a", autoscaler("v2", TARGET + ", 'maxReplicas': 5")));

    assertThat(get(V2).at("/spec/minReplicas").asInt()).isEqualTo(2);
  }

  private static JsonNode managed(JsonNode object, String manager) {
    for (JsonNode entry : object.at("/metadata/managedFields")) {
      if (entry.path("manager").asText().equals(manager)) {
        return entry;
      }
    }
    return json("{}").path("none");
  }

  /** ConfigMaps in a second version that differs in name alone, as custom resources may have. */
  private static final class TwoVersions implements Catalog {
    static final GroupVersionResource OTHER = GroupVersionResource.of("v1beta1", "configmaps");

    private final Catalog builtIn = BuiltInCatalog.load();
    private final ResourceType stored = builtIn.find(Requests.CONFIG_MAPS).orElseThrow();
    private final ResourceType other = other(stored);
    private final List<ResourceType> both = List.of(stored, other);

    private static ResourceType other(ResourceType type) {
      GroupVersionKind kind = GroupVersionKind.of("v1beta1", "ConfigMap");
      return new ResourceType(
          kind,
          type.plural(),
          type.singular(),
          type.shortNames(),
          type.categories(),
          type.namespaced(),
          type.verbs(),
          type.subresources(),
          type.selectable(),
          type.timeToLive(),
          type.schema(),
          type.defaults(),
          type.columns(),
          Optional.of(new StoredAs(type, Conversion.renaming(kind, type.kind()))),
          Optional.empty());
    }

    @Override
    public List<ResourceType> types() {
      List<ResourceType> types = new ArrayList<>(builtIn.types());
      types.add(other);
      return types;
    }

    @Override
    public Optional<ResourceType> find(GroupVersionResource resource) {
      return resource.equals(OTHER) ? Optional.of(other) : builtIn.find(resource);
    }

    @Override
    public Optional<ResourceType> find(GroupVersionKind kind) {
      return kind.equals(other.kind()) ? Optional.of(other) : builtIn.find(kind);
    }

    @Override
    public Optional<ResourceType> stored(GroupResource resource) {
      return builtIn.stored(resource);
    }

    @Override
    public List<ResourceType> versions(GroupResource resource) {
      return resource.equals(stored.groupResource()) ? both : builtIn.versions(resource);
    }
  }

  @Test
  void versionsThatDifferInNameAloneNeedNoMoreThanTheirNames() {
    TestApi two = TestApi.create(InstantSource.fixed(TestApi.START), new TwoVersions());
    ok(
        apply(
            two,
            TwoVersions.OTHER,
            "a",
            "{'apiVersion': 'v1beta1', 'kind': 'ConfigMap', 'data': {'k': '1', 'l': '2'}}"));
    assertThat(message(apply(two, Requests.CONFIG_MAPS, "b", map("'k': '2'"))))
        .isEqualTo("Apply failed with 1 conflict: conflict with \"a\": .data.k");
    ok(apply(two, Requests.CONFIG_MAPS, "a", map("'k': '3'")));

    JsonNode stored = json(ok(two.client().get(Requests.CONFIG_MAPS, X)));
    JsonNode other = json(ok(two.client().get(TwoVersions.OTHER, X)));
    assertThat(stored.path("apiVersion").asText()).isEqualTo("v1");
    assertThat(other.path("apiVersion").asText()).isEqualTo("v1beta1");
    assertThat(other.path("data").toString()).isEqualTo("{\"k\":\"3\"}");
    assertThat(two.store().snapshot(Requests.CONFIG_MAPS.groupResource()).objects()).hasSize(1);
  }

  private static String map(String data) {
    return "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'data': {" + data + "}}";
  }
}
