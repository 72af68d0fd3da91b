package io.luotsi.core.scheduler;

import java.util.BitSet;
import java.util.Optional;

/** Two pods cannot have the same port of one host. */
final class NodePorts implements FilterPlugin {
  private static final String NAME = "NodePorts";
  private static final Status TAKEN =
      Status.unschedulable(NAME, "node(s) didn't have free ports for the requested pod ports");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<NodeFilter> filterFor(PodShape pod, Snapshot snapshot) {
    if (pod.hostPorts().isEmpty()) {
      return Optional.empty();
    }
    BitSet conflicting = new BitSet();
    return Optional.of(
        new NodeFilter() {
          private int known;

          @Override
          public void refresh() {
            for (; known < snapshot.ports().size(); known++) {
              HostPort used = snapshot.ports().word(known);
              if (pod.hostPorts().stream().anyMatch(used::conflictsWith)) {
                conflicting.set(known);
              }
            }
          }

          @Override
          public Status filter(int slot) {
            return snapshot.ports(slot).intersects(conflicting) ? TAKEN : Status.SUCCESS;
          }
        });
  }
}
