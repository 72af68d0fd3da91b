package io.luotsi.core.scheduler;

import java.util.Optional;

/** A pod that names its node fits that node only. */
final class NodeName implements FilterPlugin {
  private static final String NAME = "NodeName";
  private static final Status OTHER_NODE =
      Status.unresolvable(NAME, "node(s) didn't match the requested node name");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<NodeFilter> filterFor(PodShape pod, Snapshot snapshot) {
    return pod.nodeName().isEmpty()
        ? Optional.empty()
        : Optional.of(
            slot -> snapshot.name(slot).equals(pod.nodeName()) ? Status.SUCCESS : OTHER_NODE);
  }
}
