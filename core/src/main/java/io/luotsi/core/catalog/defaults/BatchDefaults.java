package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Defaults of Jobs and CronJobs. Those of a Job are none of a schema's constants, since a CronJob's
 * template for Jobs, which has the same type, gets none of them.
 *
 * @see "Source: kubernetes pkg/apis/batch/v1/defaults.go"
 */
public final class BatchDefaults {
  private static final int BACKOFF_LIMIT = 6;

  private BatchDefaults() {}

  public static void fillJob(ObjectNode job) {
    Trees.object(job, "spec").ifPresent(BatchDefaults::fillSpec);
    Trees.object(job, "spec", "template", "metadata", "labels")
        .ifPresent(labels -> labelLike(job, labels));
    PodDefaults.fillTemplate(job);
  }

  private static void fillSpec(ObjectNode spec) {
    if (!spec.hasNonNull("parallelism")) {
      if (!spec.hasNonNull("completions")) {
        spec.put("completions", 1);
      }
      spec.put("parallelism", 1);
    }
    if (!spec.hasNonNull("backoffLimit")) {
      boolean perIndex = spec.hasNonNull("backoffLimitPerIndex");
      spec.put("backoffLimit", perIndex ? Integer.MAX_VALUE : BACKOFF_LIMIT);
    }
    if (!spec.hasNonNull("completionMode")) {
      spec.put("completionMode", "NonIndexed");
    }
    for (String flag : new String[] {"suspend", "manualSelector"}) {
      if (!spec.hasNonNull(flag)) {
        spec.put(flag, false);
      }
    }
    if (!spec.hasNonNull("podReplacementPolicy")) {
      boolean failuresMatter = spec.hasNonNull("podFailurePolicy");
      spec.put("podReplacementPolicy", failuresMatter ? "Failed" : "TerminatingOrFailed");
    }
  }

  /** An object without labels of its own takes those of its pods. */
  static void labelLike(ObjectNode owner, ObjectNode labels) {
    ObjectNode metadata = Trees.objectOrNew(owner, "metadata");
    if (metadata.path("labels").isEmpty() && !labels.isEmpty()) {
      metadata.set("labels", labels.deepCopy());
    }
  }

  /** Those of the pods that its Jobs will make; the rest are constants. */
  public static void fillCronJob(ObjectNode cronJob) {
    Trees.object(cronJob, "spec", "jobTemplate").ifPresent(PodDefaults::fillTemplate);
  }
}
