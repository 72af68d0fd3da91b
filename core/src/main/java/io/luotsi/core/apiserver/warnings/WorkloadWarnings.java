package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What makes pods, besides what there is to say of the pods.
 *
 * @see "Source: kubernetes pkg/api/job, pkg/registry/batch/cronjob, pkg/registry/apps/statefulset"
 */
final class WorkloadWarnings {
  private static final int MANY_COMPLETIONS = 100_000;
  private static final int MUCH_PARALLELISM = 10_000;

  private WorkloadWarnings() {}

  /**
   * @param path of the Job's spec
   */
  static void job(List<String> warnings, String path, JsonNode spec) {
    if (spec.path("completionMode").asText("").equals("Indexed")
        && spec.path("completions").asInt() > MANY_COMPLETIONS
        && spec.path("parallelism").asInt() > MUCH_PARALLELISM) {
      warnings.add(
          path
              + ": In Indexed Jobs with a number of completions higher than 10^5 and a parallelism"
              + " higher than 10^4, Kubernetes might not be able to track completedIndexes when a"
              + " big number of indexes fail");
    }
    PodWarnings.add(warnings, path + ".template.", spec.path("template"));
  }

  /** Only of one that was there before: a new one is refused. */
  static void timeZone(List<String> warnings, ObjectNode cronJob) {
    if (cronJob.at("/spec/schedule").asText("").contains("TZ")) {
      // The path is upstream's.
      warnings.add(
          "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see"
              + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more"
              + " details");
    }
  }

  static void statefulSet(List<String> warnings, ObjectNode set, boolean isNew) {
    int i = 0;
    for (JsonNode claim : set.at("/spec/volumeClaimTemplates")) {
      // The capital is upstream's.
      String path = "spec.volumeClaimTemplates[" + i++ + "]" + (isNew ? "" : ".Spec");
      StorageWarnings.claimSpec(warnings, path, claim.path("spec"));
    }
    if (set.at("/spec/revisionHistoryLimit").asInt() < 0) {
      warnings.add(
          "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value"
              + " >= 0 is recommended");
    }
  }
}
