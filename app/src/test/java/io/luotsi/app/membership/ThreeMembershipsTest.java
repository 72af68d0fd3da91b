package io.luotsi.app.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luotsi.persistence.raft.ClusterState.Member;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.remote.UniqueAddress;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real ActorSystems with the real failure detector; who leads Raft is what the test says. */
@Tag("long")
class ThreeMembershipsTest {
  private static final Duration SOON = Duration.ofSeconds(15);

  private final SharedLog log = new SharedLog();
  private Trio trio;

  @BeforeEach
  void start() throws Exception {
    trio = new Trio(log::of);
    Trio.NAMES.forEach(trio::start);
    log.lead(Optional.of("a"));
    await().atMost(SOON).until(() -> trio.areOneCluster("a", "b", "c"));
    assertThat(log.forms).containsExactly(trio.get("a").lives().self());
    assertThat(log.downs).isEmpty();
    trio.living().forEach(one -> assertThat(one.lives().begun).hasSize(1));
  }

  @AfterEach
  void stop() {
    trio.close();
  }

  @Test
  void whoIsKilledIsDeclaredDownOnceAndIsAMemberAgainWhenItReturns() {
    for (String name : List.of("c", "a")) {
      Member killed = trio.get(name).lives().self();
      long before = log.downs.size();
      trio.kill(name);
      log.lead(Optional.of("b"));
      await().atMost(SOON).until(() -> log.decided().isDown(killed));
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(trio.get("b").lives().lost).containsExactly(trio.address(name)));
      assertThat(log.downs).hasSize((int) before + 1);
      trio.start(name);
      await().atMost(SOON).until(() -> trio.areOneCluster("a", "b", "c"));
      await().atMost(SOON).until(() -> trio.get("b").lives().lost.isEmpty());
    }
    assertThat(log.forms).as("the cluster has never been formed anew").hasSize(1);
    assertThat(trio.get("b").lives().begun).hasSize(1);
  }

  @Test
  void allThreeThatReturnAtOnceFormOneClusterAnew() {
    Trio.NAMES.forEach(trio::kill);
    log.lead(Optional.empty());
    Trio.NAMES.forEach(trio::start);
    log.lead(Optional.of("c"));
    await().atMost(SOON).until(() -> trio.areOneCluster("a", "b", "c"));
    assertThat(log.forms).hasSize(2);
    assertThat(log.decided().incarnation()).isEqualTo(2);
  }

  @Test
  void aLeaderThatIsNoMemberYetDeclaresDownWhomTheMembersCannotReach() {
    Member lost = trio.get("c").lives().self();
    log.lead(Optional.empty());
    trio.kill("b");
    trio.kill("c");
    await()
        .atMost(SOON)
        .until(() -> trio.get("a").membership().standing().unreachable().size() == 2);
    assertThat(log.downs).as("nobody leads").isEmpty();
    trio.start("b");
    log.lead(Optional.of("b"));
    await().atMost(SOON).until(() -> trio.areOneCluster("a", "b"));
    assertThat(log.decided().isDown(lost)).isTrue();
    assertThat(log.forms).hasSize(1);
    assertThat(trio.get("a").lives().begun).hasSize(1);
  }

  @Test
  void whoWasCutOffIsReplacedInPlaceWhenTheOthersAreBackInReach() {
    Member cutOff = trio.get("c").lives().self();
    trio.wires.cut("c");
    log.deafen("c", true);
    trio.silent.add("c");
    await().atMost(SOON).until(() -> trio.areOneCluster("a", "b"));
    assertThat(log.downs).containsExactly(cutOff);
    // Its own failure detector takes its own time.
    await()
        .atMost(SOON)
        .until(() -> trio.get("c").membership().standing().unreachable().size() == 2);
    assertThat(trio.get("c").lives().begun).as("it knows nothing of that").hasSize(1);
    trio.wires.mend("c");
    trio.silent.clear();
    log.deafen("c", false);
    await().atMost(SOON).until(() -> trio.areOneCluster("a", "b", "c"));
    assertThat(trio.get("c").lives().begun).hasSize(2);
    assertThat(log.downs).containsExactly(cutOff);
    assertThat(log.forms).hasSize(1);
  }

  @Tag("faults")
  @Test
  void tenReplacementsLeaveNoThreadBehindHoweverOftenTheirReasonIsTold() {
    BareLives lives = trio.get("c").lives();
    int before = Thread.activeCount();
    for (int life = 1; life <= 10; life++) {
      quarantine(lives.begun.getLast());
      int next = life + 1;
      await().atMost(SOON).until(() -> lives.isUp(next));
    }
    await().atMost(SOON).until(() -> trio.areOneCluster("a", "b", "c"));
    await().atMost(SOON).until(() -> Thread.activeCount() <= before + 2);
    assertThat(lives.ended).hasSize(10);
    assertThat(log.forms).hasSize(1);
    assertThat(trio.get("a").lives().begun).hasSize(1);
  }

  private void quarantine(ActorSystem<?> system) {
    UniqueAddress self = uniqueAddress(system);
    UniqueAddress other = uniqueAddress(trio.get("a").lives().begun.getLast());
    for (int time = 0; time < 5; time++) {
      system
          .eventStream()
          .tell(new EventStream.Publish<>(new ThisActorSystemQuarantinedEvent(self, other)));
    }
  }

  private static UniqueAddress uniqueAddress(ActorSystem<?> system) {
    var found = Cluster.get(system).selfMember().uniqueAddress();
    return new UniqueAddress(found.address(), found.longUid());
  }
}
