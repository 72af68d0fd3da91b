package io.luotsi.persistence.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.raft.MembershipPlan.Progress;
import io.luotsi.persistence.raft.MembershipPlan.Situation;
import io.luotsi.persistence.raft.MembershipPlan.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MembershipPlanTest {
  private static final Progress WELL = new Progress(0, 10);
  private static final Progress BEHIND = new Progress(5_000, 10);
  private static final Progress SILENT = new Progress(0, 5_000);

  private static Peer peer(String id) {
    return new Peer(id, "127.0.0.1", 1);
  }

  private static List<Peer> peers(String ids) {
    return ids.isEmpty()
        ? List.of()
        : List.of(ids.split(" ")).stream().map(id -> peer(id)).toList();
  }

  private static Situation led(
      String by, String voters, String listeners, String enrolled, Map<String, Progress> others) {
    Configuration configuration = new Configuration(peers(voters), peers(listeners), false);
    Map<String, Progress> progress = new HashMap<>();
    configuration.ids().forEach(id -> progress.put(id, WELL));
    progress.putAll(others);
    progress.remove(by);
    return new Situation(by, configuration, peers(enrolled), progress, Set.of());
  }

  private static Optional<Step> next(String voters, String listeners, String enrolled) {
    return next(voters, listeners, enrolled, Map.of());
  }

  private static Optional<Step> next(
      String voters, String listeners, String enrolled, Map<String, Progress> others) {
    return MembershipPlan.next(led("a-11111111", voters, listeners, enrolled, others));
  }

  private static final String A = "a-11111111";
  private static final String B = "b-11111111";
  private static final String C = "c-11111111";
  private static final String D = "d-11111111";
  private static final String NEW_C = "c-22222222";

  private static String all(String... ids) {
    return String.join(" ", ids);
  }

  @Test
  void whoJoinsListensUntilThereIsAnother() {
    assertThat(next(A, "", all(A, B))).hasValue(new Step.Listen(peer(B)));
    assertThat(next(A, B, all(A, B))).isEmpty();
    assertThat(next(A, B, all(A, B, C))).hasValue(new Step.Listen(peer(C)));
    assertThat(next(A, all(B, C), all(A, B, C))).hasValue(new Step.Admit(peer(B)));
    assertThat(next(all(A, B), C, all(A, B, C))).hasValue(new Step.Admit(peer(C)));
    assertThat(next(all(A, B, C), "", all(A, B, C))).isEmpty();
  }

  @Test
  void whoHasNotCaughtUpOrDoesNotAnswerGetsNoVote() {
    for (Progress progress : List.of(BEHIND, SILENT)) {
      assertThat(next(A, all(B, C), all(A, B, C), Map.of(C, progress))).isEmpty();
      assertThat(next(all(A, B), C, all(A, B, C), Map.of(C, progress))).isEmpty();
    }
  }

  @Test
  void whoIsReplacedGoesWhenTheNewOneHasCaughtUp() {
    Map<String, Progress> dead = Map.of(C, SILENT);
    String wished = all(A, B, NEW_C);
    assertThat(next(all(A, B, C), "", wished, dead)).hasValue(new Step.Listen(peer(NEW_C)));
    assertThat(next(all(A, B, C), NEW_C, wished, Map.of(C, SILENT, NEW_C, BEHIND))).isEmpty();
    assertThat(next(all(A, B, C), NEW_C, wished, dead)).hasValue(new Step.Forget(peer(C)));
    assertThat(next(all(A, B), NEW_C, wished)).hasValue(new Step.Admit(peer(NEW_C)));
  }

  @Test
  void nobodyGoesIfNoMajorityWouldLive() {
    assertThat(next(all(A, B, C), "", all(A, C), Map.of(C, SILENT))).isEmpty();
    assertThat(next(all(A, B, C), "", all(A, B), Map.of(C, SILENT)))
        .hasValue(new Step.Forget(peer(C)));
  }

  @Test
  void aLeaderThatIsToGoHandsOverIfItCan() {
    Step yields = new Step.Yield();
    assertThat(next(all(A, B, C), "", all(B, C))).hasValue(yields);
    assertThat(next(all(A, B, C), "", all(B, C), Map.of(B, SILENT, C, SILENT))).isEmpty();
  }

  @Test
  void groupsThatHaveToBeLeftFirstAreWaitedFor() {
    Situation now = led(A, all(A, B, C), "", all(A, B), Map.of());
    Situation waiting =
        new Situation(A, now.configuration(), now.enrolled(), now.progress(), Set.of(A, B, C));
    assertThat(MembershipPlan.next(waiting)).isEmpty();
    assertThat(MembershipPlan.next(now)).hasValue(new Step.Forget(peer(C)));
  }

  @Test
  void nothingIsBegunWhileAConfigurationIsOnItsWayOrNobodyHasDecidedAnything() {
    Configuration changing = new Configuration(peers(all(A, B)), List.of(), true);
    assertThat(
            MembershipPlan.next(
                new Situation(A, changing, peers(all(A, B, C)), Map.of(), Set.of())))
        .isEmpty();
    assertThat(next(all(A, B), C, "")).isEmpty();
  }

  /** From anywhere to anywhere, with all alive: each step moves one voter at most, and they end. */
  @Property(tries = 300)
  void everyChangeEndsWithOneVoterAtATime(
      @ForAll @IntRange(min = 1, max = 31) int before,
      @ForAll @IntRange(min = 0, max = 31) int listening,
      @ForAll @IntRange(min = 1, max = 31) int after) {
    List<Peer> wished = chosen(after);
    List<Peer> voters = chosen(before);
    Configuration now = new Configuration(voters, chosen(listening & ~before), false);
    String leader = voters.getFirst().id();
    List<Step> steps = new ArrayList<>();
    Optional<Step> step = step(leader, now, wished);
    while (step.isPresent()) {
      steps.add(step.get());
      assertThat(steps).hasSizeLessThan(30);
      Configuration then = carriedOut(now, step.get());
      Set<String> moved = new HashSet<>(ids(now.voters()));
      Set<String> stayed = new HashSet<>(ids(then.voters()));
      int common = (int) moved.stream().filter(stayed::contains).count();
      assertThat(moved.size() + stayed.size() - 2 * common).isLessThanOrEqualTo(1);
      now = then;
      if (step.get() instanceof Step.Yield) {
        String gone = leader;
        leader =
            now.voters().stream()
                .filter(wished::contains)
                .map(Peer::id)
                .filter(id -> !id.equals(gone))
                .findFirst()
                .orElseThrow();
      }
      step = step(leader, now, wished);
    }
    if (wished.stream().anyMatch(voters::contains)) {
      assertThat(MembershipPlan.isSettled(now, wished)).isTrue();
      assertThat(now.ids()).isEqualTo(new HashSet<>(ids(wished)));
    }
  }

  private static List<Peer> chosen(int bits) {
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      if ((bits & 1 << i) != 0) {
        peers.add(peer((char) ('a' + i) + "-11111111"));
      }
    }
    return peers;
  }

  private static List<String> ids(List<Peer> peers) {
    return peers.stream().map(Peer::id).toList();
  }

  private static Optional<Step> step(String leader, Configuration now, List<Peer> wished) {
    Map<String, Progress> progress = new HashMap<>();
    now.ids().forEach(id -> progress.put(id, WELL));
    return MembershipPlan.next(new Situation(leader, now, wished, progress, Set.of()));
  }

  private static Configuration carriedOut(Configuration now, Step step) {
    return switch (step) {
      case Step.Listen(Peer peer) -> now.withListener(peer);
      case Step.Admit(Peer peer) -> now.without(peer).withVoter(peer);
      case Step.Forget(Peer peer) -> now.without(peer);
      case Step.Yield yields -> now;
    };
  }
}
