package io.luotsi.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes to which something is done again and again, at random: killed and started again,
 * one or all at once, paused and woken, whether they lead or not, some before they have recovered
 * from the last. What their clients were told can have happened.
 */
@Tag("faults")
class RandomFaultsTest {
  private static final int FAULTS = Integer.getInteger("luotsi.test.faults", 8);
  private static final long SEED = Long.getLong("luotsi.test.seed", System.nanoTime());
  private static final int LEAST_WRITES = FAULTS * 40;

  /** Of each member that is not paused, while another is. */
  private static final int REQUESTS_MEANWHILE = 300;

  private static final int MOST_REQUESTS_BETWEEN = 60;

  @TempDir Path directory;

  @Test
  @Timeout(900)
  void whateverIsDoneToMembersTheirClientsHistoryIsLinearizable() throws Exception {
    Random random = new Random(SEED);
    int effective = 0;
    try (RecordedRun run = RecordedRun.start(directory, Site.LOOPBACK)) {
      run.awaitAcknowledged(Set.copyOf(Trio.NAMES), MOST_REQUESTS_BETWEEN);
      for (int i = 0; i < FAULTS; i++) {
        String name = random.nextBoolean() ? run.leader() : Trio.NAMES.get(random.nextInt(3));
        effective +=
            switch (random.nextInt(8)) {
              case 0, 1 -> pause(run, name);
              case 2 -> killAll(run);
              default -> killAndStart(run, List.of(name));
            };
        // At 0 the next one strikes while this one's has not recovered.
        run.awaitAcknowledged(
            Set.of(Trio.NAMES.get(random.nextInt(3))),
            random.nextInt(3) * MOST_REQUESTS_BETWEEN / 2);
      }
      run.awaitAcknowledged(Set.copyOf(Trio.NAMES), MOST_REQUESTS_BETWEEN);
      run.check("random-" + SEED, LEAST_WRITES);
      assertThat(effective).as("faults that took effect").isEqualTo(FAULTS);
    } catch (AssertionError e) {
      throw new AssertionError("with -Dluotsi.test.seed=" + SEED + ": " + e.getMessage(), e);
    }
  }

  private static int pause(RecordedRun run, String name) throws Exception {
    boolean leads = name.equals(run.leader());
    long term = run.term();
    run.signal(name, "STOP");
    if (leads) {
      run.awaitTermAfter(term);
    }
    run.awaitAcknowledged(RecordedRun.allBut(name), REQUESTS_MEANWHILE);
    run.signal(name, "CONT");
    return 1;
  }

  private static int killAll(RecordedRun run) throws Exception {
    return killAndStart(run, Trio.NAMES);
  }

  private static int killAndStart(RecordedRun run, List<String> names) throws Exception {
    boolean all = true;
    for (String name : names) {
      all &= run.kill(name);
    }
    for (String name : names) {
      run.start(name);
    }
    return all ? 1 : 0;
  }
}
