package io.luotsi.persistence.raft;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.draft;
import static io.luotsi.persistence.raft.TestMember.await;
import static io.luotsi.persistence.raft.TestMember.ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.registry.RegistryState;
import io.luotsi.persistence.registry.WindowLimits;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log is trimmed by its bytes, however few entries they are. */
class BoundedDiskTest {
  private static final int OBJECT_BYTES = 1 << 20;
  private static final int WRITES = 300;

  /** Some 14 MiB stay; where only entries are counted, nothing is removed. */
  private static final long MOST_BYTES = 100L << 20;

  @TempDir Path directory;

  @Test
  @Timeout(60)
  void largeObjectsThatAreWrittenAgainAndAgainDoNotFillTheDisk() throws Exception {
    SnapshotPolicy policy = new SnapshotPolicy(20_000, 4L << 20);
    WindowLimits window = new WindowLimits(Duration.ZERO, 1, 1 << 30);
    try (RaftMember member = TestMember.start(directory, window, policy)) {
      RaftGroupMember group = member.groups().getFirst();
      long term = ready(group, any -> true);
      RegistryState state = RegistryState.empty(CONFIG_MAPS, false);
      for (int write = 0; write < WRITES; write++) {
        // Only a clock that goes on lets a change leave the window, which is in each snapshot.
        var events = state.decideAll(List.of(write(write)), 1_000 + write, 1).events();
        for (var event : events) {
          state = state.apply(event);
        }
        Entry entry = new Entry.Batch(CONFIG_MAPS, term, events.getFirst().version(), events);
        assertThat(await(group.propose(entry))).isEqualTo(Verdict.APPLIED);
      }
      assertThat(group.replica().state(CONFIG_MAPS).version()).isEqualTo(WRITES + 1);
      // Segments are removed by a thread of Ratis, soon after a snapshot.
      Path log = RaftMember.folder(directory, 0).resolve("current");
      long deadline = System.nanoTime() + 30_000_000_000L;
      while (size(log) > MOST_BYTES && System.nanoTime() - deadline < 0) {
        Thread.onSpinWait();
      }
      assertThat(size(log)).isBetween(1L, MOST_BYTES);
    }
  }

  /** The first creates, the others replace: all of them are 300 MB of log. */
  private static Write write(int number) {
    String value = Integer.toString(number % 10).repeat(OBJECT_BYTES);
    return number == 0
        ? new Write.Create(draft("default", "large", "uid", value))
        : new Write.Update(draft("default", "large", "uid", value), Precondition.NONE);
  }

  /** A segment may be renamed or removed at any moment: what is gone has no size. */
  private static long size(Path folder) {
    return Stream.of(Objects.requireNonNull(folder.toFile().listFiles()))
        .mapToLong(File::length)
        .sum();
  }
}
