package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Defaults of what makes pods, and of the templates it makes them from. */
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

  /** Those of a DaemonSet: one pod is replaced at a time, and no more run than should. */
  public static void fillDaemonSet(ObjectNode set) {
    Trees.object(set, "spec", "updateStrategy")
        .filter(strategy -> Trees.text(strategy, "type").equals("RollingUpdate"))
        .filter(strategy -> !strategy.hasNonNull("rollingUpdate"))
        .ifPresent(
            strategy ->
                strategy.putObject("rollingUpdate").put("maxUnavailable", 1).put("maxSurge", 0));
    PodDefaults.fillTemplate(set);
  }

  /** Those of a StatefulSet, of its template and of its claims. */
  public static void fillStatefulSet(ObjectNode set) {
    Trees.object(set, "spec").ifPresent(WorkloadDefaults::fillStatefulSpec);
    PodDefaults.fillTemplate(set);
  }

  private static void fillStatefulSpec(ObjectNode spec) {
    ObjectNode strategy = Trees.objectOrNew(spec, "updateStrategy");
    if (Trees.isUnset(strategy, "type")) {
      strategy.put("type", "RollingUpdate");
      // As upstream: who names the strategy gets no partition that was not asked for.
      Trees.objectOrNew(strategy, "rollingUpdate");
    }
    if (Trees.text(strategy, "type").equals("RollingUpdate")) {
      Trees.object(strategy, "rollingUpdate")
          .filter(rolling -> !rolling.hasNonNull("partition"))
          .ifPresent(rolling -> rolling.put("partition", 0));
    }
    ObjectNode retention = Trees.objectOrNew(spec, "persistentVolumeClaimRetentionPolicy");
    for (String when : List.of("whenDeleted", "whenScaled")) {
      if (Trees.isUnset(retention, when)) {
        retention.put(when, "Retain");
      }
    }
    for (ObjectNode claim : Trees.objects(spec, "volumeClaimTemplates")) {
      claim.put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    }
  }

  /** Those of a ReplicationController: it selects what it makes, and is labelled like it. */
  public static void fillReplicationController(ObjectNode controller) {
    Trees.object(controller, "spec", "template", "metadata", "labels")
        .filter(labels -> !labels.isEmpty())
        .ifPresent(
            labels -> {
              ObjectNode spec = (ObjectNode) controller.get("spec");
              if (spec.path("selector").isEmpty()) {
                spec.set("selector", labels.deepCopy());
              }
              BatchDefaults.labelLike(controller, labels);
            });
    PodDefaults.fillTemplate(controller);
  }

  /** Those of a PodTemplate's template, which is no part of a spec. */
  public static void fillPodTemplate(ObjectNode template) {
    PodDefaults.fillPodsOf(template);
  }

  /** Those of a ReplicaSet's template. */
  public static void fillReplicaSet(ObjectNode replicaSet) {
    PodDefaults.fillTemplate(replicaSet);
  }
}
