package io.luotsi.persistence.raft;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.raft.TestMember.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.persistence.Founders;
import io.luotsi.persistence.FreePorts;
import io.luotsi.persistence.registry.RandomHistory;
import io.luotsi.persistence.registry.RegistryEvent;
import io.luotsi.persistence.registry.ResourceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.ReadIndexReplyProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreeRaftMembersTest {
  private static final List<RegistryEvent> EVENTS =
      RandomHistory.events(CONFIG_MAPS, false, new Random(3), 20);

  @TempDir Path directory;

  @Test
  void threeElectOneWhoseWritesAllApplyAndWhoseDeathTheOthersOutlive() throws Exception {
    Founders founders = Founders.of(directory, "a", "b", "c");
    try (RaftMember a = founders.start("a");
        RaftMember b = founders.start("b");
        RaftMember c = founders.start("c")) {
      List<RaftMember> all = List.of(a, b, c);
      RaftMember first = leader(all);
      List<RaftMember> others = all.stream().filter(member -> member != first).toList();
      propose(first, 0, 10);
      for (RaftMember member : all) {
        await(group(member).replica().reached(CONFIG_MAPS, 10));
        assertThat(group(member).replica().state(CONFIG_MAPS).version()).isEqualTo(10);
        assertThat(group(member).isAlone()).isFalse();
        assertThat(group(member).leader())
            .isEqualTo(member == first ? new Leader.Here() : new Leader.Elsewhere(first.name()));
        assertThat(member.status().getFirst().leaderName()).isEqualTo(first.name());
      }
      assertThat(first.status().getFirst().followers())
          .extracting(GroupStatus.Follower::name)
          .containsExactlyInAnyOrderElementsOf(others.stream().map(RaftMember::name).toList());
      assertThat(first.status().getFirst().followers())
          .as("a majority has what is committed")
          .anyMatch(follower -> follower.lag() == 0);
      assertThat(others.getFirst().status().getFirst().followers()).isEmpty();
      RaftMember second = endLeader(first, others);
      propose(second, 10, 15);
      try (RaftMember again = founders.start(first.name())) {
        assertThat(again.peerId()).isEqualTo(first.peerId());
        await(group(again).replica().reached(CONFIG_MAPS, 15));
        assertThat(RandomHistory.describe(group(again).replica().state(CONFIG_MAPS)))
            .isEqualTo(RandomHistory.describe(group(second).replica().state(CONFIG_MAPS)));
      }
    }
  }

  /** Its silence would tell, too, but later. */
  private static RaftMember endLeader(RaftMember leader, List<RaftMember> others) throws Exception {
    CompletableFuture<String> noticed = new CompletableFuture<>();
    try (LogProbe _ = new LogProbe(LeaderWatch.class.getName(), noticed::complete)) {
      leader.close();
      assertThat(await(noticed)).contains("leader " + leader.peerId() + " is gone");
      return leader(others);
    }
  }

  @Test
  void whoStopsPolitelyHandsOverFirst() throws Exception {
    Founders founders = Founders.of(directory, "a", "b", "c");
    try (RaftMember a = founders.start("a");
        RaftMember b = founders.start("b");
        RaftMember c = founders.start("c")) {
      List<RaftMember> all = List.of(a, b, c);
      RaftMember first = leader(all);
      List<RaftMember> others = all.stream().filter(member -> member != first).toList();
      propose(first, 0, 5);
      await(group(others.getFirst()).replica().reached(CONFIG_MAPS, 5));
      others.getFirst().handOver(); // nothing to hand over
      assertThat(group(first).leadership()).isInstanceOf(Leadership.Ready.class);

      long term = group(first).status().term();
      first.handOver();
      assertThat(group(first).leadership()).isEqualTo(Leadership.NONE);
      RaftMember second = leader(others);
      assertThat(group(second).leadership()).isEqualTo(new Leadership.Ready(term + 1));
      propose(second, 5, 10);

      others.stream().filter(member -> member != second).findFirst().orElseThrow().close();
      first.close();
      long started = System.nanoTime();
      second.handOver(); // to nobody
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void followersAreConnectedBeforeTheyNeedEachOther() throws Exception {
    Founders founders = Founders.of(directory, "a", "b", "c");
    try (RaftMember a = founders.start("a");
        RaftMember b = founders.start("b");
        RaftMember c = founders.start("c")) {
      List<RaftMember> all = List.of(a, b, c);
      RaftMember leader = leader(all);
      propose(leader, 0, 1);
      List<RaftMember> followers = all.stream().filter(member -> member != leader).toList();
      for (RaftMember follower : followers) {
        await(group(follower).replica().reached(CONFIG_MAPS, 1));
        RaftMember other = followers.get(1 - followers.indexOf(follower));
        ReadIndexReplyProto reply = ask(connections(follower), other);
        assertThat(reply.getServerReply().getSuccess()).as("it does not lead").isFalse();
      }
      assertThat(connections(leader).askAll()).as("whoever leads talks to all").isEmpty();
    }
  }

  /** Again and again: where a port refused when members started, it is tried anew after a while. */
  private static ReadIndexReplyProto ask(PeerConnections connections, RaftMember other)
      throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      var asked = connections.askAll();
      assertThat(asked).containsOnlyKeys(RaftPeerId.valueOf(other.peerId()));
      try {
        return await(asked.values().iterator().next());
      } catch (ExecutionException e) {
        assertThat(System.nanoTime()).as("an answer in time: %s", e).isLessThan(deadline);
      }
    }
  }

  private static PeerConnections connections(RaftMember member) {
    RaftServer.Division division = group(member).division();
    return new PeerConnections(
        division.getRaftServer(), division.getGroup().getGroupId(), Runnable::run);
  }

  @Test
  void whoWasNotNamedAmongTheFoundersIsRefused() throws Exception {
    Founders founders = Founders.of(directory, "a", "b", "c");
    Files.delete(directory.resolve("b").resolve("member"));
    assertThatThrownBy(() -> founders.start("b").close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not one of those who found the cluster");
  }

  @Test
  void aMemberThatIsAClusterByItselfSaysSo() throws Exception {
    MemberSettings settings =
        MemberSettings.standard("one", directory, "127.0.0.1", FreePorts.next());
    try (RaftMember one = RaftMember.start(settings, resource -> ResourceSettings.DEFAULT)) {
      assertThat(group(one).isAlone()).isTrue();
    }
  }

  private static RaftGroupMember group(RaftMember member) {
    return member.groups().getFirst();
  }

  private static RaftMember leader(List<RaftMember> members) throws Exception {
    CompletableFuture<RaftMember> ready = new CompletableFuture<>();
    List<Subscription> subscriptions =
        members.stream()
            .map(
                member ->
                    group(member)
                        .subscribe(
                            leadership -> {
                              if (leadership instanceof Leadership.Ready) {
                                ready.complete(member);
                              }
                            }))
            .toList();
    try {
      return ready.get(20, TimeUnit.SECONDS);
    } finally {
      subscriptions.forEach(Subscription::close);
    }
  }

  private static void propose(RaftMember leader, int from, int to) throws Exception {
    long term = group(leader).leadership().readyTerm().orElseThrow();
    assertThat(
            await(
                group(leader)
                    .propose(
                        new Entry.Batch(CONFIG_MAPS, term, from + 1, EVENTS.subList(from, to)))))
        .isEqualTo(Verdict.APPLIED);
  }
}
