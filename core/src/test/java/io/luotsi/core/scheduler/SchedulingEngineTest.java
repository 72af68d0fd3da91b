package io.luotsi.core.scheduler;

import static io.luotsi.core.scheduler.Objects.allocatable;
import static io.luotsi.core.scheduler.Objects.labels;
import static io.luotsi.core.scheduler.Objects.node;
import static io.luotsi.core.scheduler.Objects.pod;
import static io.luotsi.core.scheduler.Objects.requests;
import static io.luotsi.core.scheduler.Objects.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.scheduler.SchedulingEngine.Decision;
import io.luotsi.core.scheduler.SchedulingEngine.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine: what it decides, in which order, when again, and how it words a failure. */
class SchedulingEngineTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String TOO_MUCH = "{'cpu':'3900m'}";

  private final SchedulingEngine engine =
      new SchedulingEngine(Settings.DEFAULT, new SplittableRandom(1));
  private Instant now = START;

  private List<Decision> decide() {
    List<Decision> decisions = new ArrayList<>();
    for (Optional<Decision> next = engine.next(now); next.isPresent(); next = engine.next(now)) {
      decisions.add(next.get());
    }
    return decisions;
  }

  private List<String> names() {
    return decide().stream()
        .map(
            d ->
                switch (d) {
                  case Decision.Bind(PodView pod, String node) -> pod.key().name() + ">" + node;
                  case Decision.Pend(PodView pod, String reason, String message) ->
                      pod.key().name() + "?";
                })
        .toList();
  }

  private String messageFor(Consumer<ObjectNode> pod) {
    engine.putPod(pod("p", pod), now);
    return ((Decision.Pend) decide().getFirst()).message();
  }

  private static Consumer<ObjectNode> boundTo(String node) {
    return spec("nodeName", "'" + node + "'");
  }

  @Test
  void eachNodeGivesItsReasonsAndTheyAreCounted() {
    engine.putNode(node("a", spec("taints", "[{'key':'k','value':'v','effect':'NoSchedule'}]")));
    engine.putNode(node("b"));
    engine.putNode(node("c"));
    engine.putNode(node("d", spec("unschedulable", "true")));
    engine.putPod(pod("x", pod -> boundTo("b").andThen(requests("{'cpu':'4'}")).accept(pod)), now);
    engine.putPod(pod("y", pod -> boundTo("c").andThen(requests("{'cpu':'4'}")).accept(pod)), now);
    assertThat(messageFor(requests("{'cpu':'1'}")))
        .isEqualTo(
            "0/4 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were"
                + " unschedulable, 2 Insufficient cpu. preemption: 0/4 nodes are available: 2 No"
                + " preemption victims found for incoming pod, 2 Preemption is not helpful for"
                + " scheduling.");
  }

  @Test
  void withoutNodesTheMessageSaysSo() {
    assertThat(messageFor(pod -> {})).isEqualTo("no nodes available to schedule pods");
  }

  @Test
  void nothingIsSaidOfPreemptionWhereItCouldHelp() {
    engine.putNode(node("a"));
    engine.putPod(pod("x", pod -> boundTo("a").andThen(requests("{'cpu':'4'}")).accept(pod)), now);
    assertThat(messageFor(spec("priority", "1000")))
        .isEqualTo("0/1 nodes are available: 1 Insufficient cpu.");
  }

  @Test
  void podThatMustNotPreemptSaysSo() {
    engine.putNode(node("a"));
    engine.putPod(pod("x", pod -> boundTo("a").andThen(requests("{'cpu':'4'}")).accept(pod)), now);
    assertThat(messageFor(spec("preemptionPolicy", "'Never'")))
        .isEqualTo(
            "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to"
                + " preemptionPolicy=Never.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "affinity | {'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{}]}} | pod"
            + " affinity and anti-affinity are not supported yet",
        "affinity | {'podAntiAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{}]}} |"
            + " pod affinity and anti-affinity are not supported yet",
        "resourceClaims | [{'name':'gpu'}] | resource claims are not supported yet",
        "volumes | [{'name':'v','persistentVolumeClaim':{'claimName':'c'}}] | persistent volume"
            + " claims are not supported yet",
      })
  void podThatAsksForWhatIsNotBuiltStaysPendingAndSaysWhy(
      String field, String value, String message) {
    engine.putNode(node("a"));
    assertThat(messageFor(spec(field, value)))
        .isEqualTo(
            "0/1 nodes are available: %s. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
                .formatted(message));
    now = now.plus(Duration.ofSeconds(20));
    engine.putNode(node("b"));
    assertThat(names()).isEmpty();
  }

  @Test
  void podOfADaemonSetIsLookedForOnItsNodeOnly() {
    engine.putNode(node("a"));
    engine.putNode(node("b"));
    Consumer<ObjectNode> onB =
        spec(
            "affinity",
            "{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':["
                + "{'matchFields':[{'key':'metadata.name','operator':'In','values':['b']}]}]}}}");
    engine.putPod(pod("d1", onB), now);
    assertThat(names()).containsExactly("d1>b");
    engine.putNode(node("b", spec("unschedulable", "true")));
    assertThat(messageFor(onB))
        .isEqualTo(
            "0/2 nodes are available: 1 node(s) didn't satisfy plugin(s) [NodeAffinity], 1 node(s)"
                + " were unschedulable. preemption: 0/2 nodes are available: 2 Preemption is not"
                + " helpful for scheduling.");
  }

  @Test
  void higherPriorityComesFirstThenTheOneThatWaitedLonger() {
    engine.putPod(pod("old"), now);
    engine.putPod(pod("new"), now.plusMillis(1));
    engine.putPod(pod("vip", spec("priority", "10")), now.plusMillis(2));
    engine.putNode(node("a", allocatable("{'cpu':'4','memory':'8Gi','pods':'2'}")));
    assertThat(names()).containsExactly("vip>a", "old>a", "new?");
  }

  @Test
  void failedPodIsNotTriedAgainUntilSomethingHelpsItAndItsBackoffIsOver() {
    engine.putNode(node("a"));
    engine.putPod(pod("big", requests(TOO_MUCH)), now);
    engine.putPod(pod("x", pod -> boundTo("a").andThen(requests("{'cpu':'1'}")).accept(pod)), now);
    assertThat(names()).containsExactly("big?");
    engine.putNode(node("b", allocatable("{'cpu':'1','memory':'8Gi','pods':'110'}")));
    assertThat(names()).as("a node that does not help").isEmpty();
    assertThat(engine.nextRetry()).isEmpty();
    engine.removePod("uid-x");
    assertThat(names()).as("within a second of the failure").isEmpty();
    assertThat(engine.nextRetry()).contains(START.plusSeconds(1));
    now = START.plusSeconds(1);
    assertThat(names()).containsExactly("big>a");
  }

  @Test
  void backoffDoublesUpToTenSeconds() {
    engine.putPod(pod("p", requests("{'cpu':'5'}")), now);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      assertThat(names()).containsExactly("p?");
      // A node of its own each time that would do but for a taint put on at once.
      engine.putNode(node("n" + i, allocatable("{'cpu':'8','memory':'8Gi','pods':'1'}")));
      decide();
      Instant retry = engine.nextRetry().orElseThrow();
      waits.add(Duration.between(now, retry).toSeconds());
      engine.putNode(node("n" + i, spec("unschedulable", "true")));
      now = retry;
    }
    assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
  }

  @Test
  void whatNothingHelpsIsTriedAgainAfterFiveMinutes() {
    engine.putPod(pod("p", requests("{'cpu':'5'}")), now);
    assertThat(names()).containsExactly("p?");
    now = START.plus(Duration.ofMinutes(4));
    engine.tick(now);
    assertThat(names()).isEmpty();
    now = START.plus(Duration.ofMinutes(5));
    engine.tick(now);
    assertThat(names()).containsExactly("p?");
  }

  @Test
  void podWhoseDemandsChangeIsTriedAgain() {
    engine.putNode(node("a"));
    engine.putPod(pod("p", spec("nodeSelector", "{'x':'y'}")), now);
    assertThat(names()).containsExactly("p?");
    now = START.plusSeconds(2);
    engine.putPod(pod("p"), now);
    assertThat(names()).containsExactly("p>a");
  }

  @Test
  void gatedPodIsNotTriedAndSaysSoOnceUntilItsGatesAreGone() {
    engine.putNode(node("a"));
    PodView gated = pod("p", spec("schedulingGates", "[{'name':'g'}]"));
    engine.putPod(gated, now);
    assertThat(decide())
        .containsExactly(
            new Decision.Pend(
                gated,
                "SchedulingGated",
                "Scheduling is blocked due to non-empty scheduling gates"));
    assertThat(names()).isEmpty();
    engine.putPod(pod("p"), now);
    assertThat(names()).containsExactly("p>a");
  }

  @Test
  void podsOfOtherSchedulersPodsOnTheirWayOutAndFinishedOnesAreLeftAlone() {
    engine.putNode(node("a", allocatable("{'cpu':'1','memory':'8Gi','pods':'2'}")));
    engine.putPod(pod("theirs", spec("schedulerName", "'other'")), now);
    engine.putPod(
        pod(
            "going",
            p -> p.withObject("/metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z")),
        now);
    engine.putPod(
        pod(
            "over",
            p -> {
              boundTo("a").andThen(requests("{'cpu':'1'}")).accept(p);
              p.withObject("/status").put("phase", "Succeeded");
            }),
        now);
    assertThat(names()).isEmpty();
    engine.putPod(pod("p", requests("{'cpu':'1'}")), now);
    assertThat(names()).containsExactly("p>a");
  }

  @Test
  void decisionIsAssumedUntilItsBindingFails() {
    engine.putNode(node("a"));
    engine.putPod(pod("first", requests(TOO_MUCH)), now);
    engine.putPod(pod("second", requests(TOO_MUCH)), now.plusMillis(1));
    assertThat(names()).containsExactly("first>a", "second?");
    engine.bindFailed("uid-first", now);
    assertThat(names()).as("both in backoff").isEmpty();
    now = now.plusSeconds(1);
    assertThat(names()).hasSize(2).anyMatch(name -> name.endsWith(">a"));
  }

  @Test
  void bindingOfUnknownOutcomeIsAssumedForHalfAMinute() {
    engine.putNode(node("a"));
    engine.putPod(pod("p", requests(TOO_MUCH)), now);
    assertThat(names()).containsExactly("p>a");
    engine.bindUnknown("uid-p", now);
    now = START.plusSeconds(29);
    engine.tick(now);
    assertThat(engine.isAssumed("uid-p")).isTrue();
    now = START.plusSeconds(30);
    engine.tick(now);
    now = START.plusSeconds(31);
    assertThat(names()).containsExactly("p>a");
  }

  @Test
  void podThatSomebodyElseBoundIsNotTriedAgain() {
    engine.putNode(node("a"));
    engine.putNode(node("b"));
    engine.putPod(pod("p"), now);
    Decision.Bind ours = (Decision.Bind) decide().getFirst();
    String other = ours.nodeName().equals("a") ? "b" : "a";
    engine.putPod(pod("p", boundTo(other)), now);
    engine.bindFailed("uid-p", now);
    now = now.plusSeconds(60);
    assertThat(names()).isEmpty();
    assertThat(engine.waiting()).isZero();
  }

  @Test
  void podHeldBackBySpreadingIsTriedWhenAPodItCountsIsPlaced() {
    String zones =
        "[{'topologyKey':'zone','maxSkew':1,'whenUnsatisfiable':'DoNotSchedule',"
            + "'labelSelector':{'matchLabels':{'app':'web'}}}]";
    engine.putNode(node("a", labels("{'zone':'a'}")));
    engine.putNode(
        node(
            "b",
            n -> {
              labels("{'zone':'b'}").accept(n);
              spec("unschedulable", "true").accept(n);
            }));
    engine.putPod(pod("one", spec("topologySpreadConstraints", zones)), now);
    engine.putPod(pod("two", spec("topologySpreadConstraints", zones)), now.plusMillis(1));
    assertThat(names()).containsExactly("one>a", "two?");
    now = now.plusSeconds(5);
    assertThat(engine.hasWork()).isFalse();
    engine.putPod(pod("elsewhere", boundTo("b")), now);
    assertThat(engine.hasWork()).isTrue();
    assertThat(names()).containsExactly("two>a");
  }

  @Test
  void podsOnANodeNotSeenYetCountOnceItIsSeen() {
    engine.putPod(pod("early", p -> boundTo("a").andThen(requests(TOO_MUCH)).accept(p)), now);
    engine.putNode(node("a"));
    engine.putPod(pod("p", requests("{'cpu':'1'}")), now);
    assertThat(names()).containsExactly("p?");
    engine.removeNode("a");
    engine.putNode(node("a"));
    now = now.plusSeconds(5);
    assertThat(names()).as("the node came back with its pod still on it").isEmpty();
  }
}
