package io.luotsi.core.scheduler;

import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.scheduler.NodeAffinity.Matching;
import io.luotsi.core.scheduler.PodCounters.Counter;
import io.luotsi.core.scheduler.TaintToleration.Untolerated;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Spreads pods over zones, hosts or whatever label the constraints name; those of one Service or
 * ReplicaSet also without being asked, as upstream's system defaults do.
 */
final class PodTopologySpread implements FilterPlugin, ScorePlugin {
  private static final String NAME = "PodTopologySpread";
  private static final Status SKEWED =
      Status.unschedulable(NAME, "node(s) didn't match pod topology spread constraints");
  private static final Status NO_LABEL =
      Status.unresolvable(
          NAME, "node(s) didn't match pod topology spread constraints (missing required label)");

  private final WorkloadSelectors workloads;

  PodTopologySpread(WorkloadSelectors workloads) {
    this.workloads = workloads;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int weight() {
    return 2;
  }

  @Override
  public Optional<NodeFilter> filterFor(PodShape pod, Snapshot snapshot) {
    List<SpreadConstraint> hard = pod.spread().stream().filter(SpreadConstraint::hard).toList();
    return hard.isEmpty()
        ? Optional.empty()
        : Optional.of(new HardSpread(pod, new Domains(pod, snapshot, hard)));
  }

  @Override
  public Optional<NodeScorer> scorerFor(PodShape pod, Snapshot snapshot) {
    List<SpreadConstraint> soft =
        pod.spread().isEmpty()
            ? defaults(workloads.selectorFor(pod))
            : pod.spread().stream().filter(constraint -> !constraint.hard()).toList();
    return soft.isEmpty()
        ? Optional.empty()
        : Optional.of(new SoftSpread(new Domains(pod, snapshot, soft), !pod.spread().isEmpty()));
  }

  private static List<SpreadConstraint> defaults(LabelSelector selector) {
    return selector.requirements().isEmpty()
        ? List.of()
        : List.of(
            SpreadConstraint.soft(SpreadConstraint.HOSTNAME, 3, selector),
            SpreadConstraint.soft(SpreadConstraint.ZONE, 5, selector));
  }

  /** The topology domains of some constraints, and how many matching pods each node has. */
  private static final class Domains implements AutoCloseable {
    final Snapshot snapshot;
    final List<SpreadConstraint> constraints;
    private final PodShape pod;
    private final Counter[] counters;
    private final Matching affinity;
    private final Untolerated taints;
    private int[][] domainBySlot = {};
    private int[] domainCount = {};
    private BitSet complete = new BitSet();
    private long seenLabels = -1;
    private long seenNodes = -1;

    Domains(PodShape pod, Snapshot snapshot, List<SpreadConstraint> constraints) {
      this.pod = pod;
      this.snapshot = snapshot;
      this.constraints = constraints;
      this.affinity = new Matching(pod, snapshot);
      this.taints = new Untolerated(pod, snapshot, Taint::keepsAway);
      counters = new Counter[constraints.size()];
      for (int c = 0; c < counters.length; c++) {
        counters[c] = snapshot.acquireCounter(pod.namespace(), constraints.get(c).selector());
      }
    }

    void refresh() {
      affinity.refresh();
      taints.refresh();
      if (seenLabels == snapshot.labels().version() && seenNodes == snapshot.nodeVersion()) {
        return;
      }
      seenLabels = snapshot.labels().version();
      seenNodes = snapshot.nodeVersion();
      complete = (BitSet) snapshot.present().clone();
      domainBySlot = new int[constraints.size()][];
      domainCount = new int[constraints.size()];
      for (int c = 0; c < constraints.size(); c++) {
        String key = constraints.get(c).topologyKey();
        domainBySlot[c] = snapshot.labels().values(key, snapshot.size());
        domainCount[c] = snapshot.labels().valueCount(key);
        for (int slot = 0; slot < domainBySlot[c].length; slot++) {
          if (domainBySlot[c][slot] == NodeLabels.NONE) {
            complete.clear(slot);
          }
        }
      }
    }

    /** The slots whose nodes have all of the constraints' labels. */
    BitSet complete() {
      return complete;
    }

    /** Dense from 0 within the constraint, or {@link NodeLabels#NONE}. */
    int domain(int constraint, int slot) {
      return domainBySlot[constraint][slot];
    }

    int domainCount(int constraint) {
      return domainCount[constraint];
    }

    /** Matching pods on one node; a selector without requirements matches none, as upstream. */
    int pods(int constraint, int slot) {
      return constraints.get(constraint).selector().requirements().isEmpty()
          ? 0
          : counters[constraint].count(slot);
    }

    /** Whether the node's pods count at all, by the constraint's inclusion policies. */
    boolean counts(int constraint, int slot) {
      SpreadConstraint policies = constraints.get(constraint);
      return (!policies.honorAffinity() || affinity.contains(slot))
          && (!policies.honorTaints() || taints.count(slot) == 0);
    }

    boolean matchesItself(int constraint) {
      LabelSelector selector = constraints.get(constraint).selector();
      return !selector.requirements().isEmpty() && selector.matches(pod.labels());
    }

    @Override
    public void close() {
      for (Counter counter : counters) {
        snapshot.releaseCounter(counter);
      }
    }
  }

  private static final class HardSpread implements NodeFilter {
    private static final int ABSENT = -1;

    private final Domains domains;
    private final int[] self;
    private final int[][] podsByDomain;
    private final int[] fewest;

    HardSpread(PodShape pod, Domains domains) {
      this.domains = domains;
      int constraints = domains.constraints.size();
      self = new int[constraints];
      for (int c = 0; c < constraints; c++) {
        self[c] = domains.matchesItself(c) ? 1 : 0;
      }
      podsByDomain = new int[constraints][];
      fewest = new int[constraints];
    }

    @Override
    public boolean clusterWide() {
      return true;
    }

    @Override
    public void refresh() {
      domains.refresh();
      BitSet complete = domains.complete();
      for (int c = 0; c < podsByDomain.length; c++) {
        int[] pods = new int[domains.domainCount(c)];
        Arrays.fill(pods, ABSENT);
        for (int slot = complete.nextSetBit(0); slot >= 0; slot = complete.nextSetBit(slot + 1)) {
          if (domains.counts(c, slot)) {
            int domain = domains.domain(c, slot);
            pods[domain] = Math.max(0, pods[domain]) + domains.pods(c, slot);
          }
        }
        podsByDomain[c] = pods;
        fewest[c] = fewest(pods, domains.constraints.get(c).minDomains());
      }
    }

    /** With fewer domains than wanted, an empty one is imagined. */
    private static int fewest(int[] podsByDomain, int minDomains) {
      int fewest = Integer.MAX_VALUE;
      int domains = 0;
      for (int pods : podsByDomain) {
        if (pods != ABSENT) {
          fewest = Math.min(fewest, pods);
          domains++;
        }
      }
      return domains == 0 || domains < minDomains ? 0 : fewest;
    }

    @Override
    public Status filter(int slot) {
      for (int c = 0; c < podsByDomain.length; c++) {
        int domain = domains.domain(c, slot);
        if (domain == NodeLabels.NONE) {
          return NO_LABEL;
        }
        int skew = Math.max(0, podsByDomain[c][domain]) + self[c] - fewest[c];
        if (skew > domains.constraints.get(c).maxSkew()) {
          return SKEWED;
        }
      }
      return Status.SUCCESS;
    }

    @Override
    public void close() {
      domains.close();
    }
  }

  private static final class SoftSpread implements NodeScorer {
    private final Domains domains;
    private final boolean needsAllLabels;
    private final int[][] podsByDomain;
    private final double[] weights;

    /**
     * @param needsAllLabels whether a node without one of the labels is ignored; the defaults are
     *     kinder, because many clusters have no zones
     */
    SoftSpread(Domains domains, boolean needsAllLabels) {
      this.domains = domains;
      this.needsAllLabels = needsAllLabels;
      podsByDomain = new int[domains.constraints.size()][];
      weights = new double[domains.constraints.size()];
    }

    @Override
    public boolean clusterWide() {
      return true;
    }

    @Override
    public void refresh(BitSet feasible) {
      domains.refresh();
      BitSet candidates = (BitSet) feasible.clone();
      if (needsAllLabels) {
        candidates.and(domains.complete());
      }
      for (int c = 0; c < weights.length; c++) {
        boolean perHost =
            domains.constraints.get(c).topologyKey().equals(SpreadConstraint.HOSTNAME);
        int size = perHost ? candidates.cardinality() : countByDomain(c, candidates);
        weights[c] = Math.log(size + 2);
      }
    }

    /** Adds up the pods of all domains that a candidate is in; returns how many domains. */
    private int countByDomain(int c, BitSet candidates) {
      int none = domains.domainCount(c); // nodes without the label are a domain, too
      boolean[] wanted = new boolean[none + 1];
      int size = 0;
      for (int s = candidates.nextSetBit(0); s >= 0; s = candidates.nextSetBit(s + 1)) {
        int domain = domains.domain(c, s) == NodeLabels.NONE ? none : domains.domain(c, s);
        if (!wanted[domain]) {
          wanted[domain] = true;
          size++;
        }
      }
      int[] pods = new int[none + 1];
      BitSet counted = needsAllLabels ? domains.complete() : domains.snapshot.present();
      for (int s = counted.nextSetBit(0); s >= 0; s = counted.nextSetBit(s + 1)) {
        int domain = domains.domain(c, s);
        if (domain != NodeLabels.NONE && wanted[domain] && domains.counts(c, s)) {
          pods[domain] += domains.pods(c, s);
        }
      }
      podsByDomain[c] = pods;
      return size;
    }

    @Override
    public long score(int slot) {
      if (ignored(slot)) {
        return 0;
      }
      double score = 0;
      for (int c = 0; c < weights.length; c++) {
        int domain = domains.domain(c, slot);
        if (domain != NodeLabels.NONE) {
          SpreadConstraint constraint = domains.constraints.get(c);
          int pods =
              constraint.topologyKey().equals(SpreadConstraint.HOSTNAME)
                  ? domains.pods(c, slot)
                  : podsByDomain[c][domain];
          score += pods * weights[c] + (constraint.maxSkew() - 1);
        }
      }
      return Math.round(score);
    }

    private boolean ignored(int slot) {
      return needsAllLabels && !domains.complete().get(slot);
    }

    @Override
    public void normalize(BitSet feasible, long[] scores) {
      long lowest = Long.MAX_VALUE;
      long highest = 0;
      for (int s = feasible.nextSetBit(0); s >= 0; s = feasible.nextSetBit(s + 1)) {
        if (!ignored(s)) {
          lowest = Math.min(lowest, scores[s]);
          highest = Math.max(highest, scores[s]);
        }
      }
      for (int s = feasible.nextSetBit(0); s >= 0; s = feasible.nextSetBit(s + 1)) {
        if (ignored(s)) {
          scores[s] = 0;
        } else {
          scores[s] =
              highest == 0
                  ? MAX_NODE_SCORE
                  : MAX_NODE_SCORE * (highest + lowest - scores[s]) / highest;
        }
      }
    }

    @Override
    public void close() {
      domains.close();
    }
  }
}
