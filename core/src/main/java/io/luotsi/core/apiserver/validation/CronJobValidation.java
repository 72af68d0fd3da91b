package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import java.time.ZoneId;
import java.util.List;

/**
 * CronJobs.
 *
 * @see "Source: kubernetes pkg/apis/batch/validation"
 */
public final class CronJobValidation {
  private static final List<String> CONCURRENCY = List.of("Allow", "Forbid", "Replace");

  /** What is left of a label's 63 bytes before the time that its jobs' names end with. */
  private static final int LONGEST_NAME = 52;

  private static final String SCHEDULE = "spec.schedule";
  private static final String TIME_ZONE = "spec.timeZone";

  private CronJobValidation() {}

  public static List<FieldError> validate(ObjectNode job) {
    List<FieldError> errors = MetadataValidation.validate(job, true, MetadataValidation.SUBDOMAIN);
    spec(errors, job.path("spec"), job.objectNode());
    String name = job.at("/metadata/name").asText();
    if (name.length() > LONGEST_NAME) {
      errors.add(
          FieldError.invalid(
              "metadata.name", name, "must be no more than " + LONGEST_NAME + " characters"));
    }
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode job, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(job, current);
    spec(errors, job.path("spec"), current.path("spec"));
    return errors;
  }

  private static void spec(List<FieldError> errors, JsonNode spec, JsonNode old) {
    schedule(errors, spec, old);
    Checks.notNegative(errors, "spec", spec, "startingDeadlineSeconds");
    if (spec.hasNonNull("timeZone") && !spec.path("timeZone").equals(old.path("timeZone"))) {
      timeZone(errors, Checks.text(spec, "timeZone"));
    }
    Checks.oneOf(
        errors,
        "spec.concurrencyPolicy",
        Checks.text(spec, "concurrencyPolicy"),
        false,
        CONCURRENCY);
    JobValidation.jobTemplate(errors, spec.path("jobTemplate"));
    Checks.notNegative(errors, "spec", spec, "successfulJobsHistoryLimit");
    Checks.notNegative(errors, "spec", spec, "failedJobsHistoryLimit");
  }

  private static void schedule(List<FieldError> errors, JsonNode spec, JsonNode old) {
    String schedule = Checks.text(spec, "schedule");
    if (schedule.isEmpty()) {
      errors.add(FieldError.required(SCHEDULE, ""));
      return;
    }
    CronSchedule.check(schedule)
        .ifPresent(wrong -> errors.add(FieldError.invalid(SCHEDULE, schedule, wrong)));
    boolean zoned = schedule.contains("TZ");
    if (zoned && !Checks.text(old, "schedule").contains("TZ")) {
      errors.add(
          FieldError.invalid(
              SCHEDULE,
              schedule,
              "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"));
    } else if (zoned && spec.hasNonNull("timeZone")) {
      errors.add(
          FieldError.invalid(
              SCHEDULE, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule"));
    }
  }

  private static void timeZone(List<FieldError> errors, String zone) {
    if (zone.isEmpty()) {
      errors.add(FieldError.invalid(TIME_ZONE, zone, "timeZone must be nil or non-empty string"));
    } else if (zone.equalsIgnoreCase("Local")) {
      errors.add(
          FieldError.invalid(
              TIME_ZONE,
              zone,
              "timeZone must be an explicit time zone as defined in"
                  + " https://www.iana.org/time-zones"));
    } else if (!ZoneId.getAvailableZoneIds().contains(zone)) {
      errors.add(FieldError.invalid(TIME_ZONE, zone, "unknown time zone " + zone));
    }
  }
}
