package io.luotsi.core.catalog;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.catalog.columns.AutoscalerColumns;
import io.luotsi.core.catalog.columns.BatchColumns;
import io.luotsi.core.catalog.columns.PolicyColumns;
import io.luotsi.core.catalog.columns.WorkloadColumns;
import io.luotsi.core.catalog.conversion.AutoscalerConversion;
import io.luotsi.core.catalog.defaults.AutoscalerDefaults;
import io.luotsi.core.catalog.defaults.BatchDefaults;
import io.luotsi.core.catalog.defaults.WorkloadDefaults;
import java.util.List;

/** The groups of what makes pods, and of what decides how many there are. */
final class WorkloadGroups {
  private WorkloadGroups() {}

  static List<TypeRow> apps(BuiltInSchemas schemas) {
    VersionRows apps = VersionRows.of(schemas, "apps/v1", "apps");
    return List.of(
        apps.row("controllerrevisions", "ControllerRevision")
            .columns(WorkloadColumns.CONTROLLER_REVISIONS),
        apps.row("daemonsets", "DaemonSet")
            .shortNames("ds")
            .categories("all")
            .status()
            .defaults(WorkloadDefaults::fillDaemonSet)
            .columns(WorkloadColumns.DAEMON_SETS),
        apps.row("deployments", "Deployment")
            .shortNames("deploy")
            .categories("all")
            .scale()
            .status()
            .defaults(WorkloadDefaults::fillDeployment)
            .columns(WorkloadColumns.DEPLOYMENTS),
        apps.row("replicasets", "ReplicaSet")
            .shortNames("rs")
            .categories("all")
            .scale()
            .status()
            .selectableOr("status.replicas", "0")
            .defaults(WorkloadDefaults::fillReplicaSet)
            .columns(WorkloadColumns.REPLICA_SETS),
        apps.row("statefulsets", "StatefulSet")
            .shortNames("sts")
            .categories("all")
            .scale()
            .status()
            .defaults(WorkloadDefaults::fillStatefulSet)
            .columns(WorkloadColumns.STATEFUL_SETS));
  }

  static List<TypeRow> autoscaling(BuiltInSchemas schemas) {
    return List.of(
        VersionRows.of(schemas, "autoscaling/v2", "autoscaling")
            .row("horizontalpodautoscalers", "HorizontalPodAutoscaler")
            .shortNames("hpa")
            .categories("all")
            .status()
            .defaults(AutoscalerDefaults::fill)
            .columns(AutoscalerColumns.TABLE),
        VersionRows.of(schemas, "autoscaling/v1", "autoscaling")
            .row("horizontalpodautoscalers", "HorizontalPodAutoscaler")
            .shortNames("hpa")
            .categories("all")
            .status()
            .storedAs(
                GroupVersionResource.of("autoscaling/v2", "horizontalpodautoscalers"),
                new AutoscalerConversion()));
  }

  static List<TypeRow> batch(BuiltInSchemas schemas) {
    VersionRows batch = VersionRows.of(schemas, "batch/v1", "batch");
    return List.of(
        batch
            .row("cronjobs", "CronJob")
            .shortNames("cj")
            .categories("all")
            .status()
            .defaults(BatchDefaults::fillCronJob)
            .columns(BatchColumns.CRON_JOBS),
        batch
            .row("jobs", "Job")
            .categories("all")
            .status()
            .selectableFrom("status.successful", "status.succeeded", "0")
            .defaults(BatchDefaults::fillJob)
            .columns(BatchColumns.JOBS));
  }

  static List<TypeRow> policy(BuiltInSchemas schemas) {
    return List.of(
        VersionRows.of(schemas, "policy/v1", "policy")
            .row("poddisruptionbudgets", "PodDisruptionBudget")
            .shortNames("pdb")
            .status()
            .columns(PolicyColumns.DISRUPTION_BUDGETS));
  }
}
