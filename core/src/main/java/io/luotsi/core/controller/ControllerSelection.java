package io.luotsi.core.controller;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which controllers are to run, as kube-controller-manager's flag {@code --controllers} says it:
 * names, names with a minus before them, and {@code *} for all that are not named. What Luotsi
 * keeps by itself, and upstream keeps in its API server, always runs.
 *
 * @param said in the operator's order; the first word about a controller counts
 */
public record ControllerSelection(List<String> said) {
  public static final ControllerSelection ALL = new ControllerSelection(List.of("*"));

  /** Upstream's controllers, and the scheduler, which is no process of its own here. */
  private static final Set<String> NAMES =
      Set.of(
          "scheduler",
          "bootstrap-signer-controller",
          "certificatesigningrequest-approving-controller",
          "certificatesigningrequest-cleaner-controller",
          "certificatesigningrequest-signing-controller",
          "clusterrole-aggregation-controller",
          "cronjob-controller",
          "daemonset-controller",
          "deployment-controller",
          "disruption-controller",
          "endpoints-controller",
          "endpointslice-controller",
          "endpointslice-mirroring-controller",
          "ephemeral-volume-controller",
          "garbage-collector-controller",
          "horizontal-pod-autoscaler-controller",
          "job-controller",
          "legacy-serviceaccount-token-cleaner-controller",
          "namespace-controller",
          "node-ipam-controller",
          "node-lifecycle-controller",
          "persistentvolume-attach-detach-controller",
          "persistentvolume-binder-controller",
          "persistentvolume-expander-controller",
          "persistentvolume-protection-controller",
          "persistentvolumeclaim-protection-controller",
          "pod-garbage-collector-controller",
          "replicaset-controller",
          "replicationcontroller-controller",
          "resourceclaim-controller",
          "resourcequota-controller",
          "root-ca-certificate-publisher-controller",
          "service-cidr-controller",
          "serviceaccount-controller",
          "serviceaccount-token-controller",
          "statefulset-controller",
          "taint-eviction-controller",
          "token-cleaner-controller",
          "ttl-after-finished-controller",
          "ttl-controller",
          "validatingadmissionpolicy-status-controller",
          "volumeattributesclass-protection-controller");

  public ControllerSelection {
    said = List.copyOf(said);
  }

  /** What is wrong with what an operator says; empty if nothing is. */
  public static Optional<String> complaint(List<String> said) {
    return said.stream()
        .filter(word -> !word.equals("*"))
        .filter(word -> !NAMES.contains(word.startsWith("-") ? word.substring(1) : word))
        .findFirst()
        .map(word -> "'" + word + "' is not in the list of known controllers");
  }

  /**
   * @param name of a controller; one that upstream has none of is not for operators to choose
   */
  public boolean runs(String name) {
    if (!NAMES.contains(name)) {
      return true;
    }
    for (String word : said) {
      if (word.equals(name)) {
        return true;
      }
      if (word.equals("-" + name)) {
        return false;
      }
    }
    return said.contains("*");
  }
}
