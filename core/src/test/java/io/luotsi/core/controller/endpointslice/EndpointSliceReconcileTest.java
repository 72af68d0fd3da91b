package io.luotsi.core.controller.endpointslice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EndpointSliceReconcileTest {
  private static final Instant CHANGED = Instant.parse("2026-01-01T12:00:00Z");
  private final TreeMap<String, ObjectNode> slices = new TreeMap<>();
  private int made;

  private static ServiceView service(String spec, String labels) {
    String json =
        """
        {'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'ns','uid':'svc',
          'labels':%s,'creationTimestamp':'2026-01-01T00:00:00Z'},
         'spec':{'clusterIP':'10.0.0.1','selector':{'app':'web'},
          'ports':[{'name':'http','port':80,'targetPort':8080,'protocol':'TCP'}]%s}}
        """
            .formatted(labels, spec)
            .replace('\'', '"');
    return ServiceView.of(stored(Json.readObject(json.getBytes(StandardCharsets.UTF_8))));
  }

  private static ServiceView service() {
    return service("", "{}");
  }

  private static StoredObject stored(ObjectNode json) {
    return ObjectDraft.of(json, SelectableFields.NONE).seal(1);
  }

  private static EndpointPod pod(int number, boolean ready) {
    return pod(number, ready, false, Map.of());
  }

  private static EndpointPod pod(
      int number, boolean ready, boolean terminating, Map<String, Integer> ports) {
    return new EndpointPod(
        ObjectKey.of("ns", "p" + number),
        "u" + number,
        List.of("10.1." + number / 250 + "." + number % 250),
        "n1",
        "",
        "",
        ready,
        terminating,
        false,
        CHANGED,
        ports);
  }

  private static List<EndpointPod> pods(int from, int to) {
    List<EndpointPod> pods = new ArrayList<>();
    for (int i = from; i < to; i++) {
      pods.add(pod(i, true));
    }
    return pods;
  }

  /** Plans and carries out; returns how many writes that took. */
  private int reconcile(ServiceView service, List<EndpointPod> pods) {
    List<Action> actions =
        EndpointSliceReconcile.plan(
            service,
            pods,
            slices.values().stream().map(EndpointSliceReconcileTest::stored).toList(),
            node -> Optional.of("zone-a"));
    for (Action action : actions) {
      switch (action) {
        case Action.Create create -> {
          ObjectNode slice = create.body().deepCopy();
          String name = "web-" + made++;
          slice.withObject("/metadata").put("name", name).put("uid", name);
          slices.put(name, slice);
        }
        case Action.Update update -> slices.put(update.key().name(), update.body());
        case Action.Delete delete -> slices.remove(delete.key().name());
        case Action.Patch patch -> throw new AssertionError("not expected: " + patch);
        case Action.Event event -> throw new AssertionError("not expected: " + event);
      }
    }
    return actions.size();
  }

  private List<Integer> sizes() {
    return slices.values().stream().map(slice -> slice.path("endpoints").size()).toList();
  }

  private JsonNode only() {
    assertThat(slices).hasSize(1);
    return slices.firstEntry().getValue();
  }

  @Test
  void anEndpointSaysWhatUpstreamsSays() {
    reconcile(service("", "{'team':'a','kubernetes.io/service-name':'x'}"), pods(1, 2));

    JsonNode slice = only();
    assertThat(slice.at("/metadata/labels").toString())
        .isEqualTo(
            "{\"team\":\"a\",\"kubernetes.io/service-name\":\"web\","
                + "\"endpointslice.kubernetes.io/managed-by\":\"endpointslice-controller.k8s.io\"}");
    assertThat(slice.at("/metadata/generateName").asText()).isEqualTo("web-");
    assertThat(slice.at("/metadata/ownerReferences/0/kind").asText()).isEqualTo("Service");
    assertThat(
            slice
                .at("/metadata/annotations/endpoints.kubernetes.io~1last-change-trigger-time")
                .asText())
        .isEqualTo("2026-01-01T12:00:00Z");
    assertThat(slice.path("addressType").asText()).isEqualTo("IPv4");
    assertThat(slice.path("ports").toString())
        .isEqualTo("[{\"name\":\"http\",\"protocol\":\"TCP\",\"port\":8080}]");
    assertThat(slice.at("/endpoints/0").toString())
        .isEqualTo(
            "{\"addresses\":[\"10.1.0.1\"],"
                + "\"conditions\":{\"ready\":true,\"serving\":true,\"terminating\":false},"
                + "\"targetRef\":{\"kind\":\"Pod\",\"namespace\":\"ns\",\"name\":\"p1\","
                + "\"uid\":\"u1\"},\"nodeName\":\"n1\",\"zone\":\"zone-a\"}");
  }

  @Test
  void podsThatAreNotReadyOrAreLeavingAreSaidToBeSo() {
    reconcile(service(), List.of(pod(1, false), pod(2, true, true, Map.of())));

    assertThat(only().at("/endpoints/0/conditions").toString())
        .isEqualTo("{\"ready\":false,\"serving\":false,\"terminating\":false}");
    assertThat(only().at("/endpoints/1/conditions").toString())
        .isEqualTo("{\"ready\":false,\"serving\":true,\"terminating\":true}");
    reconcile(service(",'publishNotReadyAddresses':true", "{}"), List.of(pod(1, false)));
    assertThat(only().at("/endpoints/0/conditions/ready").asBoolean()).isTrue();
  }

  @Test
  void aSecondLookChangesNothing() {
    reconcile(service(), pods(0, 250));

    assertThat(sizes()).containsExactly(100, 100, 50);
    assertThat(reconcile(service(), pods(0, 250))).isZero();
  }

  @Test
  void oneChangedPodChangesOneSlice() {
    reconcile(service(), pods(0, 250));
    List<EndpointPod> pods = new ArrayList<>(pods(0, 250));
    pods.set(130, pod(130, false));

    assertThat(reconcile(service(), pods)).isEqualTo(1);
  }

  @Test
  void newEndpointsFillASliceThatHasRoom() {
    reconcile(service(), pods(0, 250));

    assertThat(reconcile(service(), pods(0, 260))).isEqualTo(1);
    assertThat(sizes()).containsExactly(100, 100, 60);
  }

  @Test
  void withoutPodsThereIsOneEmptySlice() {
    assertThat(reconcile(service(), List.of())).isEqualTo(1);
    assertThat(only().path("endpoints")).isEmpty();
    assertThat(reconcile(service(), List.of())).isZero();
    reconcile(service(), pods(0, 3));
    assertThat(sizes()).containsExactly(3);
    reconcile(service(), List.of());
    assertThat(sizes()).containsExactly(0);
  }

  @Test
  void podsThatNameTheirPortsDifferentlyAreInDifferentSlices() {
    ServiceView named = service(",'ports':[{'name':'http','port':80,'targetPort':'web'}]", "{}");
    reconcile(
        named,
        List.of(
            pod(1, true, false, Map.of("TCP/web", 8080)),
            pod(2, true, false, Map.of("TCP/web", 9090)),
            pod(3, true, false, Map.of("TCP/web", 8080))));

    assertThat(slices.values())
        .extracting(
            slice -> slice.at("/ports/0/port").asInt(), slice -> slice.path("endpoints").size())
        .containsExactlyInAnyOrder(tuple(8080, 2), tuple(9090, 1));
  }

  @Test
  void aHeadlessServiceSaysSoAndGivesHostnames() {
    EndpointPod named =
        new EndpointPod(
            ObjectKey.of("ns", "p"),
            "u",
            List.of("10.1.0.1", "fd00::1"),
            "n1",
            "db-0",
            "web",
            true,
            false,
            false,
            CHANGED,
            Map.of());

    reconcile(service(",'clusterIP':'None'", "{}"), List.of(named));

    assertThat(only().at("/metadata/labels").has("service.kubernetes.io/headless")).isTrue();
    assertThat(only().at("/endpoints/0/hostname").asText()).isEqualTo("db-0");
    assertThat(only().at("/endpoints/0/addresses")).hasSize(1);
  }

  @Test
  void aServiceWithoutSelectorIsSomebodyElsesBusiness() {
    ServiceView manual = service(",'selector':null", "{}");

    assertThat(reconcile(manual, pods(0, 3))).isZero();
  }

  @Property(tries = 60)
  void everyPodIsInExactlyOneSliceAndThoseThatStayDoNotMove(
      @ForAll int seed, @ForAll @IntRange(max = 350) int count) {
    slices.clear();
    Random random = new Random(seed);
    reconcile(service(), pods(0, count));
    Map<String, String> before = places();
    List<EndpointPod> pods = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (random.nextInt(4) > 0) {
        pods.add(pod(i, random.nextInt(5) > 0));
      }
    }
    pods.addAll(pods(1000, 1000 + random.nextInt(150)));
    Collections.shuffle(pods, random);

    reconcile(service(), pods);

    Map<String, String> after = places();
    assertThat(after.keySet())
        .containsExactlyInAnyOrderElementsOf(pods.stream().map(EndpointPod::uid).toList());
    assertThat(sizes()).allMatch(size -> size <= 100);
    after.forEach((uid, place) -> assertThat(before.getOrDefault(uid, place)).isEqualTo(place));
    assertThat(reconcile(service(), pods)).isZero();
  }

  private Map<String, String> places() {
    Map<String, String> places = new TreeMap<>();
    slices.forEach(
        (name, slice) ->
            slice
                .path("endpoints")
                .forEach(
                    endpoint ->
                        assertThat(places.put(endpoint.at("/targetRef/uid").asText(), name))
                            .isNull()));
    return places;
  }
}
