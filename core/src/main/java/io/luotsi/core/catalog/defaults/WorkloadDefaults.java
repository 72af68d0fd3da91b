package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Defaults of the kinds of apps/v1. */
public final class WorkloadDefaults {
  private static final String QUARTER = "25%";

  private WorkloadDefaults() {}

  /** Those of a Deployment: how a rolling update rolls, and of its template. */
  public static void fillDeployment(ObjectNode deployment) {
    Trees.object(deployment, "spec", "strategy")
        .filter(strategy -> Trees.text(strategy, "type").equals("RollingUpdate"))
        .filter(strategy -> !strategy.has("rollingUpdate"))
        .ifPresent(
            strategy ->
                strategy
                    .putObject("rollingUpdate")
                    .put("maxUnavailable", QUARTER)
                    .put("maxSurge", QUARTER));
    PodDefaults.fillTemplate(deployment);
  }

  /** Those of a ReplicaSet's template. */
  public static void fillReplicaSet(ObjectNode replicaSet) {
    PodDefaults.fillTemplate(replicaSet);
  }
}
