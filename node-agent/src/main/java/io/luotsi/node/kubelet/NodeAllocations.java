package io.luotsi.node.kubelet;

import io.luotsi.core.api.Quantity;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the pods of a node have of its CPU and memory, so that one which runs is given more only
 * while there is room beside the others. Safe to use from several threads.
 *
 * @see "Source: kubelet pkg/kubelet/allocation canAdmitPod, pkg/kubelet/lifecycle predicate.go"
 */
final class NodeAllocations {
  /** What the node has not got, even if nothing else ran on it. */
  static final String INFEASIBLE = "Infeasible";

  /** What the others have to give up first. */
  static final String DEFERRED = "Deferred";

  private static final List<String> RESOURCES = List.of("cpu", "memory");

  /**
   * Why a pod cannot have what it wants.
   *
   * @param reason {@link #INFEASIBLE} or {@link #DEFERRED}
   */
  record Shortage(String reason, String message) {}

  private final Map<String, Quantity> allocatable;

  /** By pod uid, by resource. */
  private final Map<String, Map<String, Quantity>> held = new HashMap<>();

  /** By pod uid: whom to tell when any pod gives something back. */
  private final Map<String, Runnable> waiting = new LinkedHashMap<>();

  /**
   * @param allocatable by resource; one that is not in it is never short
   */
  NodeAllocations(Map<String, Quantity> allocatable) {
    this.allocatable = Map.copyOf(allocatable);
  }

  /** What a pod is known to have now. */
  synchronized void hold(String podUid, Map<String, Quantity> amounts) {
    Map<String, Quantity> now = Map.copyOf(amounts);
    Map<String, Quantity> before = held.put(podUid, now);
    if (before != null
        && RESOURCES.stream().anyMatch(r -> of(now, r).compareTo(of(before, r)) < 0)) {
      tellWhoWaits();
    }
  }

  /** A pod has nothing any more, and wants nothing. */
  synchronized void release(String podUid) {
    waiting.remove(podUid);
    if (held.remove(podUid) != null) {
      tellWhoWaits();
    }
  }

  private void tellWhoWaits() {
    waiting.values().forEach(Runnable::run);
  }

  /**
   * Gives a pod what it wants if there is enough.
   *
   * @param whenRoom told, maybe more than once and from any thread, when what was deferred may fit
   * @return empty if it has it now
   */
  synchronized Optional<Shortage> grow(
      String podUid, Map<String, Quantity> wanted, Runnable whenRoom) {
    waiting.remove(podUid);
    for (String resource : RESOURCES) {
      Quantity capacity = allocatable.get(resource);
      if (capacity != null && of(wanted, resource).compareTo(capacity) > 0) {
        return Optional.of(
            new Shortage(
                INFEASIBLE,
                "Node didn't have enough capacity: %s, requested: %d, capacity: %d"
                    .formatted(
                        resource,
                        units(resource, of(wanted, resource)),
                        units(resource, capacity))));
      }
    }
    for (String resource : RESOURCES) {
      Quantity capacity = allocatable.get(resource);
      Quantity used = ofOthers(podUid, resource);
      boolean more = of(wanted, resource).compareTo(of(held.get(podUid), resource)) > 0;
      if (capacity != null && more && of(wanted, resource).plus(used).compareTo(capacity) > 0) {
        waiting.put(podUid, whenRoom);
        return Optional.of(
            new Shortage(
                DEFERRED,
                "Node didn't have enough resource: %s, requested: %d, used: %d, capacity: %d"
                    .formatted(
                        resource,
                        units(resource, of(wanted, resource)),
                        units(resource, used),
                        units(resource, capacity))));
      }
    }
    hold(podUid, wanted);
    return Optional.empty();
  }

  private Quantity ofOthers(String podUid, String resource) {
    Quantity sum = Quantity.ZERO;
    for (Map.Entry<String, Map<String, Quantity>> other : held.entrySet()) {
      if (!other.getKey().equals(podUid)) {
        sum = sum.plus(of(other.getValue(), resource));
      }
    }
    return sum;
  }

  private static Quantity of(@Nullable Map<String, Quantity> amounts, String resource) {
    return amounts == null ? Quantity.ZERO : amounts.getOrDefault(resource, Quantity.ZERO);
  }

  /** CPU is told in thousandths. */
  private static long units(String resource, Quantity amount) {
    return resource.equals("cpu") ? amount.millis() : amount.value();
  }
}
