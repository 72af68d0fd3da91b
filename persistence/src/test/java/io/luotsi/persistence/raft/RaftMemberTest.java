package io.luotsi.persistence.raft;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.raft.TestMember.await;
import static io.luotsi.persistence.raft.TestMember.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.api.GroupResource;
import io.luotsi.persistence.FreePorts;
import io.luotsi.persistence.registry.RandomHistory;
import io.luotsi.persistence.registry.RegistryEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftMemberTest {
  private static final List<RegistryEvent> EVENTS =
      RandomHistory.events(CONFIG_MAPS, false, new Random(3), 100);

  @TempDir Path directory;

  private static Entry batch(long term, int from, int to) {
    return new Entry.Batch(CONFIG_MAPS, term, from + 1, EVENTS.subList(from, to));
  }

  @Test
  void anOldWriterThatGoesOnAfterANewTermNeverSucceeds() throws Exception {
    try (RaftMember member = TestMember.start(directory, 1)) {
      RaftGroupMember group = member.groups().getFirst();
      long old = ready(group, term -> true);
      assertThat(await(group.propose(batch(old, 0, 2)))).isEqualTo(Verdict.APPLIED);

      stepDown(group);
      long young = ready(group, term -> term > old);
      assertThat(await(group.propose(batch(old, 2, 3)))).isInstanceOf(Verdict.Refused.class);
      assertThat(await(group.propose(batch(young, 2, 3)))).isEqualTo(Verdict.APPLIED);
      assertThat(await(group.propose(batch(old, 3, 4)))).isInstanceOf(Verdict.Refused.class);
      assertThat(await(group.propose(batch(young, 3, 4)))).isEqualTo(Verdict.APPLIED);
      assertThat(group.replica().state(CONFIG_MAPS).version()).isEqualTo(4);
      assertThat(await(group.stillLeads(old))).isFalse();
      assertThat(await(group.stillLeads(young))).isTrue();
    }
  }

  /** Ratis tells of a term's beginning and of its end on two threads. */
  @Test
  void aTermThatIsOverBeforeItsBeginningIsToldIsNeverReady() throws Exception {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Void> over = new CompletableFuture<>();
    CompletableFuture<List<Leadership>> told = new CompletableFuture<>();
    try (LogProbe _ =
            new LogProbe(
                "org.apache.ratis.server.RaftServer$Division",
                line -> {
                  if (line.contains("is ready since") && begun.complete(null)) {
                    over.join(); // the next step of this thread is to say that the term is ready
                  }
                });
        RaftMember member = TestMember.start(directory, 1)) {
      await(begun);
      RaftGroupMember group = member.groups().getFirst();
      long term = group.status().term();
      List<Leadership> seen = new ArrayList<>();
      Subscription subscription =
          group.subscribe(
              leadership -> {
                seen.add(leadership);
                if (leadership.readyTerm().orElse(0) > term) {
                  told.complete(List.copyOf(seen));
                }
              });
      stepDown(group);
      while (group.division().getInfo().isLeader()) {
        Thread.onSpinWait();
      }
      over.complete(null);
      assertThat(await(told)).hasSize(2).doesNotContain(new Leadership.Ready(term));
      subscription.close();
    }
  }

  private static void stepDown(RaftGroupMember group) throws IOException {
    var server = group.division().getRaftServer();
    server.transferLeadership(
        new TransferLeadershipRequest(
            ClientId.randomId(),
            server.getId(),
            group.division().getGroup().getGroupId(),
            1_000_000,
            null,
            5_000));
  }

  @Test
  void aJournalThatCannotBeWrittenIsToldToWhoeverRunsTheMember() throws Exception {
    try (RaftMember member = TestMember.start(directory, 1)) {
      RaftGroupMember group = member.groups().getFirst();
      ready(group, any -> true);
      assertThat(member.broken().toCompletableFuture()).isNotDone();

      group.division().close(); // what Ratis does when its log fails

      assertThat(await(member.broken())).contains("journal");
    }
  }

  @Test
  void aMemberThatIsClosedIsNotBroken() throws Exception {
    CompletableFuture<String> broken;
    try (RaftMember member = TestMember.start(directory, 1)) {
      ready(member.groups().getFirst(), any -> true);
      broken = member.broken().toCompletableFuture();
    }
    assertThat(broken).isNotDone();
  }

  @Test
  void ofTwoWritersOfOneTermOnlyTheOneWithTheNextVersionSucceeds() throws Exception {
    try (RaftMember member = TestMember.start(directory, 1)) {
      RaftGroupMember group = member.groups().getFirst();
      long term = ready(group, any -> true);
      assertThat(await(group.propose(batch(term, 0, 2)))).isEqualTo(Verdict.APPLIED);
      assertThat(await(group.propose(batch(term, 0, 2)))).isInstanceOf(Verdict.Refused.class);
      assertThat(await(group.propose(batch(term, 3, 4)))).isInstanceOf(Verdict.Refused.class);
      assertThat(await(group.propose(batch(term, 2, 4)))).isEqualTo(Verdict.APPLIED);
    }
  }

  @Test
  void aRestartReadsTheSnapshotAndTheLogBehindIt() throws Exception {
    String before;
    try (RaftMember member = TestMember.start(directory, 1)) {
      RaftGroupMember group = member.groups().getFirst();
      long term = ready(group, any -> true);
      for (int i = 0; i < EVENTS.size(); i++) {
        assertThat(await(group.propose(batch(term, i, i + 1)))).isEqualTo(Verdict.APPLIED);
      }
      before = RandomHistory.describe(group.replica().state(CONFIG_MAPS));
    }
    assertThat(snapshots()).isNotEmpty();
    try (RaftMember member = TestMember.start(directory, 1)) {
      RaftGroupMember group = member.groups().getFirst();
      ready(group, any -> true);
      await(group.caughtUp());
      assertThat(RandomHistory.describe(group.replica().state(CONFIG_MAPS))).isEqualTo(before);
      assertThat(group.replica().watch(CONFIG_MAPS, 0).isDone()).isTrue();
    }
  }

  private List<Path> snapshots() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
          .toList();
    }
  }

  @Test
  void aDamagedSnapshotFailsTheStartAndIsNamed() throws Exception {
    try (RaftMember member = TestMember.start(directory, 2)) {
      for (RaftGroupMember group : member.groups()) {
        long term = ready(group, any -> true);
        for (int i = 0; i < 45; i++) {
          assertThat(await(group.propose(batch(term, i, i + 1)))).isEqualTo(Verdict.APPLIED);
        }
      }
    }
    List<Path> snapshots = snapshots();
    assertThat(snapshots).hasSizeGreaterThanOrEqualTo(2);
    for (Path snapshot : snapshots) {
      byte[] good = Files.readAllBytes(snapshot);
      byte[] bad = good.clone();
      bad[bad.length / 2] ^= 1;
      Files.write(snapshot, bad);
    }
    assertThatThrownBy(() -> TestMember.start(directory, 2).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("snapshot")
        .hasMessageContaining("is damaged at byte");
  }

  @Test
  void aDamagedLogFailsTheStartAndIsNamed() throws Exception {
    try (RaftMember member = TestMember.start(directory, 1)) {
      RaftGroupMember group = member.groups().getFirst();
      long term = ready(group, any -> true);
      for (int i = 0; i < 15; i++) { // before the first snapshot
        assertThat(await(group.propose(batch(term, i, i + 1)))).isEqualTo(Verdict.APPLIED);
      }
    }
    List<Path> segments;
    try (Stream<Path> files = Files.walk(directory)) {
      segments = files.filter(file -> file.getFileName().toString().matches("log_.*\\d+")).toList();
    }
    assertThat(segments).hasSize(1);
    byte[] good = Files.readAllBytes(segments.getFirst());
    byte[] bad = good.clone();
    bad[2_000] ^= 1;
    Files.write(segments.getFirst(), bad);

    assertThatThrownBy(() -> TestMember.start(directory, 1).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("log " + segments.getFirst() + " is damaged at byte ");
    assertThat(Files.readAllBytes(segments.getFirst())).as("left as it was").isEqualTo(bad);
    Files.write(segments.getFirst(), good);
    try (RaftMember member = TestMember.start(directory, 1)) {
      ready(member.groups().getFirst(), any -> true);
      assertThat(member.groups().getFirst().replica().state(CONFIG_MAPS).version()).isEqualTo(15);
    }
  }

  @Test
  void aGroupThatCannotBeReadIsNeverFormatted() throws Exception {
    try (RaftMember member = TestMember.start(directory, 2)) {
      RaftGroupMember second = member.groups().get(1);
      long term = ready(second, any -> true);
      for (int i = 0; i < 45; i++) {
        assertThat(await(second.propose(batch(term, i, i + 1)))).isEqualTo(Verdict.APPLIED);
      }
    }
    List<Path> snapshots = snapshots();
    assertThat(snapshots).isNotEmpty();
    for (Path snapshot : snapshots) {
      Files.write(snapshot, new byte[100]);
    }
    assertThatThrownBy(() -> TestMember.start(directory, 2).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is damaged at byte 0");
    assertThat(snapshots()).containsExactlyInAnyOrderElementsOf(snapshots);
  }

  @Test
  void severalGroupsKeepTheirOwnHistoriesAndComeBack() throws Exception {
    for (int round = 0; round < 2; round++) {
      try (RaftMember member = TestMember.start(directory, 3)) {
        for (RaftGroupMember group : member.groups()) {
          long term = ready(group, any -> true);
          await(group.caughtUp());
          int from = (int) group.replica().state(CONFIG_MAPS).version();
          assertThat(from).isEqualTo(round * (group.number() + 1));
          assertThat(await(group.propose(batch(term, from, from + group.number() + 1))))
              .isEqualTo(Verdict.APPLIED);
        }
        assertThat(member.status())
            .extracting(GroupStatus::group, GroupStatus::role)
            .containsExactly(
                org.assertj.core.groups.Tuple.tuple(0, "leader"),
                org.assertj.core.groups.Tuple.tuple(1, "leader"),
                org.assertj.core.groups.Tuple.tuple(2, "leader"));
      }
    }
  }

  @Test
  void aResourceThatHasDataKeepsItsGroup() throws Exception {
    Groups first = new Groups(2, Map.of(CONFIG_MAPS, 1));
    try (RaftMember member = TestMember.start("one", directory, first)) {
      RaftGroupMember group = member.group(CONFIG_MAPS);
      assertThat(group.number()).isEqualTo(1);
      long term = ready(group, any -> true);
      assertThat(await(group.propose(batch(term, 0, 3)))).isEqualTo(Verdict.APPLIED);
    }
    for (Groups changed : List.of(Groups.ONE, new Groups(3, Map.of(CONFIG_MAPS, 2)))) {
      assertThatThrownBy(() -> TestMember.start("one", directory, changed).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("'configmaps' has data in Raft group 1, and the settings assign it")
          .hasMessageContaining("to group " + changed.of(CONFIG_MAPS));
    }
    Groups more = new Groups(3, Map.of(CONFIG_MAPS, 1, GroupResource.parse("pods"), 2));
    try (RaftMember member = TestMember.start("one", directory, more)) {
      ready(member.groups().getLast(), any -> true);
      ready(member.group(CONFIG_MAPS), any -> true);
      assertThat(member.group(CONFIG_MAPS).replica().state(CONFIG_MAPS).version()).isEqualTo(3);
    }
  }

  @Test
  void aResourceWhoseGroupWasNotRecordedIsFoundWhenTheLogIsRead() throws Exception {
    try (RaftMember member = TestMember.start("one", directory, 2)) {
      long term = ready(member.groups().getFirst(), any -> true);
      assertThat(await(member.groups().getFirst().propose(batch(term, 0, 3))))
          .isEqualTo(Verdict.APPLIED);
    }
    Path record = directory.resolve("groups");
    assertThat(record).hasContent("configmaps 0");
    Files.writeString(record, "confi"); // killed while it was written
    try (RaftMember member =
        TestMember.start("one", directory, new Groups(2, Map.of(CONFIG_MAPS, 1)))) {
      assertThat(await(member.broken())).contains("'configmaps' has data in Raft group 0");
    }
  }

  @Test
  void theClusterIsFormedOnceAnIncarnationAndItsDeadAreKept() throws Exception {
    ClusterState.Member first = new ClusterState.Member("pekko://luotsi@127.0.0.1:1", 1);
    ClusterState.Member second = new ClusterState.Member("pekko://luotsi@127.0.0.1:2", 2);
    try (RaftMember member = TestMember.start(directory, 1)) {
      ready(member.groups().getFirst(), any -> true);
      ClusterLog log = member.clusterLog();
      assertThat(await(log.form(0, first))).isTrue();
      assertThat(await(log.form(0, second))).isFalse();
      await(log.down(first));
      assertThat(log.value().isDown(first)).isTrue();
    }
    try (RaftMember member = TestMember.start(directory, 1)) {
      ready(member.groups().getFirst(), any -> true);
      ClusterLog log = member.clusterLog();
      assertThat(log.value().formed()).hasValue(new ClusterState.Formed(1, first));
      assertThat(log.value().isDown(first)).isTrue();
      assertThat(await(log.form(1, second))).isTrue();
      assertThat(log.value().isDown(first)).isFalse();
    }
  }

  @Test
  void aPortInUseFailsTheStart() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      MemberSettings settings =
          MemberSettings.standard("one", directory, "127.0.0.1", taken.getLocalPort());
      assertThatThrownBy(
              () ->
                  RaftMember.start(
                      settings,
                      resource -> io.luotsi.persistence.registry.ResourceSettings.DEFAULT))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("member 'one' cannot start");
    }
  }

  @Test
  void aDirectoryOfAnotherMemberIsRefused() throws Exception {
    String peer;
    try (RaftMember member = TestMember.start("one", directory, 1)) {
      peer = member.peerId();
    }
    try (RaftMember member = TestMember.start("one", directory, 1)) {
      assertThat(member.peerId()).isEqualTo(peer).startsWith("one-");
    }
    assertThatThrownBy(() -> TestMember.start("two", directory, 1).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("belongs to member 'one'");
  }

  @Test
  void moreGroupsAreRefusedOnceMembersHaveComeOrGone() throws Exception {
    Groups more = new Groups(2, Map.of());
    try (RaftMember member = TestMember.start(directory, 1)) {
      ready(member.groups().getFirst(), any -> true);
    }
    try (RaftMember member = TestMember.start("one", directory, more)) {
      assertThat(member.groups()).as("while nobody has").hasSize(2);
      RaftGroupMember group = member.groups().getFirst();
      ready(group, any -> true);
      Peer self = new Peer(member.peerId(), "127.0.0.1", FreePorts.next());
      Entry enrol = new Entry.Enrol(List.of(), List.of(new Enrolment(self, "")));
      assertThat(await(group.propose(enrol))).isEqualTo(Verdict.APPLIED);
    }
    assertThatThrownBy(() -> TestMember.start("one", directory, new Groups(3, Map.of())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there are 2 Raft groups, and the settings name 3");
    TestMember.start("one", directory, more).close();
  }
}
