package io.luotsi.core.scheduler;

import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.scheduler.NodeTerm.NameRequirement;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code nodeSelector}, required and preferred node affinity. */
final class NodeAffinity implements PreFilterPlugin, FilterPlugin, ScorePlugin {
  static final String NAME = "NodeAffinity";
  private static final Status NO_MATCH =
      Status.unresolvable(NAME, "node(s) didn't match Pod's node affinity/selector");
  private static final Status CONFLICT = Status.unresolvable(NAME, "pod affinity terms conflict");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int weight() {
    return 2;
  }

  /** Pods of a DaemonSet name their node here; only that one need be looked at. */
  @Override
  public PreFilterResult preFilter(PodShape pod) {
    Set<String> names = new HashSet<>();
    for (NodeTerm term : pod.required().orElse(List.of())) {
      Optional<Set<String>> ofTerm = namesOf(term);
      if (ofTerm.isEmpty()) {
        return new PreFilterResult.AllNodes();
      }
      names.addAll(ofTerm.get());
    }
    if (pod.required().isEmpty() || pod.required().get().isEmpty()) {
      return new PreFilterResult.AllNodes();
    }
    return names.isEmpty()
        ? new PreFilterResult.Refused(CONFLICT)
        : new PreFilterResult.OnlyNodes(names);
  }

  private static Optional<Set<String>> namesOf(NodeTerm term) {
    Optional<Set<String>> names = Optional.empty();
    for (NameRequirement requirement : term.names()) {
      if (requirement.in()) {
        Set<String> both = new HashSet<>(requirement.names());
        names.ifPresent(both::retainAll);
        names = Optional.of(both);
      }
    }
    return names;
  }

  @Override
  public Optional<NodeFilter> filterFor(PodShape pod, Snapshot snapshot) {
    if (!pod.restrictsNodes()) {
      return Optional.empty();
    }
    Matching matching = new Matching(pod, snapshot);
    return Optional.of(
        new NodeFilter() {
          @Override
          public void refresh() {
            matching.refresh();
          }

          @Override
          public Status filter(int slot) {
            return matching.contains(slot) ? Status.SUCCESS : NO_MATCH;
          }
        });
  }

  @Override
  public Optional<NodeScorer> scorerFor(PodShape pod, Snapshot snapshot) {
    if (pod.preferred().isEmpty()) {
      return Optional.empty();
    }
    List<BitSet> slots = pod.preferred().stream().map(term -> new BitSet()).toList();
    return Optional.of(
        new NodeScorer() {
          @Override
          public void refresh(BitSet feasible) {
            for (int i = 0; i < slots.size(); i++) {
              slots.get(i).clear();
              slots.get(i).or(matching(pod.preferred().get(i).term(), snapshot));
            }
          }

          @Override
          public long score(int slot) {
            long score = 0;
            for (int i = 0; i < slots.size(); i++) {
              if (slots.get(i).get(slot)) {
                score += pod.preferred().get(i).weight();
              }
            }
            return score;
          }

          @Override
          public boolean clusterWide() {
            return true;
          }

          @Override
          public void normalize(BitSet feasible, long[] scores) {
            ScorePlugin.normalizeByMaximum(feasible, scores, false);
          }
        });
  }

  /** The slots whose nodes a pod's selector and required affinity admit. */
  static final class Matching {
    private final PodShape pod;
    private final Snapshot snapshot;
    private BitSet slots = new BitSet();
    private long seenLabels = -1;
    private long seenNodes = -1;

    Matching(PodShape pod, Snapshot snapshot) {
      this.pod = pod;
      this.snapshot = snapshot;
    }

    void refresh() {
      if (seenLabels == snapshot.labels().version() && seenNodes == snapshot.nodeVersion()) {
        return;
      }
      seenLabels = snapshot.labels().version();
      seenNodes = snapshot.nodeVersion();
      slots = (BitSet) snapshot.present().clone();
      snapshot.labels().retainMatching(LabelSelector.ofLabels(pod.nodeSelector()), slots);
      if (pod.required().isPresent()) {
        BitSet any = new BitSet();
        pod.required().get().forEach(term -> any.or(matching(term, snapshot)));
        slots.and(any);
      }
    }

    boolean contains(int slot) {
      return slots.get(slot);
    }
  }

  private static BitSet matching(NodeTerm term, Snapshot snapshot) {
    if (term.matchesNothing()) {
      return new BitSet();
    }
    BitSet slots = (BitSet) snapshot.present().clone();
    snapshot.labels().retainMatching(term.labels(), slots);
    for (NameRequirement requirement : term.names()) {
      BitSet named = new BitSet();
      for (String name : requirement.names()) {
        int slot = snapshot.slot(name);
        if (slot >= 0) {
          named.set(slot);
        }
      }
      if (requirement.in()) {
        slots.and(named);
      } else {
        slots.andNot(named);
      }
    }
    return slots;
  }
}
