package io.luotsi.core.controller.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.endpointslice.EndpointPod;
import io.luotsi.core.controller.endpointslice.ServiceView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Endpoints made of pods, and slices made of Endpoints. */
class EndpointsTest {
  private static final Instant CHANGED = Instant.parse("2026-01-01T12:00:00Z");

  private static ObjectNode json(String text) {
    return Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static StoredObject stored(String text) {
    return ObjectDraft.of(json(text), SelectableFields.NONE).seal(1);
  }

  private static ServiceView service(String more) {
    return ServiceView.of(
        stored(
            """
            {'metadata': {'name': 'web', 'namespace': 'ns', 'uid': 's', 'labels': {'team': 'a'}},
             'spec': {'clusterIP': '10.0.0.1', 'selector': {'app': 'web'},
              'ports': [{'name': 'http', 'port': 80, 'targetPort': 'web', 'protocol': 'TCP'}]%s}}
            """
                .formatted(more)));
  }

  private static EndpointPod pod(int number, boolean ready, boolean terminating, int port) {
    return new EndpointPod(
        ObjectKey.of("ns", "p" + number),
        "u" + number,
        List.of("10.1." + number / 250 + "." + number % 250),
        "n1",
        "h",
        "web",
        ready,
        terminating,
        false,
        CHANGED,
        Map.of("TCP/web", port));
  }

  private static JsonNode made(ServiceView service, EndpointPod... pods) {
    return ((Action.Create)
            EndpointsReconcile.plan(service, List.of(pods), Optional.empty()).orElseThrow())
        .body();
  }

  @Test
  void podsOfOneFormShareASubsetReadyOrNot() {
    JsonNode endpoints =
        made(
            service(""),
            pod(2, true, false, 8080),
            pod(1, true, false, 8080),
            pod(3, false, false, 8080),
            pod(4, true, true, 8080),
            pod(5, true, false, 9090));

    assertThat(endpoints.path("subsets")).hasSize(2);
    JsonNode subset = endpoints.at("/subsets/0");
    assertThat(subset.path("addresses").findValuesAsText("ip"))
        .containsExactly("10.1.0.1", "10.1.0.2");
    assertThat(subset.path("notReadyAddresses").findValuesAsText("ip")).containsExactly("10.1.0.3");
    assertThat(subset.at("/ports/0").toString())
        .isEqualTo("{\"name\":\"http\",\"port\":8080,\"protocol\":\"TCP\"}");
    assertThat(subset.at("/addresses/0").toString())
        .isEqualTo(
            ("{'ip':'10.1.0.1','hostname':'h','nodeName':'n1','targetRef':{'kind':'Pod',"
                    + "'namespace':'ns','name':'p1','uid':'u1'}}")
                .replace('\'', '"'));
    assertThat(endpoints.at("/subsets/1/ports/0/port").asInt()).isEqualTo(9090);
    assertThat(endpoints.at("/metadata/name").asText()).isEqualTo("web");
    assertThat(endpoints.at("/metadata/labels").toString())
        .isEqualTo(
            "{\"team\":\"a\",\"endpoints.kubernetes.io/managed-by\":\"endpoint-controller\"}");
    assertThat(endpoints.at("/metadata/annotations").toString())
        .isEqualTo(
            "{\"endpoints.kubernetes.io/last-change-trigger-time\":\"2026-01-01T12:00:00Z\"}");
  }

  @Test
  void whoPublishesAllPublishesThoseThatAreNotReadyOrGo() {
    JsonNode endpoints =
        made(
            service(", 'publishNotReadyAddresses': true"),
            pod(1, false, false, 1),
            pod(2, true, true, 1));

    assertThat(endpoints.at("/subsets/0/addresses")).hasSize(2);
    assertThat(endpoints.at("/subsets/0").has("notReadyAddresses")).isFalse();
  }

  @Test
  void aServiceWithoutPodsHasEndpointsWithoutSubsets() {
    assertThat(made(service("")).has("subsets")).isFalse();
    JsonNode headless = made(service(", 'clusterIP': 'None', 'ports': []"), pod(1, true, false, 1));
    assertThat(headless.at("/subsets/0/addresses")).hasSize(1);
    assertThat(headless.at("/subsets/0").has("ports")).isFalse();
    assertThat(headless.at("/metadata/labels").has("service.kubernetes.io/headless")).isTrue();
  }

  @Test
  void moreThanAThousandAreCutAndItIsSaid() {
    EndpointPod[] pods = new EndpointPod[1001];
    for (int i = 0; i < pods.length; i++) {
      pods[i] = pod(i, i != 7, false, 1);
    }
    JsonNode endpoints = made(service(""), pods);

    assertThat(endpoints.at("/subsets/0/addresses")).hasSize(1000);
    assertThat(endpoints.at("/subsets/0").has("notReadyAddresses")).isFalse();
    assertThat(
            endpoints.at("/metadata/annotations/endpoints.kubernetes.io~1over-capacity").asText())
        .isEqualTo("truncated");
  }

  @Test
  void whatIsAsItShouldBeIsNotWrittenAndWhatUsersKeepIsNotTouched() {
    EndpointPod one = pod(1, true, false, 1);
    ObjectNode made = made(service(""), one).deepCopy();
    made.withObject("metadata").put("uid", "e");
    StoredObject found = ObjectDraft.of(made, SelectableFields.NONE).seal(3);

    assertThat(EndpointsReconcile.plan(service(""), List.of(one), Optional.of(found))).isEmpty();
    assertThat(EndpointsReconcile.plan(service(""), List.of(), Optional.of(found)))
        .get()
        .isInstanceOfSatisfying(
            Action.Update.class,
            update -> {
              assertThat(update.body().has("subsets")).isFalse();
              assertThat(update.body().at("/metadata/resourceVersion").asText()).isEqualTo("3");
            });
    assertThat(EndpointsReconcile.plan(service(", 'selector': {}"), List.of(one), Optional.empty()))
        .isEmpty();
    assertThat(EndpointsReconcile.orphaned(found)).isPresent();
    made.withObject("metadata")
        .withObject("annotations")
        .put("control-plane.alpha.kubernetes.io/leader", "{}");
    assertThat(EndpointsReconcile.orphaned(ObjectDraft.of(made, SelectableFields.NONE).seal(3)))
        .isEmpty();
  }

  private static final String OWN =
      """
      {'metadata': {'name': 'web', 'namespace': 'ns', 'uid': 'e', 'labels': {'l': 'm'%s},
        'annotations': {'a': 'b', 'kubectl.kubernetes.io/last-applied-configuration': '{}'}},
       'subsets': [{'addresses': [{'ip': '10.1.2.3'}, {'ip': '1::2'}],
         'notReadyAddresses': [{'ip': '10.1.2.4', 'nodeName': 'n'}],
         'ports': [{'port': 80, 'protocol': 'TCP'}]}]}
      """;

  private static ServiceView selectsNothing() {
    return service(", 'selector': {}");
  }

  @Test
  void endpointsThatUsersWriteAreMirroredBySlices() {
    List<Action> actions =
        EndpointSliceMirror.plan(
            Optional.of(selectsNothing()), Optional.of(stored(OWN.formatted(""))), List.of());

    assertThat(actions).hasSize(2).allMatch(action -> action instanceof Action.Create);
    JsonNode slice = ((Action.Create) actions.getFirst()).body();
    assertThat(slice.path("addressType").asText()).isEqualTo("IPv4");
    assertThat(slice.path("endpoints").toString())
        .isEqualTo(
            ("[{'addresses':['10.1.2.3'],'conditions':{'ready':true}},"
                    + "{'addresses':['10.1.2.4'],'conditions':{'ready':false},'nodeName':'n'}]")
                .replace('\'', '"'));
    assertThat(slice.at("/metadata/labels").toString())
        .isEqualTo(
            ("{'l':'m','kubernetes.io/service-name':'web','endpointslice.kubernetes.io/managed-by':"
                    + "'endpointslicemirroring-controller.k8s.io'}")
                .replace('\'', '"'));
    assertThat(slice.at("/metadata/annotations").toString()).isEqualTo("{\"a\":\"b\"}");
    assertThat(slice.at("/metadata/ownerReferences/0/kind").asText()).isEqualTo("Endpoints");
    assertThat(slice.at("/ports/0/name").isTextual()).isTrue();
  }

  @Test
  void aMirrorFollowsAndGoesWithWhatItShows() {
    Optional<StoredObject> own = Optional.of(stored(OWN.formatted("")));
    List<StoredObject> slices = new ArrayList<>();
    for (Action action : EndpointSliceMirror.plan(Optional.of(selectsNothing()), own, List.of())) {
      ObjectNode body = ((Action.Create) action).body().deepCopy();
      body.withObject("metadata")
          .put("name", "web-" + slices.size())
          .put("uid", "x" + slices.size());
      slices.add(ObjectDraft.of(body, SelectableFields.NONE).seal(5));
    }
    Optional<StoredObject> fewer =
        Optional.of(stored(OWN.formatted("").replace(", {'ip': '1::2'}", "")));
    Optional<StoredObject> moved =
        Optional.of(stored(OWN.formatted("").replace("10.1.2.3", "10.9.9.9")));

    assertThat(EndpointSliceMirror.plan(Optional.of(selectsNothing()), own, slices)).isEmpty();
    assertThat(EndpointSliceMirror.plan(Optional.of(selectsNothing()), fewer, slices))
        .singleElement()
        .isInstanceOf(Action.Delete.class);
    assertThat(EndpointSliceMirror.plan(Optional.of(selectsNothing()), moved, slices))
        .singleElement()
        .isInstanceOfSatisfying(
            Action.Update.class,
            update ->
                assertThat(update.body().at("/endpoints/0/addresses/0").asText())
                    .isEqualTo("10.9.9.9"));
    for (Optional<ServiceView> not :
        List.of(Optional.<ServiceView>empty(), Optional.of(service("")))) {
      assertThat(EndpointSliceMirror.plan(not, own, slices))
          .hasSize(2)
          .allMatch(action -> action instanceof Action.Delete);
    }
    StoredObject skipped =
        stored(OWN.formatted(", 'endpointslice.kubernetes.io/skip-mirror': 'true'"));
    assertThat(
            EndpointSliceMirror.plan(
                Optional.of(selectsNothing()), Optional.of(skipped), List.of()))
        .isEmpty();
  }
}
