package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.await;
import static io.luotsi.persistence.Drafts.create;
import static io.luotsi.persistence.Drafts.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.raft.Groups;
import io.luotsi.persistence.raft.LogProbe;
import io.luotsi.persistence.registry.RandomHistory;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member that was away catches up by the log, or by a snapshot when the log begins later. */
@Tag("long")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LaggingMembersTest {
  @TempDir Path directory;

  @Test
  void oneThatMissedLittleReadsTheLogAndOneThatMissedMuchASnapshot() throws Exception {
    Collection<String> snapshots = new ConcurrentLinkedQueue<>();
    String folder = directory.resolve("c").toString();
    try (LogProbe probe =
            new LogProbe(
                "io.luotsi.persistence.raft.GroupSnapshots",
                line -> {
                  if (line.startsWith("read snapshot " + folder)) {
                    snapshots.add(line);
                  }
                });
        Crew crew = Crew.found(directory, Groups.ONE, "a", "b", "c")) {
      assertThat(probe).isNotNull();
      long written = write(crew, "first", 5);
      crew.stop("c");
      written = write(crew, "little", 10);
      catchUp(crew, written);
      assertThat(snapshots).isEmpty();

      crew.stop("c");
      written = write(crew, "much", 200); // of which the log keeps the last few
      catchUp(crew, written);
      assertThat(snapshots).isNotEmpty();
    }
  }

  /** Version of the last write. */
  private static long write(Crew crew, String prefix, int writes) throws Exception {
    long version = 0;
    for (int i = 0; i < writes; i++) {
      version =
          done(crew.get("a").store().commit(CONFIG_MAPS, create(prefix + i))).resourceVersion();
    }
    return version;
  }

  private static void catchUp(Crew crew, long version) throws Exception {
    Trio.One late = crew.start("c");
    await(late.group().replica().reached(CONFIG_MAPS, version));
    assertThat(RandomHistory.describe(late.group().replica().state(CONFIG_MAPS)))
        .isEqualTo(RandomHistory.describe(crew.get("a").group().replica().state(CONFIG_MAPS)));
  }
}
