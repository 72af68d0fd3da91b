package io.luotsi.core.catalog.columns;

import io.luotsi.core.catalog.TableColumns;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How Jobs and what starts them are shown. */
public final class BatchColumns {
  private static final String JOB_CONTAINERS = "/spec/template/spec/containers";
  private static final String CRON_CONTAINERS = "/spec/jobTemplate/spec/template/spec/containers";

  public static final TableColumns JOBS =
      KindTable.of(
          List.of(
              "Name",
              "Status",
              "Completions",
              "Duration",
              "Age",
              "Containers/p1",
              "Images/p1",
              "Selector/p1"),
          job ->
              List.of(
                  job.name(),
                  status(job),
                  completions(job),
                  duration(job),
                  job.age(),
                  job.joined(JOB_CONTAINERS, "name"),
                  job.joined(JOB_CONTAINERS, "image"),
                  job.selectorOrNone("/spec/selector")));

  public static final TableColumns CRON_JOBS =
      KindTable.of(
          List.of(
              "Name",
              "Schedule",
              "Timezone",
              "Suspend:boolean",
              "Active:integer",
              "Last Schedule",
              "Age",
              "Containers/p1",
              "Images/p1",
              "Selector/p1"),
          job ->
              List.of(
                  job.name(),
                  job.text("/spec/schedule"),
                  job.textOr("/spec/timeZone", Row.NONE),
                  suspended(job),
                  job.count("/status/active"),
                  job.at("/status/lastScheduleTime").isTextual()
                      ? job.since("/status/lastScheduleTime")
                      : Row.NONE,
                  job.age(),
                  job.joined(CRON_CONTAINERS, "name"),
                  job.joined(CRON_CONTAINERS, "image"),
                  job.selectorOrNone("/spec/jobTemplate/spec/selector")));

  private BatchColumns() {}

  private static String status(Row job) {
    if (job.conditionIsTrue("Complete")) {
      return "Complete";
    }
    if (job.conditionIsTrue("Failed")) {
      return "Failed";
    }
    if (job.isDeleting()) {
      return "Terminating";
    }
    for (String type : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
      if (job.conditionIsTrue(type)) {
        return type;
      }
    }
    return "Running";
  }

  private static String completions(Row job) {
    long succeeded = job.number("/status/succeeded");
    if (job.at("/spec/completions").isNumber()) {
      return succeeded + "/" + job.number("/spec/completions");
    }
    long parallelism = job.number("/spec/parallelism");
    return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
  }

  private static String duration(Row job) {
    Optional<Instant> start = Row.time(job.at("/status/startTime"));
    Instant end = Row.time(job.at("/status/completionTime")).orElse(job.now());
    return start.map(from -> HumanDuration.of(Duration.between(from, end))).orElse("");
  }

  /** A text though the column says boolean, as upstream's. */
  private static String suspended(Row job) {
    if (!job.at("/spec/suspend").isBoolean()) {
      return "<unset>";
    }
    return job.truth("/spec/suspend", false) ? "True" : "False";
  }
}
