package io.luotsi.core.scheduler;

import io.luotsi.core.api.LabelSelector;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The plans of the shapes that were scheduled last. A plan holds some bytes for every node. */
final class PlanCache {
  private static final class Entry {
    final ShapePlan plan;
    final LabelSelector belongsWith;
    long workloadsSeen;

    Entry(ShapePlan plan, LabelSelector belongsWith, long workloadsSeen) {
      this.plan = plan;
      this.belongsWith = belongsWith;
      this.workloadsSeen = workloadsSeen;
    }
  }

  private final Snapshot snapshot;
  private final WorkloadSelectors workloads;
  private final Plugins plugins;
  private final int maxCells;
  private final LinkedHashMap<PodShape, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param maxCells bound on plans times nodes; 0 keeps no plan beyond its use
   */
  PlanCache(Snapshot snapshot, WorkloadSelectors workloads, Plugins plugins, int maxCells) {
    this.snapshot = snapshot;
    this.workloads = workloads;
    this.plugins = plugins;
    this.maxCells = maxCells;
  }

  /** Good until the next call. */
  ShapePlan plan(PodShape shape) {
    long version = workloads.version(shape.namespace());
    Entry entry = entries.get(shape);
    if (entry != null && maxCells > 0 && upToDate(entry, shape, version)) {
      return entry.plan;
    }
    if (entry != null) {
      entries.remove(shape);
      entry.plan.close();
    }
    makeRoom();
    ShapePlan plan = new ShapePlan(shape, snapshot, plugins);
    entries.put(shape, new Entry(plan, workloads.selectorFor(shape), version));
    return plan;
  }

  /** Of a changed workload only those pods take note that belong to it, and ask to be spread. */
  private boolean upToDate(Entry entry, PodShape shape, long version) {
    if (!shape.spread().isEmpty() || entry.workloadsSeen == version) {
      return true;
    }
    entry.workloadsSeen = version;
    return workloads.selectorFor(shape).equals(entry.belongsWith);
  }

  private void makeRoom() {
    int most = maxCells / Math.max(1, snapshot.size());
    Iterator<Map.Entry<PodShape, Entry>> eldest = entries.entrySet().iterator();
    while (entries.size() > most && eldest.hasNext()) {
      eldest.next().getValue().plan.close();
      eldest.remove();
    }
  }
}
