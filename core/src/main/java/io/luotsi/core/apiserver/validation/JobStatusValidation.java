package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a controller, the cluster's or another, may say of a Job. A rule about a field is asked only
 * when the field changes, so that a Job whose spec was changed meanwhile can still be written.
 *
 * @see "Source: kubernetes pkg/apis/batch/validation validateJobStatus, pkg/registry/batch/job
 *     getStatusValidationOptions"
 */
final class JobStatusValidation {
  private static final List<String> COUNTS =
      List.of("active", "succeeded", "failed", "ready", "terminating");

  private final List<FieldError> errors;
  private final ObjectNode job;
  private final ObjectNode current;
  private final JsonNode spec;
  private final JsonNode status;

  private JobStatusValidation(List<FieldError> errors, ObjectNode job, ObjectNode current) {
    this.errors = errors;
    this.job = job;
    this.current = current;
    this.spec = job.path("spec");
    this.status = job.path("status");
  }

  static void validate(List<FieldError> errors, ObjectNode job, ObjectNode current) {
    JobStatusValidation rules = new JobStatusValidation(errors, job, current);
    COUNTS.forEach(count -> Checks.notNegative(errors, "status", rules.status, count));
    rules.uncounted();
    rules.completion();
    rules.finished();
    rules.indexes();
    if (rules.changes("ready", "active")
        && rules.status.path("ready").asInt() > rules.status.path("active").asInt()) {
      rules.invalid("ready", "cannot set more ready pods than active");
    }
    rules.exclusive("SuccessCriteriaMet", "Failed", true);
    rules.exclusive("SuccessCriteriaMet", "FailureTarget", true);
    if (rules.spec.hasNonNull("successPolicy")
        && rules.is("Complete")
        && !rules.is("SuccessCriteriaMet")) {
      rules.conditions(
          "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
    }
    rules.transitions();
  }

  static boolean isTrue(ObjectNode job, String type) {
    return has(job, type, "True");
  }

  private static boolean has(ObjectNode job, String type, String status) {
    for (JsonNode condition : job.at("/status/conditions")) {
      if (Checks.text(condition, "type").equals(type)
          && Checks.text(condition, "status").equals(status)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFinished(ObjectNode job) {
    return isTrue(job, "Complete") || isTrue(job, "Failed");
  }

  private boolean is(String type) {
    return isTrue(job, type);
  }

  private boolean turns(String... types) {
    return List.of(types).stream().anyMatch(type -> is(type) != isTrue(current, type));
  }

  private boolean changes(String... fields) {
    return List.of(fields).stream()
        .anyMatch(field -> !status.path(field).equals(current.path("status").path(field)));
  }

  private void uncounted() {
    Set<String> seen = new HashSet<>();
    for (String list : List.of("succeeded", "failed")) {
      int i = 0;
      for (JsonNode uid : status.path("uncountedTerminatedPods").path(list)) {
        String path = "status.uncountedTerminatedPods." + list + "[" + i++ + "]";
        if (uid.asText().isEmpty()) {
          errors.add(FieldError.invalid(path, "", "must not be empty"));
        } else if (!seen.add(uid.asText())) {
          errors.add(FieldError.duplicate(path, uid.asText()));
        }
      }
    }
  }

  private void completion() {
    boolean complete = is("Complete");
    exclusive("Complete", "Failed", turns("Complete", "Failed"));
    exclusive("Complete", "FailureTarget", turns("Complete", "FailureTarget"));
    boolean has = status.hasNonNull("completionTime");
    if (turns("Complete") || changes("completionTime")) {
      if (has && !complete) {
        invalid(
            "completionTime", "cannot set completionTime when there is no Complete=True condition");
      }
      if (complete && !has) {
        errors.add(
            FieldError.required(
                "status.completionTime", "completionTime is required for Complete jobs"));
      }
    }
    if (changes("startTime", "completionTime")
        && has
        && status.hasNonNull("startTime")
        && time("completionTime").isBefore(time("startTime"))) {
      invalid("completionTime", "must be equal to or after `startTime`");
    }
    if ((turns("Failed") || changes("failedIndexes")) && is("Failed") && !is("FailureTarget")) {
      conditions("cannot set Failed=True condition without the FailureTarget=true condition");
    }
    if (turns("Complete", "SuccessCriteriaMet") && complete && !is("SuccessCriteriaMet")) {
      conditions(
          "cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
    }
  }

  private Instant time(String field) {
    return Instant.parse(Checks.text(status, field));
  }

  private void finished() {
    if (!isFinished(job)) {
      return;
    }
    boolean ends = !isFinished(current);
    if ((ends || changes("active")) && status.path("active").asInt() > 0) {
      invalid("active", "active>0 is invalid for finished job");
    }
    boolean neverBegan =
        spec.path("suspend").asBoolean(false)
            && spec.has("completions")
            && spec.path("completions").asInt() == 0;
    if ((ends || changes("startTime")) && !neverBegan && !status.hasNonNull("startTime")) {
      errors.add(FieldError.required("status.startTime", "startTime is required for finished job"));
    }
    JsonNode pods = status.path("uncountedTerminatedPods");
    if ((ends || changes("uncountedTerminatedPods"))
        && pods.path("failed").size() + pods.path("succeeded").size() > 0) {
      invalid("uncountedTerminatedPods", "must be empty for finished job");
    }
    if ((ends || changes("terminating")) && status.path("terminating").asInt() > 0) {
      invalid("terminating", "terminating>0 is invalid for finished job");
    }
  }

  private void indexes() {
    String completed = Checks.text(status, "completedIndexes");
    String failed = Checks.text(status, "failedIndexes");
    boolean counted = spec.has("completions");
    boolean limited = spec.has("backoffLimitPerIndex");
    if (changes("completedIndexes") && counted) {
      readable("completedIndexes", completed);
    }
    if (changes("failedIndexes") && counted && limited) {
      readable("failedIndexes", failed);
    }
    if (changes("completedIndexes")
        && !completed.isEmpty()
        && !Checks.text(spec, "completionMode").equals("Indexed")) {
      invalid(
          "completedIndexes",
          "cannot set non-empty completedIndexes when non-indexed completion mode");
    }
    if (changes("failedIndexes") && !limited && status.hasNonNull("failedIndexes")) {
      invalid(
          "failedIndexes", "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
    }
    if (changes("failedIndexes", "completedIndexes") && counted) {
      common(completed, failed)
          .ifPresent(
              index ->
                  invalid(
                      "failedIndexes",
                      "failedIndexes and completedIndexes overlap at index: " + index));
    }
  }

  private void readable(String field, String indexes) {
    try {
      parse(indexes);
    } catch (IllegalArgumentException e) {
      invalid(field, "error parsing " + field + ": " + e.getMessage());
    }
  }

  private JobIndexes parse(String indexes) {
    return JobIndexes.parse(indexes, spec.path("completions").asInt());
  }

  private OptionalInt common(String completed, String failed) {
    try {
      return parse(completed).common(parse(failed));
    } catch (IllegalArgumentException e) {
      return OptionalInt.empty(); // said of the field itself
    }
  }

  /** What has been said of a Job and cannot be taken back. */
  private void transitions() {
    for (String type : List.of("Failed", "Complete", "FailureTarget")) {
      keeps(type, "cannot disable the terminal " + type + "=True condition");
    }
    neverLess("failed");
    boolean scales =
        Checks.text(spec, "completionMode").equals("Indexed")
            && spec.path("completions").equals(spec.path("parallelism"));
    if (!scales) {
      neverLess("succeeded");
    }
    JsonNode old = current.path("status");
    if (status.hasNonNull("completionTime")
        && old.hasNonNull("completionTime")
        && changes("completionTime")) {
      invalid("completionTime", Checks.IMMUTABLE);
    }
    boolean resumes = isTrue(current, "Suspended") && has(job, "Suspended", "False");
    if (changes("startTime")
        && !resumes
        && old.hasNonNull("startTime")
        && !spec.path("suspend").asBoolean(false)) {
      invalid("startTime", "field is immutable for unsuspended job once set");
    }
    keeps("SuccessCriteriaMet", "cannot disable the SuccessCriteriaMet=True condition");
    if (isTrue(current, "Complete")
        && !isTrue(current, "SuccessCriteriaMet")
        && is("SuccessCriteriaMet")) {
      conditions("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
    }
  }

  private void keeps(String type, String otherwise) {
    if (isTrue(current, type) && !is(type)) {
      conditions(otherwise);
    }
  }

  private void neverLess(String count) {
    int now = status.path(count).asInt();
    if (now < current.path("status").path(count).asInt()) {
      errors.add(
          FieldError.invalid("status." + count, now, "cannot decrease the " + count + " counter"));
    }
  }

  private void exclusive(String one, String other, boolean asked) {
    if (asked && is(one) && is(other)) {
      conditions("cannot set " + one + "=True and " + other + "=true conditions");
    }
  }

  private void invalid(String field, String detail) {
    JsonNode value = status.path(field);
    errors.add(
        FieldError.invalid(
            "status." + field, value.isMissingNode() ? NullNode.instance : value, detail));
  }

  private void conditions(String detail) {
    errors.add(new FieldError(FieldError.Type.INVALID, "status.conditions", "", detail));
  }
}
