package io.luotsi.persistence.raft;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.raft.TestMember.await;
import static io.luotsi.persistence.raft.TestMember.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.Drafts;
import io.luotsi.persistence.Founders;
import io.luotsi.persistence.FreePorts;
import io.luotsi.persistence.Golden;
import io.luotsi.persistence.registry.RandomHistory;
import io.luotsi.persistence.registry.RegistryEvent;
import io.luotsi.persistence.registry.RegistryState;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.ResourceSettings;
import io.luotsi.persistence.registry.WindowBudget;
import io.luotsi.persistence.registry.WindowLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  private static final GroupResource EVENTS = GroupResource.parse("events.events.k8s.io");
  private static final GroupResource PODS = GroupResource.parse("pods");
  private static final Groups TWO = new Groups(2, Map.of(EVENTS, 1));
  private static final long TIME = 1_767_225_600_000L;

  @TempDir Path directory;

  private static ResourceSettings settings(GroupResource resource) {
    return resource.equals(EVENTS)
        ? new ResourceSettings(SelectableFields.NONE, Optional.of(Duration.ofHours(1)))
        : ResourceSettings.DEFAULT;
  }

  private static Replica replica(int writes) {
    WindowLimits limits = new WindowLimits(Duration.ofMinutes(5), 1_000, 1 << 30);
    Replica replica = new Replica(BackupTest::settings, new WindowBudget(limits), Runnable::run);
    for (GroupResource resource : List.of(CONFIG_MAPS, EVENTS)) {
      List<RegistryEvent> events =
          RandomHistory.events(resource, resource.equals(EVENTS), new Random(7), writes);
      assertThat(replica.apply(resource, events)).isEmpty();
    }
    return replica;
  }

  private static byte[] bytes(Replica replica) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Iterator<byte[]> pieces = Backup.of(List.of(replica), "c1", TIME);
    while (pieces.hasNext()) {
      bytes.write(pieces.next());
    }
    return bytes.toByteArray();
  }

  private Path save(Replica replica) throws IOException {
    return Files.write(directory.resolve("backup"), bytes(replica));
  }

  /** A member that is a cluster by itself. */
  private static Map<Path, Peer> alone(Path directory) throws IOException {
    String id = MemberIdentity.loadOrCreate(directory, "one", new Random(5)).peerId();
    return Map.of(directory, new Peer(id, "127.0.0.1", 1));
  }

  private static RegistryState raised(RegistryState state) {
    return new RegistryState(
        state.resource(),
        state.expires(),
        state.version() + Backup.RAISED_BY,
        state.timeMillis(),
        state.objects(),
        state.generations(),
        state.lastWrites());
  }

  /** Never to be changed: a golden file was made of it. */
  private static Replica fixed() {
    Replica replica = replica(0);
    for (GroupResource resource : List.of(CONFIG_MAPS, EVENTS)) {
      List<RegistryEvent> events =
          List.of(
              new RegistryEvent.Created(1, TIME),
              new RegistryEvent.Stored(Drafts.draft("ns", "b", "u1", "1").seal(2), 1, TIME + 1),
              new RegistryEvent.Stored(Drafts.draft("ns", "a", "u2", "1").seal(3), 2, TIME + 2),
              new RegistryEvent.Stored(Drafts.draft("ns", "b", "u1", "2").seal(4), 2, TIME + 3));
      assertThat(replica.apply(resource, events)).isEmpty();
    }
    return replica;
  }

  @Test
  void aBackupIsWrittenAndReadAsItAlwaysWas() throws Exception {
    byte[] golden = Golden.read("backup-1");
    assertThat(bytes(fixed())).isEqualTo(golden);
    Path file = Files.write(directory.resolve("old"), golden);
    assertThat(Backup.check(file))
        .isEqualTo(
            new Backup.Summary(
                "c1",
                TIME,
                List.of(
                    new Backup.Resource(CONFIG_MAPS, 2, 4), new Backup.Resource(EVENTS, 2, 4))));
  }

  private static Backup.Resource summary(RegistryState state) {
    return new Backup.Resource(state.resource(), state.objects().size(), state.version());
  }

  @Test
  void aMemberStartsFromABackupWithRaisedVersionsAndNoPast() throws Exception {
    Replica before = replica(200);
    Path fresh = directory.resolve("fresh");
    Backup.Summary restored = Backup.restore(save(before), alone(fresh), TWO, Set.of(PODS));
    assertThat(restored.resources())
        .containsExactly(
            summary(raised(before.state(CONFIG_MAPS))), summary(raised(before.state(EVENTS))));
    MemberSettings settings =
        new MemberSettings(
            "one",
            fresh,
            "127.0.0.1",
            FreePorts.next(),
            new MemberSettings.Tuning(TWO, WindowLimits.standard(), SnapshotPolicy.STANDARD));
    long last = before.state(CONFIG_MAPS).version();
    for (int start = 0; start < 2; start++) {
      try (RaftMember member = RaftMember.start(settings, BackupTest::settings)) {
        RaftGroupMember group = member.groups().getFirst();
        Replica after = group.replica();
        long term = ready(group, any -> true);
        Replica second = member.groups().get(1).replica();
        ready(member.groups().get(1), any -> true);
        assertThat(after.resources()).containsExactlyInAnyOrder(CONFIG_MAPS, PODS);
        assertThat(second.resources()).containsExactly(EVENTS);
        assertThat(after.state(PODS).version()).isEqualTo(Backup.RAISED_BY);
        assertThat(RandomHistory.describe(second.state(EVENTS)))
            .isEqualTo(RandomHistory.describe(raised(before.state(EVENTS))));
        for (long version : new long[] {1, last, last + 50, last + Backup.RAISED_BY - 1}) {
          assertThat(after.watch(CONFIG_MAPS, version)).isInstanceOf(Outcome.Rejected.class);
        }
        RegistryState state = after.state(CONFIG_MAPS);
        assertThat(state.version()).isEqualTo(last + Backup.RAISED_BY + start);
        assertThat(after.watch(CONFIG_MAPS, last + Backup.RAISED_BY).isDone()).isTrue();
        var next = List.<Write>of(Drafts.create("new" + start));
        Entry.Batch batch =
            new Entry.Batch(
                CONFIG_MAPS, term, state.version() + 1, state.decideAll(next, TIME, 0).events());
        assertThat(await(group.propose(batch))).isEqualTo(Verdict.APPLIED);
      }
    }
  }

  @Test
  void threeMembersThatWereGivenOneBackupAreOneCluster() throws Exception {
    Replica before = replica(60);
    Founders founders = Founders.of(directory, "a", "b", "c");
    Map<Path, Peer> members = new LinkedHashMap<>();
    founders.peers().forEach(peer -> members.put(directory.resolve(peer.name()), peer));
    Backup.restore(save(before), members, Groups.ONE, Set.of());
    try (RaftMember a = founders.start("a");
        RaftMember b = founders.start("b")) {
      RaftMember leader = leader(a, b);
      RaftGroupMember group = leader.groups().getFirst();
      RegistryState state = group.replica().state(CONFIG_MAPS);
      Entry.Batch batch =
          new Entry.Batch(
              CONFIG_MAPS,
              group.leadership().readyTerm().orElseThrow(),
              state.version() + 1,
              state.decideAll(List.of(Drafts.create("new")), TIME, 0).events());
      assertThat(await(group.propose(batch))).isEqualTo(Verdict.APPLIED);
      try (RaftMember c = founders.start("c")) {
        Replica late = c.groups().getFirst().replica();
        await(late.reached(CONFIG_MAPS, state.version() + 1));
        assertThat(RandomHistory.describe(late.state(CONFIG_MAPS)))
            .isEqualTo(RandomHistory.describe(group.replica().state(CONFIG_MAPS)));
      }
    }
  }

  private static RaftMember leader(RaftMember... members) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < deadline) {
      for (RaftMember member : members) {
        if (member.groups().getFirst().leadership() instanceof Leadership.Ready) {
          return member;
        }
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("nobody leads");
  }

  @Test
  void whatAMemberHoldsIsSavedWhileItRuns() throws Exception {
    try (RaftMember member = TestMember.start(directory.resolve("one"), 1)) {
      RaftGroupMember group = member.groups().getFirst();
      long term = ready(group, any -> true);
      List<RegistryEvent> events = RandomHistory.events(CONFIG_MAPS, false, new Random(1), 30);
      await(group.propose(new Entry.Batch(CONFIG_MAPS, term, 1, events)));
      Path file = directory.resolve("backup");
      Iterator<byte[]> pieces = await(member.backup("c2", TIME));
      while (pieces.hasNext()) {
        Files.write(
            file,
            pieces.next(),
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.APPEND);
      }
      assertThat(Backup.check(file))
          .isEqualTo(
              new Backup.Summary("c2", TIME, List.of(summary(group.replica().state(CONFIG_MAPS)))));
    }
  }

  @Test
  void everyChangedByteIsFoundAndNamedAndLeavesNothingBehind() throws Exception {
    Path file = save(replica(20));
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i += 5) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      refused(file, bad);
    }
  }

  @Test
  void everyTruncationAndEveryOtherFileIsRefused() throws Exception {
    Path file = save(replica(20));
    byte[] good = Files.readAllBytes(file);
    for (int length = 0; length < good.length; length += 9) {
      refused(file, Arrays.copyOf(good, length));
    }
    refused(file, Arrays.copyOf(good, good.length + 1));
    refused(file, "apiVersion: v1".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    refused(file, Golden.read("snapshot-1"));
  }

  private void refused(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    Path fresh = directory.resolve("fresh");
    assertThatThrownBy(() -> Backup.restore(file, alone(fresh), TWO, Set.of()))
        .isInstanceOf(CorruptFile.class)
        .hasMessageContaining("backup " + file)
        .hasMessageContaining(" at byte ");
    assertThat(fresh.resolve("raft")).doesNotExist();
  }

  @Test
  void aMemberThatHasRunIsNotOverwritten() throws Exception {
    Path one = directory.resolve("one");
    TestMember.start(one, 1).close();
    Path file = save(replica(5));
    assertThatThrownBy(() -> Backup.restore(file, alone(one), Groups.ONE, Set.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is there already");
  }
}
