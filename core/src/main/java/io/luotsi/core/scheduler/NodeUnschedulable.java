package io.luotsi.core.scheduler;

import java.util.Optional;

/** Cordoned nodes take only pods that tolerate the taint which stands for the cordon. */
final class NodeUnschedulable implements FilterPlugin {
  private static final String NAME = "NodeUnschedulable";
  private static final Status CORDONED = Status.unresolvable(NAME, "node(s) were unschedulable");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<NodeFilter> filterFor(PodShape pod, Snapshot snapshot) {
    return pod.tolerates(Taint.UNSCHEDULABLE)
        ? Optional.empty()
        : Optional.of(slot -> snapshot.unschedulable(slot) ? CORDONED : Status.SUCCESS);
  }
}
