package io.luotsi.core.scheduler;

import static io.luotsi.core.scheduler.Objects.allocatable;
import static io.luotsi.core.scheduler.Objects.labels;
import static io.luotsi.core.scheduler.Objects.node;
import static io.luotsi.core.scheduler.Objects.pod;
import static io.luotsi.core.scheduler.Objects.requests;
import static io.luotsi.core.scheduler.Objects.shape;
import static io.luotsi.core.scheduler.Objects.snapshot;
import static io.luotsi.core.scheduler.Objects.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spreading, and how nodes that fit are ranked. */
class SpreadAndScoreTest {
  private static final String SKEWED = "node(s) didn't match pod topology spread constraints";
  private static final String NO_LABEL =
      "node(s) didn't match pod topology spread constraints (missing required label)";

  private final WorkloadSelectors workloads = new WorkloadSelectors();

  private static NodeView inZone(String name, String zone) {
    return node(
        name,
        labels(
            "{'kubernetes.io/hostname':'%s','topology.kubernetes.io/zone':'%s'}"
                .formatted(name, zone)));
  }

  private static String constraint(String more) {
    return "[{'topologyKey':'topology.kubernetes.io/zone','maxSkew':1,"
        + "'whenUnsatisfiable':'DoNotSchedule','labelSelector':{'matchLabels':{'app':'web'}}"
        + more
        + "}]";
  }

  private List<List<String>> refusals(PodShape shape, Snapshot snapshot) {
    FilterPlugin.NodeFilter filter =
        new PodTopologySpread(workloads).filterFor(shape, snapshot).orElseThrow();
    filter.refresh();
    List<List<String>> refusals = new ArrayList<>();
    for (int slot = 0; slot < snapshot.size(); slot++) {
      refusals.add(filter.filter(slot).reasons());
    }
    return refusals;
  }

  @Test
  void hardConstraintRefusesTheZoneThatIsAheadAndNodesWithoutTheLabel() {
    Snapshot snapshot = snapshot(inZone("a1", "a"), inZone("b1", "b"), node("bare"));
    snapshot.putPod(pod("p1"), "a1");
    PodShape shape = shape(spec("topologySpreadConstraints", constraint("")));
    assertThat(refusals(shape, snapshot))
        .containsExactly(List.of(SKEWED), List.of(), List.of(NO_LABEL));
    snapshot.putPod(pod("p2"), "b1");
    assertThat(refusals(shape, snapshot)).containsExactly(List.of(), List.of(), List.of(NO_LABEL));
  }

  @Test
  void podsOfOtherNamespacesOtherLabelsOrOnTheirWayOutAreNotCounted() {
    Snapshot snapshot = snapshot(inZone("a1", "a"), inZone("b1", "b"));
    snapshot.putPod(pod("p1", p -> p.withObject("/metadata").put("namespace", "other")), "a1");
    snapshot.putPod(pod("p2", labels("{'app':'db'}")), "a1");
    snapshot.putPod(
        pod("p3", p -> p.withObject("/metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z")),
        "a1");
    PodShape shape = shape(spec("topologySpreadConstraints", constraint("")));
    assertThat(refusals(shape, snapshot)).containsExactly(List.of(), List.of());
  }

  @Test
  void withFewerDomainsThanWantedAnEmptyOneIsImagined() {
    Snapshot snapshot = snapshot(inZone("a1", "a"), inZone("b1", "b"));
    snapshot.putPod(pod("p1"), "a1");
    snapshot.putPod(pod("p2"), "b1");
    PodShape shape = shape(spec("topologySpreadConstraints", constraint(",'minDomains':3")));
    assertThat(refusals(shape, snapshot)).containsExactly(List.of(SKEWED), List.of(SKEWED));
  }

  @Test
  void nodesThatAffinityOrHonouredTaintsExcludeAreNoDomains() {
    NodeView tainted =
        node(
            "c1",
            n -> {
              labels("{'topology.kubernetes.io/zone':'c'}").accept(n);
              spec("taints", "[{'key':'k','effect':'NoSchedule'}]").accept(n);
            });
    Snapshot snapshot = snapshot(inZone("a1", "a"), inZone("b1", "b"), tainted);
    snapshot.putPod(pod("p1"), "a1");
    snapshot.putPod(pod("p2"), "b1");
    PodShape ignoring = shape(spec("topologySpreadConstraints", constraint("")));
    assertThat(refusals(ignoring, snapshot).subList(0, 2))
        .containsExactly(List.of(SKEWED), List.of(SKEWED));
    PodShape honouring =
        shape(spec("topologySpreadConstraints", constraint(",'nodeTaintsPolicy':'Honor'")));
    assertThat(refusals(honouring, snapshot).subList(0, 2)).containsExactly(List.of(), List.of());
  }

  @Test
  void matchLabelKeysNarrowTheCountToThePodsOwnRevision() {
    Snapshot snapshot = snapshot(inZone("a1", "a"), inZone("b1", "b"));
    snapshot.putPod(pod("old", labels("{'app':'web','rev':'1'}")), "a1");
    PodShape shape =
        shape(
            p -> {
              labels("{'app':'web','rev':'2'}").accept(p);
              spec("topologySpreadConstraints", constraint(",'matchLabelKeys':['rev']")).accept(p);
            });
    assertThat(refusals(shape, snapshot)).containsExactly(List.of(), List.of());
  }

  @Test
  void podsOfOneServiceAreSpreadOverHostsAndZonesWithoutBeingAsked() {
    Snapshot snapshot =
        snapshot(inZone("a1", "a"), inZone("a2", "a"), inZone("b1", "b"), inZone("b2", "b"));
    snapshot.putPod(pod("p1"), "a1");
    workloads.putService(ObjectKey.of("default", "web"), Map.of("app", "web"));
    long[] scores = scores(new PodTopologySpread(workloads), shape(p -> {}), snapshot);
    assertThat(scores[2]).isEqualTo(scores[3]).isEqualTo(100);
    assertThat(scores[1]).isLessThan(100).isGreaterThan(scores[0]);
  }

  @Test
  void podsThatBelongNowhereAreNotSpread() {
    Snapshot snapshot = snapshot(inZone("a1", "a"));
    workloads.putService(ObjectKey.of("default", "db"), Map.of("app", "db"));
    assertThat(new PodTopologySpread(workloads).scorerFor(shape(p -> {}), snapshot)).isEmpty();
  }

  @Test
  void selectorOfServicesAndOwnerAreMerged() {
    workloads.putService(ObjectKey.of("default", "web"), Map.of("app", "web"));
    workloads.putWorkload(
        "ReplicaSet",
        ObjectKey.of("default", "web-1"),
        Optional.of(LabelSelector.ofLabels(Map.of("hash", "1"))));
    PodShape owned =
        shape(
            p ->
                p.withObject("/metadata")
                    .set(
                        "ownerReferences",
                        Objects.json(
                                "{'v':[{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'web-1',"
                                    + "'uid':'u','controller':true}]}")
                            .get("v")));
    LabelSelector selector = workloads.selectorFor(owned);
    assertThat(selector.matches(Map.of("app", "web", "hash", "1"))).isTrue();
    assertThat(selector.matches(Map.of("app", "web", "hash", "2"))).isFalse();
    assertThat(selector.matches(Map.of("hash", "1"))).isFalse();
  }

  @Test
  void softConstraintPrefersTheZoneWithFewerPodsAndIgnoresNodesWithoutTheLabel() {
    Snapshot snapshot = snapshot(inZone("a1", "a"), inZone("b1", "b"), node("bare"));
    snapshot.putPod(pod("p1"), "a1");
    PodShape shape =
        shape(
            spec(
                "topologySpreadConstraints",
                constraint("").replace("DoNotSchedule", "ScheduleAnyway")));
    assertThat(scores(new PodTopologySpread(workloads), shape, snapshot))
        .containsExactly(0, 100, 0);
  }

  @ParameterizedTest
  @CsvSource({
    // requested and capacity of CPU, of memory; expected
    "0, 1000, 0, 1000, 100",
    "500, 1000, 500, 1000, 50",
    "1000, 1000, 1000, 1000, 0",
    "1001, 1000, 0, 1000, 50",
    "250, 1000, 333, 1000, 70",
    "0, 0, 500, 1000, 50",
    "0, 0, 0, 0, 0",
  })
  void leastAllocatedIsTheMeanShareThatStaysFree(
      long cpu, long cpuCapacity, long memory, long memoryCapacity, long score) {
    assertThat(NodeResourcesFit.leastAllocated(cpu, cpuCapacity, memory, memoryCapacity))
        .isEqualTo(score);
  }

  @ParameterizedTest
  @CsvSource({
    "500, 1000, 500, 1000, 100",
    "1000, 1000, 0, 1000, 50",
    "250, 1000, 750, 1000, 75",
    "9000, 1000, 1000, 1000, 100",
    "500, 0, 500, 1000, 100",
  })
  void balanceIsBestWhenBothSharesAreEqual(
      long cpu, long cpuCapacity, long memory, long memoryCapacity, long score) {
    assertThat(NodeResourcesBalancedAllocation.balance(cpu, cpuCapacity, memory, memoryCapacity))
        .isEqualTo(score);
  }

  @Test
  void podsThatRequestNothingCountAsALittleWhenNodesAreScored() {
    Snapshot snapshot = snapshot(node("n", allocatable("{'cpu':'1','memory':'400Mi','pods':'9'}")));
    assertThat(scores(new NodeResourcesFit(), shape(requests("{}")), snapshot))
        .containsExactly((90 + 50) / 2);
    assertThat(new NodeResourcesBalancedAllocation().scorerFor(shape(requests("{}")), snapshot))
        .isEmpty();
  }

  @Test
  void nodesWithTaintsThatPreferOthersScoreLess() {
    Snapshot snapshot =
        snapshot(
            node("none"),
            node("one", spec("taints", "[{'key':'a','effect':'PreferNoSchedule'}]")),
            node(
                "two",
                spec(
                    "taints",
                    "[{'key':'a','effect':'PreferNoSchedule'},{'key':'b','effect':'PreferNoSchedule'}]")));
    assertThat(scores(new TaintToleration(), shape(p -> {}), snapshot)).containsExactly(100, 50, 0);
  }

  @Test
  void preferredNodeAffinityAddsUpWeightsAndScalesToTheBest() {
    Snapshot snapshot =
        snapshot(
            node("none", labels("{}")),
            node("one", labels("{'a':'1'}")),
            node("both", labels("{'a':'1','b':'1'}")));
    PodShape shape =
        shape(
            spec(
                "affinity",
                "{'nodeAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':["
                    + "{'weight':10,'preference':{'matchExpressions':[{'key':'a','operator':'Exists'}]}},"
                    + "{'weight':30,'preference':{'matchExpressions':[{'key':'b','operator':'Exists'}]}}"
                    + "]}}"));
    assertThat(scores(new NodeAffinity(), shape, snapshot)).containsExactly(0, 25, 100);
  }

  private static long[] scores(ScorePlugin plugin, PodShape shape, Snapshot snapshot) {
    ScorePlugin.NodeScorer scorer = plugin.scorerFor(shape, snapshot).orElseThrow();
    BitSet feasible = (BitSet) snapshot.present().clone();
    scorer.refresh(feasible);
    long[] scores = new long[snapshot.size()];
    for (int slot = 0; slot < scores.length; slot++) {
      scores[slot] = scorer.score(slot);
    }
    if (scorer.clusterWide()) {
      scorer.normalize(feasible, scores);
    }
    return scores;
  }
}
