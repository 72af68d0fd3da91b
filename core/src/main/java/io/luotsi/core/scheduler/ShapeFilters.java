package io.luotsi.core.scheduler;

import io.luotsi.core.scheduler.FilterPlugin.NodeFilter;
import io.luotsi.core.scheduler.PreFilterPlugin.PreFilterResult;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The filter plugins as they apply to one shape of pod. */
final class ShapeFilters implements AutoCloseable {
  private static final Status NO_NODE = Status.unresolvable("", "");

  private final Snapshot snapshot;
  private final Optional<Status> refusal;
  private final Optional<Set<String>> onlyNodes;
  private final Status notNamed;
  private final List<NodeFilter> local = new ArrayList<>();
  private final List<NodeFilter> clusterWide = new ArrayList<>();

  ShapeFilters(PodShape shape, Snapshot snapshot, Plugins plugins) {
    this.snapshot = snapshot;
    Optional<Status> refused = Optional.empty();
    Optional<Set<String>> names = Optional.empty();
    List<String> narrowing = new ArrayList<>();
    for (PreFilterPlugin plugin : plugins.preFilter()) {
      switch (plugin.preFilter(shape)) {
        case PreFilterResult.AllNodes() -> {}
        case PreFilterResult.Refused(Status status) ->
            refused = refused.or(() -> Optional.of(status));
        case PreFilterResult.OnlyNodes(Set<String> only) -> {
          Set<String> both = new HashSet<>(only);
          names.ifPresent(both::retainAll);
          names = Optional.of(both);
          narrowing.add(plugin.name());
        }
      }
    }
    refusal = refused;
    onlyNodes = names;
    notNamed =
        Status.unresolvable(
            "", "node(s) didn't satisfy plugin(s) [" + String.join(" ", narrowing) + "]");
    if (refusal.isEmpty()) {
      for (FilterPlugin plugin : plugins.filter()) {
        plugin
            .filterFor(shape, snapshot)
            .ifPresent(filter -> (filter.clusterWide() ? clusterWide : local).add(filter));
      }
    }
  }

  /** Why no node is even looked at. */
  Optional<Status> refusal() {
    return refusal;
  }

  /** Whether a change of one node can make the pod fit another. */
  boolean dependOnOtherNodes() {
    return !clusterWide.isEmpty();
  }

  /** To be called before a round of {@link #local}. */
  void refresh() {
    local.forEach(NodeFilter::refresh);
  }

  /** The first refusal by a filter that looks at one node alone. */
  Status local(int slot) {
    if (!snapshot.present().get(slot)) {
      return NO_NODE;
    }
    if (onlyNodes.isPresent() && !onlyNodes.get().contains(snapshot.name(slot))) {
      return notNamed;
    }
    Status status = Status.SUCCESS;
    for (int i = 0; i < local.size() && status.isSuccess(); i++) {
      status = local.get(i).filter(slot);
    }
    return status;
  }

  /** Strikes out the slots that a filter refuses for the sake of the whole cluster. */
  void retainClusterWide(BitSet feasible) {
    for (NodeFilter filter : clusterWide) {
      filter.refresh();
      for (int s = feasible.nextSetBit(0); s >= 0; s = feasible.nextSetBit(s + 1)) {
        if (!filter.filter(s).isSuccess()) {
          feasible.clear(s);
        }
      }
    }
  }

  /** The first such refusal; as of the last {@link #retainClusterWide}. */
  Status clusterWide(int slot) {
    Status status = Status.SUCCESS;
    for (int i = 0; i < clusterWide.size() && status.isSuccess(); i++) {
      status = clusterWide.get(i).filter(slot);
    }
    return status;
  }

  @Override
  public void close() {
    local.forEach(NodeFilter::close);
    clusterWide.forEach(NodeFilter::close);
  }
}
