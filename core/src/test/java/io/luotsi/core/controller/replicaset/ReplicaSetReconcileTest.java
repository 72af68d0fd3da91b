package io.luotsi.core.controller.replicaset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.replicaset.ReplicaSetReconcile.Failure;
import io.luotsi.core.controller.replicaset.ReplicaSetReconcile.Plan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaSetReconcileTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private static ReplicaSetView replicaSet(int replicas, String status) {
    return new ReplicaSetView(
        ReplicaKind.REPLICA_SET,
        ObjectKey.of("ns", "web"),
        "rs",
        7,
        3,
        false,
        Optional.of("deployment"),
        replicas,
        0,
        LabelSelector.ofLabels(Map.of("app", "web")),
        json("{\"metadata\":{\"labels\":{\"app\":\"web\",\"v\":\"1\"}},\"spec\":{\"x\":[1]}}"),
        json(status));
  }

  private static ObjectNode json(String text) {
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8));
  }

  private static PodView pod(String name) {
    return new PodView(
        ObjectKey.of("ns", name),
        "uid-" + name,
        Map.of("app", "web", "v", "1"),
        Optional.of("rs"),
        false,
        NOW.minusSeconds(600),
        "Running",
        "n1",
        true,
        Optional.of(NOW.minusSeconds(500)),
        0,
        0);
  }

  private static List<PodView> pods(int count) {
    List<PodView> pods = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pods.add(pod("p" + i));
    }
    return pods;
  }

  private static PodView with(
      PodView pod, String phase, String node, boolean ready, int restarts, int cost) {
    return new PodView(
        pod.key(),
        pod.uid(),
        pod.labels(),
        pod.controllerUid(),
        pod.deleting(),
        pod.created(),
        phase,
        node,
        ready,
        ready ? pod.readySince() : Optional.empty(),
        restarts,
        cost);
  }

  private static PodView owned(PodView pod, Optional<String> owner, Map<String, String> labels) {
    return new PodView(
        pod.key(),
        pod.uid(),
        labels,
        owner,
        pod.deleting(),
        pod.created(),
        pod.phase(),
        pod.nodeName(),
        pod.ready(),
        pod.readySince(),
        pod.restarts(),
        pod.deletionCost());
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,0,0",
    "3,0,3,0",
    "3,3,0,0",
    "3,5,0,2",
    "0,2,0,2",
    "1000,0,500,0",
    "0,700,0,500",
  })
  void itMakesWhatIsMissingAndDeletesWhatIsTooMuchInBursts(
      int wanted, int present, int create, int delete) {
    Plan plan = ReplicaSetReconcile.plan(replicaSet(wanted, "{}"), pods(present), Map.of(), NOW);

    assertThat(plan.create()).isEqualTo(create);
    assertThat(plan.delete()).hasSize(delete);
    assertThat(plan.claims()).isEmpty();
  }

  @Test
  void podsThatEndedOrAreToldToGoDoNotCount() {
    List<PodView> pods = new ArrayList<>(pods(1));
    pods.add(with(pod("failed"), "Failed", "n1", false, 0, 0));
    pods.add(with(pod("done"), "Succeeded", "n1", false, 0, 0));

    Plan plan = ReplicaSetReconcile.plan(replicaSet(3, "{}"), pods, Map.of(), NOW);

    assertThat(plan.active()).hasSize(1);
    assertThat(plan.create()).isEqualTo(2);
  }

  @Test
  @Conformance("Replica Set, adopt matching pods and release non matching pods")
  void itAdoptsOrphansThatMatchAndReleasesItsOwnThatDoNot() {
    PodView orphan = owned(pod("orphan"), Optional.empty(), Map.of("app", "web"));
    PodView stray = owned(pod("stray"), Optional.of("rs"), Map.of("app", "other"));
    PodView foreign = owned(pod("foreign"), Optional.of("other"), Map.of("app", "web"));
    PodView unlike = owned(pod("unlike"), Optional.empty(), Map.of());

    Plan plan =
        ReplicaSetReconcile.plan(
            replicaSet(1, "{}"), List.of(orphan, stray, foreign, unlike), Map.of(), NOW);

    assertThat(plan.active()).containsExactly(orphan);
    assertThat(plan.create()).isZero();
    assertThat(plan.claims()).hasSize(2);
    Action.Patch adoption = plan.claims().getFirst();
    assertThat(adoption.key().name()).isEqualTo("orphan");
    assertThat(adoption.patch().toString())
        .isEqualTo(
            "{\"metadata\":{\"uid\":\"uid-orphan\",\"ownerReferences\":[{\"apiVersion\":\"apps/v1\","
                + "\"kind\":\"ReplicaSet\",\"name\":\"web\",\"uid\":\"rs\",\"controller\":true,"
                + "\"blockOwnerDeletion\":true}]}}");
    assertThat(plan.claims().getLast().patch().toString())
        .contains("\"$patch\":\"delete\",\"uid\":\"rs\"");
  }

  @Test
  void thePodsThatAreMissedLeastGoFirst() {
    PodView unassigned = with(pod("unassigned"), "Pending", "", false, 0, 0);
    PodView pending = with(pod("pending"), "Pending", "n1", false, 0, 0);
    PodView unready = with(pod("unready"), "Running", "n1", false, 0, 0);
    PodView cheap = with(pod("cheap"), "Running", "n1", true, 0, -5);
    PodView crowded = with(pod("crowded"), "Running", "n2", true, 0, 0);
    PodView restarted = with(pod("restarted"), "Running", "n1", true, 4, 0);
    PodView best = with(pod("best"), "Running", "n1", true, 0, 0);
    List<PodView> order = List.of(unassigned, pending, unready, cheap, crowded, restarted, best);
    List<PodView> shuffled = new ArrayList<>(order.reversed());

    for (int left = 0; left < order.size(); left++) {
      Plan plan =
          ReplicaSetReconcile.plan(replicaSet(left, "{}"), shuffled, Map.of("n1", 3, "n2", 9), NOW);
      assertThat(plan.delete())
          .containsExactlyInAnyOrderElementsOf(order.subList(0, order.size() - left));
    }
  }

  @Property(tries = 300)
  void theDeletionOrderIsAnOrder(@ForAll int seed, @ForAll @IntRange(min = 2, max = 60) int size) {
    Random random = new Random(seed);
    List<PodView> pods = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      PodView base = pod("p" + i);
      boolean ready = random.nextBoolean();
      pods.add(
          new PodView(
              base.key(),
              base.uid(),
              base.labels(),
              base.controllerUid(),
              false,
              NOW.minusSeconds(random.nextInt(4)),
              random.nextBoolean() ? "Running" : "Pending",
              random.nextBoolean() ? "n1" : "",
              ready,
              ready && random.nextBoolean()
                  ? Optional.of(NOW.minusSeconds(random.nextInt(4)))
                  : Optional.empty(),
              random.nextInt(2),
              0));
    }
    DeletionOrder order = new DeletionOrder(Map.of("n1", 1), NOW);
    for (PodView a : pods) {
      for (PodView b : pods) {
        assertThat(Integer.signum(order.compare(a, b)))
            .isEqualTo(-Integer.signum(order.compare(b, a)));
        for (PodView c : pods.subList(0, Math.min(10, size))) {
          if (order.compare(a, b) < 0 && order.compare(b, c) < 0) {
            assertThat(order.compare(a, c)).isNegative();
          }
        }
      }
    }
  }

  @Test
  void aPodIsTheTemplateWithAnOwner() {
    ObjectNode pod = ReplicaSetReconcile.newPod(replicaSet(1, "{}"));

    assertThat(pod.at("/metadata/generateName").asText()).isEqualTo("web-");
    assertThat(pod.at("/metadata/labels/v").asText()).isEqualTo("1");
    assertThat(pod.at("/metadata/ownerReferences/0/uid").asText()).isEqualTo("rs");
    assertThat(pod.at("/spec/x/0").asInt()).isEqualTo(1);
  }

  private static ObjectNode status(ReplicaSetView rs, List<PodView> active, Optional<Failure> why) {
    Action.Patch patch =
        (Action.Patch) ReplicaSetReconcile.status(rs, active, why, NOW).orElseThrow();
    assertThat(patch.patch().at("/metadata/resourceVersion").asText()).isEqualTo("7");
    return (ObjectNode) patch.patch().get("status");
  }

  @Test
  void theStatusCountsPods() {
    List<PodView> active = new ArrayList<>(pods(3));
    active.set(1, with(active.get(1), "Running", "n1", false, 0, 0));
    active.set(2, owned(active.get(2), Optional.of("rs"), Map.of("app", "web")));

    assertThat(status(replicaSet(3, "{\"replicas\":2}"), active, Optional.empty()).toString())
        .isEqualTo(
            "{\"replicas\":3,\"fullyLabeledReplicas\":2,\"readyReplicas\":2,"
                + "\"availableReplicas\":2,\"observedGeneration\":3,\"conditions\":null}");
  }

  @Test
  void aStatusThatIsSaidAlreadyIsNotSaidAgain() {
    ReplicaSetView rs =
        replicaSet(
            1,
            """
            {"replicas":1,"fullyLabeledReplicas":1,"readyReplicas":1,"availableReplicas":1,
             "observedGeneration":3}
            """);

    assertThat(ReplicaSetReconcile.status(rs, pods(1), Optional.empty(), NOW)).isEmpty();
    assertThat(ReplicaSetReconcile.status(rs, List.of(), Optional.empty(), NOW)).isPresent();
  }

  @Test
  void aFailureIsAConditionUntilItIsOver() {
    Failure failure = new Failure("FailedCreate", "quota");
    ObjectNode failed = status(replicaSet(1, "{}"), List.of(), Optional.of(failure));
    assertThat(failed.get("conditions").toString())
        .isEqualTo(
            "[{\"type\":\"ReplicaFailure\",\"status\":\"True\","
                + "\"lastTransitionTime\":\"2026-01-01T12:00:00Z\",\"reason\":\"FailedCreate\","
                + "\"message\":\"quota\"}]");

    ReplicaSetView rs = replicaSet(1, failed.toString());
    assertThat(status(rs, pods(1), Optional.empty()).get("conditions").isNull()).isTrue();
  }

  @Test
  void aReadyPodIsAvailableAfterMinReadySeconds() {
    PodView young =
        new PodView(
            ObjectKey.of("ns", "young"),
            "u",
            Map.of("app", "web"),
            Optional.of("rs"),
            false,
            NOW,
            "Running",
            "n1",
            true,
            Optional.of(NOW.minusSeconds(4)),
            0,
            0);
    ReplicaSetView base = replicaSet(1, "{}");
    ReplicaSetView rs =
        new ReplicaSetView(
            ReplicaKind.REPLICA_SET,
            base.key(),
            base.uid(),
            7,
            3,
            false,
            Optional.empty(),
            1,
            10,
            base.selector(),
            base.template(),
            base.status());

    assertThat(young.available(10, NOW)).isFalse();
    assertThat(young.available(10, NOW.plusSeconds(6))).isTrue();
    assertThat(ReplicaSetReconcile.nextAvailable(rs, List.of(young), NOW))
        .contains(Duration.ofSeconds(6));
    assertThat(ReplicaSetReconcile.nextAvailable(base, List.of(young), NOW)).isEmpty();
  }
}
