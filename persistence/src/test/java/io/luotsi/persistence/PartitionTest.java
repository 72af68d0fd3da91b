package io.luotsi.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luotsi.history.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes in network namespaces of their own, whose packets are lost: of the leader, of a
 * follower, both ways and one way. Those that are left go on; nobody is told anything by the one
 * that is cut off; and what all clients were told, on all sides, can have happened.
 */
@Tag("faults")
class PartitionTest {
  private static final int REQUESTS_BETWEEN = 100;

  /** Of each of the others, while a member is cut off: some seconds. */
  private static final int REQUESTS_MEANWHILE = 600;

  private static final int LEAST_WRITES = 4_000;

  /** How packets are lost. */
  private interface Fault {
    void befall(Namespaces network, String name) throws IOException;
  }

  /** A member that was out of reach between two moments. */
  private record Cut(String what, String name, Set<Integer> clients, long from, long to) {}

  @TempDir Path directory;
  private final List<Cut> cuts = new ArrayList<>();

  @Test
  @Timeout(600)
  void whoIsCutOffTellsNobodyAnythingAndAllHistoriesAreLinearizable() throws Exception {
    assumeTrue(Namespaces.arePossible(), "network namespaces need root, ip and nft");
    List<Fault> faults = List.of(Namespaces::cutOff, Namespaces::mute, Namespaces::deafen);
    List<String> kinds = List.of("cut off", "mute", "deaf");
    try (Namespaces network = Namespaces.create(Trio.NAMES);
        RecordedRun run = RecordedRun.start(directory, network)) {
      for (int i = 0; i < faults.size(); i++) {
        strike(run, network, faults.get(i), kinds.get(i) + " leader", true);
        strike(run, network, faults.get(i), kinds.get(i) + " follower", false);
      }
      run.awaitAcknowledged(Set.copyOf(Trio.NAMES), REQUESTS_BETWEEN);
      List<Entry> history = run.check("partitions", LEAST_WRITES);
      assertThat(cuts).hasSize(2 * faults.size());
      for (Cut cut : cuts) {
        assertThat(RecordedRun.acknowledgedBetween(history, cut.clients(), cut.from(), cut.to()))
            .as("what %s %s told its clients", cut.what(), cut.name())
            .isZero();
      }
    }
  }

  private void strike(RecordedRun run, Namespaces network, Fault fault, String what, boolean leads)
      throws Exception {
    run.awaitAcknowledged(Set.copyOf(Trio.NAMES), REQUESTS_BETWEEN);
    String leader = run.leader();
    long term = run.term();
    String name = leads ? leader : RecordedRun.allBut(leader).iterator().next();
    fault.befall(network, name);
    long from = System.nanoTime();
    if (leads) {
      run.awaitTermAfter(term);
      assertThat(run.leader()).as("after a %s", what).isNotEqualTo(name);
    }
    run.awaitAcknowledged(RecordedRun.allBut(name), REQUESTS_MEANWHILE);
    cuts.add(new Cut(what, name, run.clientsOf(name), from, System.nanoTime()));
    network.heal();
  }
}
