package io.luotsi.core.scheduler;

import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.LabelSelector.Requirement;
import io.luotsi.core.api.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The selectors of Services and of workloads, from which follows what a pod belongs to: pods that
 * belong together are spread even if nobody asked for it. Not for several threads.
 *
 * @see "Source: kube-scheduler plugins/helper DefaultSelector"
 */
public final class WorkloadSelectors {
  private static final class OfNamespace {
    final TreeMap<String, Map<String, String>> services = new TreeMap<>();
    final Map<String, LabelSelector> workloads = new HashMap<>();
    long version;
  }

  private final Map<String, OfNamespace> namespaces = new HashMap<>();

  /**
   * @param selector empty if the Service is gone or selects nothing
   */
  public void putService(ObjectKey key, Map<String, String> selector) {
    OfNamespace in = namespace(key);
    Map<String, String> before =
        selector.isEmpty()
            ? in.services.remove(key.name())
            : in.services.put(key.name(), Map.copyOf(selector));
    if (!selector.equals(before == null ? Map.of() : before)) {
      in.version++;
    }
  }

  /**
   * @param kind of the workload, as owner references spell it: ReplicaSet, StatefulSet …
   * @param selector absent if the workload is gone
   */
  public void putWorkload(String kind, ObjectKey key, Optional<LabelSelector> selector) {
    OfNamespace in = namespace(key);
    String owner = kind + "/" + key.name();
    Optional<LabelSelector> before =
        Optional.ofNullable(
            selector.isPresent()
                ? in.workloads.put(owner, selector.get())
                : in.workloads.remove(owner));
    if (!selector.equals(before)) {
      in.version++;
    }
  }

  /** Changes whenever the answer of {@link #selectorFor} could for a pod of the namespace. */
  long version(String namespace) {
    OfNamespace in = namespaces.get(namespace);
    return in == null ? 0 : in.version;
  }

  /** Selects the pods that belong with this one; without requirements if it belongs nowhere. */
  LabelSelector selectorFor(PodShape pod) {
    OfNamespace in = namespaces.get(pod.namespace());
    if (in == null) {
      return LabelSelector.EVERYTHING;
    }
    TreeMap<String, String> merged = new TreeMap<>();
    for (Map<String, String> selector : in.services.values()) {
      if (pod.labels().entrySet().containsAll(selector.entrySet())) {
        merged.putAll(selector);
      }
    }
    List<Requirement> requirements = new ArrayList<>(LabelSelector.ofLabels(merged).requirements());
    LabelSelector ofOwner = in.workloads.get(pod.owner());
    if (ofOwner != null) {
      for (Requirement requirement : ofOwner.requirements()) {
        if (!requirements.contains(requirement)) {
          requirements.add(requirement);
        }
      }
    }
    return new LabelSelector(requirements);
  }

  private OfNamespace namespace(ObjectKey key) {
    return namespaces.computeIfAbsent(key.namespace(), n -> new OfNamespace());
  }
}
