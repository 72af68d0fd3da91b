package io.luotsi.core.scheduler;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All of a pod that its placement depends on. The pods of one template have equal shapes, and
 * everything that is computed for a shape is shared among them.
 *
 * @param labels of the pod itself
 * @param owner the controlling owner as {@code Kind/name}, for spreading by default; empty if none
 * @param nodeName the only node that will do, or empty. Never read off a pod, because one that
 *     names its node is bound to it; for those who ask whether a pod fits where it is
 * @param required node affinity, any of which must hold; empty means no restriction
 * @param unbuilt what the pod asks for that this scheduler does not know, as the plugin's name and
 *     a message; non-empty keeps the pod pending
 */
public record PodShape(
    String namespace,
    Map<String, String> labels,
    String owner,
    Requests requests,
    String nodeName,
    Map<String, String> nodeSelector,
    Optional<List<NodeTerm>> required,
    List<NodeTerm.Weighted> preferred,
    List<Toleration> tolerations,
    List<HostPort> hostPorts,
    List<SpreadConstraint> spread,
    int priority,
    boolean mayPreempt,
    List<Unbuilt> unbuilt) {

  /**
   * @param plugin upstream's plugin that would decide it
   */
  public record Unbuilt(String plugin, String message) {}

  public PodShape {
    labels = Map.copyOf(labels);
    nodeSelector = Map.copyOf(nodeSelector);
    required = required.map(List::copyOf);
    preferred = List.copyOf(preferred);
    tolerations = List.copyOf(tolerations);
    hostPorts = List.copyOf(hostPorts);
    spread = List.copyOf(spread);
    unbuilt = List.copyOf(unbuilt);
  }

  boolean tolerates(Taint taint) {
    for (Toleration toleration : tolerations) {
      if (toleration.tolerates(taint)) {
        return true;
      }
    }
    return false;
  }

  boolean restrictsNodes() {
    return !nodeSelector.isEmpty() || required.isPresent();
  }
}
