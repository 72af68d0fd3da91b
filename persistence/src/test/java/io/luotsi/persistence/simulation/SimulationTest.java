package io.luotsi.persistence.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every promise of the store under every mishap that a seed can think of. A seed that fails is run
 * again with {@code -Dsimulation.first=SEED -Dsimulation.seeds=1}, and fails in the same way.
 */
class SimulationTest {
  private static final long FIRST = Long.getLong("simulation.first", 0);
  private static final int SEEDS = Integer.getInteger("simulation.seeds", 1_500);

  /** What a thousand seeds must have seen at least, or they show nothing. */
  private static final Map<String, Integer> LEAST_A_THOUSAND =
      Map.ofEntries(
          Map.entry("writes done", 10_000),
          Map.entry("reads done", 10_000),
          Map.entry("refusals confirmed", 10_000),
          Map.entry("refusals of deposed registries", 50),
          Map.entry("writes carried to a leader", 10_000),
          Map.entry("writes told Timeout", 500),
          Map.entry("watchers that moved", 3_000),
          Map.entry("kills", 1_000),
          Map.entry("kills that lost the end of a log", 25),
          Map.entry("pauses", 200),
          Map.entry("partitions", 500),
          Map.entry("one-way cuts", 200),
          Map.entry("actor systems rebuilt", 200),
          Map.entry("leaders deposed", 100),
          Map.entry("log ends overwritten", 15),
          Map.entry("entries fenced off", 20),
          Map.entry("snapshots installed", 10),
          Map.entry("messages lost", 5_000),
          Map.entry("messages that came twice", 1_000));

  @Test
  void noSeedBreaksAPromise() {
    TreeMap<String, Integer> counts = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Simulation.Run run = Simulation.run(seed, Defect.NONE);
      run.counts().forEach((what, count) -> counts.merge(what, count, Integer::sum));
      if (!run.wrong().isEmpty()) {
        wrong.add("-Dsimulation.seeds=1 -Dsimulation.first=" + seed + ": " + run.wrong());
      }
    }
    assertThat(wrong).isEmpty();
    LEAST_A_THOUSAND.forEach(
        (what, least) ->
            assertThat(counts.getOrDefault(what, 0))
                .as("%s in %d seeds", what, SEEDS)
                .isGreaterThanOrEqualTo(least * SEEDS / 1_000));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aPlantedDefectIsFoundWithinTheSeedsThatAreRun(Defect defect) {
    long seed = FIRST;
    Simulation.Run run = Simulation.run(seed, defect);
    while (run.wrong().isEmpty() && ++seed < FIRST + SEEDS) {
      run = Simulation.run(seed, defect);
    }
    assertThat(run.wrong()).as("%s in %d seeds", defect, SEEDS).isNotEmpty();
    assertThat(Simulation.run(seed, defect)).as("seed %d once more", seed).isEqualTo(run);
  }

  @Test
  void theSameSeedIsTheSameRun() {
    for (long seed = FIRST; seed < FIRST + 20; seed++) {
      Simulation.Run run = Simulation.run(seed, Defect.NONE);
      assertThat(Simulation.run(seed, Defect.NONE)).isEqualTo(run);
      assertThat(Simulation.run(seed + 1, Defect.NONE).digest()).isNotEqualTo(run.digest());
    }
  }
}
