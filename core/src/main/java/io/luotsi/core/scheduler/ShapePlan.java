package io.luotsi.core.scheduler;

import io.luotsi.core.scheduler.ScorePlugin.NodeScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Filter and score results of one shape of pod for all nodes, kept while the shape is in use and
 * caught up with the snapshot's change log: after one pod is placed, only its node is asked about
 * again. What it answers is a function of the snapshot alone, however it was caught up.
 */
final class ShapePlan implements AutoCloseable {
  private record Scorer(int weight, NodeScorer scorer) {}

  private final PodShape shape;
  private final Snapshot snapshot;
  private final ShapeFilters filters;
  private final List<Scorer> scorers = new ArrayList<>();

  /** First refusal of the local filters; success if there is none. By slot, as all arrays here. */
  private Status[] statuses = {};

  private int[] localScores = {};
  private int[] totals = {};
  private long[] raw = {};
  private final BitSet locallyFeasible = new BitSet();
  private final BitSet feasible = new BitSet();
  private long seen = -1;

  ShapePlan(PodShape shape, Snapshot snapshot, Plugins plugins) {
    this.shape = shape;
    this.snapshot = snapshot;
    this.filters = new ShapeFilters(shape, snapshot, plugins);
    if (filters.refusal().isEmpty()) {
      for (ScorePlugin plugin : plugins.score()) {
        plugin
            .scorerFor(shape, snapshot)
            .ifPresent(scorer -> scorers.add(new Scorer(plugin.weight(), scorer)));
      }
    }
  }

  /** The best node's slot, by the given chance among equals; empty if none can take the pod. */
  OptionalInt choose(RandomGenerator random) {
    if (filters.refusal().isPresent()) {
      return OptionalInt.empty();
    }
    refresh();
    int best = -1;
    int equals = 0;
    for (int slot = feasible.nextSetBit(0); slot >= 0; slot = feasible.nextSetBit(slot + 1)) {
      if (totals[slot] > best) {
        best = totals[slot];
        equals = 1;
      } else if (totals[slot] == best) {
        equals++;
      }
    }
    if (equals == 0) {
      return OptionalInt.empty();
    }
    int skip = equals == 1 ? 0 : random.nextInt(equals);
    int slot = feasible.nextSetBit(0);
    while (totals[slot] != best || skip-- > 0) {
      slot = feasible.nextSetBit(slot + 1);
    }
    return OptionalInt.of(slot);
  }

  private void refresh() {
    if (seen == snapshot.changes()) {
      return;
    }
    Optional<int[]> changed = seen < 0 ? Optional.empty() : snapshot.changedSince(seen);
    seen = snapshot.changes();
    if (statuses.length < snapshot.size()) {
      grow(snapshot.size() + snapshot.size() / 4 + 16);
    }
    filters.refresh();
    if (changed.isPresent() && changed.get().length < snapshot.size()) {
      for (int slot : changed.get()) {
        filterLocally(slot);
      }
    } else {
      changed = Optional.empty();
      for (int slot = 0; slot < snapshot.size(); slot++) {
        filterLocally(slot);
      }
    }
    feasible.clear();
    feasible.or(locallyFeasible);
    filters.retainClusterWide(feasible);
    score(changed);
  }

  private void grow(int size) {
    statuses = Arrays.copyOf(statuses, size);
    localScores = Arrays.copyOf(localScores, size);
    totals = Arrays.copyOf(totals, size);
    raw = new long[size];
  }

  private void filterLocally(int slot) {
    statuses[slot] = filters.local(slot);
    locallyFeasible.set(slot, statuses[slot].isSuccess());
  }

  private void score(Optional<int[]> changed) {
    if (changed.isPresent()) {
      for (int slot : changed.get()) {
        scoreLocally(slot);
      }
    } else {
      for (int slot = 0; slot < snapshot.size(); slot++) {
        scoreLocally(slot);
      }
    }
    boolean copied = false;
    for (Scorer scorer : scorers) {
      if (scorer.scorer().clusterWide()) {
        if (!copied) {
          System.arraycopy(localScores, 0, totals, 0, snapshot.size());
          copied = true;
        }
        scoreClusterWide(scorer);
      }
    }
  }

  private void scoreLocally(int slot) {
    int score = 0;
    if (locallyFeasible.get(slot)) {
      for (Scorer scorer : scorers) {
        if (!scorer.scorer().clusterWide()) {
          score += scorer.weight() * (int) scorer.scorer().score(slot);
        }
      }
    }
    localScores[slot] = score;
    totals[slot] = score;
  }

  private void scoreClusterWide(Scorer scorer) {
    scorer.scorer().refresh(feasible);
    for (int s = feasible.nextSetBit(0); s >= 0; s = feasible.nextSetBit(s + 1)) {
      raw[s] = scorer.scorer().score(s);
    }
    scorer.scorer().normalize(feasible, raw);
    for (int s = feasible.nextSetBit(0); s >= 0; s = feasible.nextSetBit(s + 1)) {
      totals[s] += scorer.weight() * (int) raw[s];
    }
  }

  /** Why the shape cannot be placed, for the one who has just been told so. */
  Diagnosis diagnose() {
    TreeMap<String, Integer> reasons = new TreeMap<>();
    if (filters.refusal().isPresent()) {
      String why = filters.refusal().get().reasons().getFirst();
      return new Diagnosis(snapshot.nodeCount(), why, reasons, preemption());
    }
    refresh();
    BitSet present = snapshot.present();
    for (int slot = present.nextSetBit(0); slot >= 0; slot = present.nextSetBit(slot + 1)) {
      statusOf(slot).reasons().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
    }
    return new Diagnosis(snapshot.nodeCount(), "", reasons, preemption());
  }

  private Status statusOf(int slot) {
    Status status = statuses[slot];
    return status.isSuccess() ? filters.clusterWide(slot) : status;
  }

  /** What upstream's preemption would say; left out where it would go to work. */
  private Optional<Diagnosis.Preemption> preemption() {
    if (!shape.mayPreempt()) {
      return Optional.of(new Diagnosis.Preemption.NotEligible());
    }
    int helpless = 0;
    int victimless = 0;
    BitSet present = snapshot.present();
    for (int slot = present.nextSetBit(0); slot >= 0; slot = present.nextSetBit(slot + 1)) {
      boolean resolvable =
          filters.refusal().isEmpty() && statusOf(slot).code() == Status.Code.UNSCHEDULABLE;
      if (!resolvable) {
        helpless++;
      } else if (hasVictims(slot)) {
        return Optional.empty();
      } else {
        victimless++;
      }
    }
    return Optional.of(new Diagnosis.Preemption.NoHelp(helpless, victimless));
  }

  private boolean hasVictims(int slot) {
    for (Snapshot.Placed placed : snapshot.pods(slot)) {
      if (placed.pod().shape().priority() < shape.priority()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    filters.close();
    scorers.forEach(scorer -> scorer.scorer().close());
  }
}
