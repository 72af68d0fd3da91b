package io.luotsi.persistence.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.persistence.Drafts;
import io.luotsi.persistence.Golden;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.registry.RandomHistory;
import io.luotsi.persistence.registry.RegistryEvent;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.ResourceSettings;
import io.luotsi.persistence.registry.WindowBudget;
import io.luotsi.persistence.registry.WindowLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Log entries and snapshots of every format as they were written first, kept for ever. */
class GoldenFilesTest {
  private static final GroupResource EVENTS = GroupResource.parse("events.events.k8s.io");
  private static final long TIME = 1_767_225_600_000L;
  private static final ClusterState.Member MEMBER =
      new ClusterState.Member("pekko://luotsi@10.0.0.1:25520", -5);

  private static final List<Enrolment> ENROLLED =
      List.of(
          new Enrolment(new Peer("a-00c0ffee", "10.0.0.1", 25_521), ""),
          new Enrolment(new Peer("b-0000beef", "10.0.0.2", 25_521), "{\"number\":1}"));

  private static List<RegistryEvent> history() {
    return List.of(
        new RegistryEvent.Created(1, TIME),
        new RegistryEvent.Stored(Drafts.draft("ns", "a", "u1", "1").seal(2), 1, TIME + 1),
        new RegistryEvent.Stored(Drafts.draft("ns", "b", "u2", "1").seal(3), 1, TIME + 2),
        new RegistryEvent.Stored(Drafts.draft("ns", "a", "u1", "2").seal(4), 2, TIME + 3),
        new RegistryEvent.Removed(io.luotsi.core.api.ObjectKey.of("ns", "b"), "u2", 5, TIME + 4));
  }

  private static Map<String, Entry> entries() {
    Map<String, Entry> entries = new LinkedHashMap<>();
    entries.put("entry-1-batch", new Entry.Batch(EVENTS, 9, 1, history()));
    entries.put("entry-1-form", new Entry.Form(new ClusterState.Formed(3, MEMBER)));
    entries.put("entry-1-down", new Entry.Down(MEMBER));
    entries.put("entry-1-enrol", new Entry.Enrol(List.of(), ENROLLED));
    return entries;
  }

  private static Replica replica() {
    return new Replica(
        resource -> new ResourceSettings(SelectableFields.NONE, Optional.of(Duration.ofHours(1))),
        new WindowBudget(new WindowLimits(Duration.ofMinutes(5), 1_000, 1 << 30)),
        Runnable::run);
  }

  private static SnapshotFile.Content content() {
    Replica replica = replica();
    assertThat(replica.apply(EVENTS, history())).isEmpty();
    return new SnapshotFile.Content(
        9,
        77,
        ClusterState.NONE.form(new ClusterState.Formed(3, MEMBER)).down(MEMBER),
        replica.past());
  }

  @Test
  void entriesAreWrittenAndReadAsTheyAlwaysWere() throws Exception {
    for (Map.Entry<String, Entry> entry : entries().entrySet()) {
      byte[] golden = Golden.read(entry.getKey());
      assertThat(EntryFormat.write(entry.getValue())).as(entry.getKey()).isEqualTo(golden);
      Entry read = EntryFormat.read(ByteSource.of(golden), resource -> SelectableFields.NONE);
      assertThat(EntryFormat.write(read)).isEqualTo(golden);
    }
  }

  @Test
  void snapshotsAreWrittenAndReadAsTheyAlwaysWere(@TempDir Path directory) throws Exception {
    check(directory, "snapshot-1", content());
    SnapshotFile.Content one = content();
    check(
        directory,
        "snapshot-2",
        new SnapshotFile.Content(
            one.term(), one.index(), one.cluster().enrol(ENROLLED), one.resources()));
  }

  private static void check(Path directory, String name, SnapshotFile.Content content)
      throws Exception {
    byte[] golden = Golden.read(name);
    Path written = directory.resolve("written");
    SnapshotFile.write(written, content);
    assertThat(Files.readAllBytes(written)).isEqualTo(golden);

    Path old = Files.write(directory.resolve("old"), golden);
    Replica replica = replica();
    SnapshotFile.Content read = SnapshotFile.read(old, replica);
    replica.reset(read.resources());
    assertThat(read.cluster()).isEqualTo(content.cluster());
    assertThat(RandomHistory.describe(replica.state(EVENTS)))
        .isEqualTo(
            RandomHistory.describe(RandomHistory.replay(replica().emptyState(EVENTS), history())));
    assertThat(replica.at(EVENTS, 3).orElseThrow().objects()).hasSize(2);
  }
}
