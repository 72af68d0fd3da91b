package io.luotsi.core.scheduler;

import java.util.BitSet;
import java.util.Optional;
import java.util.function.Predicate;

/** Nodes with taints that the pod does not tolerate are out, or less liked. */
final class TaintToleration implements FilterPlugin, ScorePlugin {
  static final String NAME = "TaintToleration";

  // Since 1.35 (and 1.34.2) upstream no longer names the taint: it may be confidential.
  private static final Status UNTOLERATED =
      Status.unresolvable(NAME, "node(s) had untolerated taint(s)");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int weight() {
    return 3;
  }

  @Override
  public Optional<NodeFilter> filterFor(PodShape pod, Snapshot snapshot) {
    Untolerated untolerated = new Untolerated(pod, snapshot, Taint::keepsAway);
    return Optional.of(
        new NodeFilter() {
          @Override
          public void refresh() {
            untolerated.refresh();
          }

          @Override
          public Status filter(int slot) {
            return untolerated.count(slot) == 0 ? Status.SUCCESS : UNTOLERATED;
          }
        });
  }

  @Override
  public Optional<NodeScorer> scorerFor(PodShape pod, Snapshot snapshot) {
    Untolerated untolerated = new Untolerated(pod, snapshot, taint -> !taint.keepsAway());
    return Optional.of(
        new NodeScorer() {
          @Override
          public void refresh(BitSet feasible) {
            untolerated.refresh();
          }

          @Override
          public long score(int slot) {
            return untolerated.count(slot);
          }

          /** Without any such taint all nodes score alike, and nothing depends on the others. */
          @Override
          public boolean clusterWide() {
            untolerated.refresh();
            return !untolerated.taints.isEmpty();
          }

          @Override
          public void normalize(BitSet feasible, long[] scores) {
            ScorePlugin.normalizeByMaximum(feasible, scores, true);
          }
        });
  }

  /** The numbers of all taints of one sort that a pod does not tolerate. */
  static final class Untolerated {
    private final PodShape pod;
    private final Snapshot snapshot;
    private final Predicate<Taint> sort;
    private final BitSet taints = new BitSet();
    private int known;

    Untolerated(PodShape pod, Snapshot snapshot, Predicate<Taint> sort) {
      this.pod = pod;
      this.snapshot = snapshot;
      this.sort = sort;
    }

    void refresh() {
      for (; known < snapshot.taints().size(); known++) {
        Taint taint = snapshot.taints().word(known);
        if (sort.test(taint) && !pod.tolerates(taint)) {
          taints.set(known);
        }
      }
    }

    int count(int slot) {
      int count = 0;
      for (int taint : snapshot.taints(slot)) {
        if (taints.get(taint)) {
          count++;
        }
      }
      return count;
    }
  }
}
