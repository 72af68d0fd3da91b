package io.luotsi.core.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a pod requests must be free on its node; the node with the most left is liked best. */
final class NodeResourcesFit implements FilterPlugin, ScorePlugin {
  static final String NAME = "NodeResourcesFit";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int weight() {
    return 1;
  }

  @Override
  public Optional<NodeFilter> filterFor(PodShape pod, Snapshot snapshot) {
    return Optional.of(new Fit(pod.requests(), snapshot));
  }

  @Override
  public Optional<NodeScorer> scorerFor(PodShape pod, Snapshot snapshot) {
    Requests requests = pod.requests();
    return Optional.of(
        slot ->
            leastAllocated(
                snapshot.scoredCpuMillis(slot) + requests.scoredCpuMillis(),
                snapshot.allocatable(Snapshot.CPU, slot),
                snapshot.scoredMemoryBytes(slot) + requests.scoredMemoryBytes(),
                snapshot.allocatable(Snapshot.MEMORY, slot)));
  }

  /**
   * The mean of the shares of CPU and memory that stay free, in percent, each rounded down. A
   * resource that the node does not have does not count.
   */
  static long leastAllocated(long cpu, long cpuCapacity, long memory, long memoryCapacity) {
    int resources = (cpuCapacity == 0 ? 0 : 1) + (memoryCapacity == 0 ? 0 : 1);
    return resources == 0 ? 0 : (free(cpu, cpuCapacity) + free(memory, memoryCapacity)) / resources;
  }

  private static long free(long requested, long capacity) {
    return requested > capacity || capacity == 0 ? 0 : percent(capacity - requested, capacity);
  }

  /** Sizes beyond a twentieth of what a long holds are not exact to the last percent. */
  private static long percent(long part, long whole) {
    return whole <= Long.MAX_VALUE / MAX_NODE_SCORE
        ? part * MAX_NODE_SCORE / whole
        : part / (whole / MAX_NODE_SCORE);
  }

  private static final class Fit implements NodeFilter {
    private final Snapshot snapshot;
    private final int[] resources;
    private final long[] amounts;
    private final String[] reasons;
    private final Map<List<String>, Status> refusals = new HashMap<>();
    private final Map<List<String>, Status> hopeless = new HashMap<>();

    Fit(Requests requests, Snapshot snapshot) {
      this.snapshot = snapshot;
      List<String> names = new ArrayList<>();
      List<Long> wanted = new ArrayList<>();
      add(Amounts.CPU, requests.cpuMillis(), names, wanted);
      add(Amounts.MEMORY, requests.memoryBytes(), names, wanted);
      add(Amounts.EPHEMERAL_STORAGE, requests.ephemeralBytes(), names, wanted);
      requests.extended().forEach((name, amount) -> add(name, amount, names, wanted));
      resources = names.stream().mapToInt(snapshot::resource).toArray();
      amounts = wanted.stream().mapToLong(Long::longValue).toArray();
      reasons = names.stream().map(name -> "Insufficient " + name).toArray(String[]::new);
    }

    private static void add(String name, long amount, List<String> names, List<Long> wanted) {
      if (amount > 0) {
        names.add(name);
        wanted.add(amount);
      }
    }

    @Override
    public Status filter(int slot) {
      boolean fits = snapshot.pods(slot).size() < snapshot.podLimit(slot);
      for (int i = 0; i < resources.length && fits; i++) {
        fits = amounts[i] <= free(i, slot);
      }
      return fits ? Status.SUCCESS : refusal(slot);
    }

    private long free(int i, int slot) {
      return snapshot.allocatable(resources[i], slot) - snapshot.requested(resources[i], slot);
    }

    private Status refusal(int slot) {
      List<String> missing = new ArrayList<>();
      if (snapshot.pods(slot).size() >= snapshot.podLimit(slot)) {
        missing.add("Too many pods");
      }
      boolean everFits = true;
      for (int i = 0; i < resources.length; i++) {
        if (amounts[i] > free(i, slot)) {
          missing.add(reasons[i]);
          everFits &= amounts[i] <= snapshot.allocatable(resources[i], slot);
        }
      }
      // A request that is larger than the whole node is not helped by emptying it.
      return everFits
          ? refusals.computeIfAbsent(missing, m -> new Status(Status.Code.UNSCHEDULABLE, NAME, m))
          : hopeless.computeIfAbsent(
              missing, m -> new Status(Status.Code.UNSCHEDULABLE_AND_UNRESOLVABLE, NAME, m));
    }
  }
}
