package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Jobs, and the templates that CronJobs make them from.
 *
 * @see "Source: kubernetes pkg/apis/batch/validation"
 */
public final class JobValidation {
  private static final String UID_LABEL = "batch.kubernetes.io/controller-uid";
  private static final String NAME_LABEL = "batch.kubernetes.io/job-name";
  private static final List<String> COMPLETION_MODES = List.of("NonIndexed", "Indexed");
  private static final List<String> REPLACEMENT = List.of("Failed", "TerminatingOrFailed");
  private static final int MOST_INDEXED = 100_000;
  private static final int MANY_COMPLETIONS = 100_000;
  private static final int MOST_AT_MANY = 10_000;
  private static final int LONGEST_MANAGER = 63;
  private static final List<String> COUNTS =
      List.of(
          "parallelism",
          "completions",
          "activeDeadlineSeconds",
          "backoffLimit",
          "ttlSecondsAfterFinished",
          "backoffLimitPerIndex",
          "maxFailedIndexes");

  /**
   * In upstream's order; the template and the number of completions are looked at by themselves.
   */
  private static final List<String> IMMUTABLE =
      List.of(
          "completionMode",
          "podFailurePolicy",
          "backoffLimitPerIndex",
          "managedBy",
          "successPolicy");

  private JobValidation() {}

  public static List<FieldError> validate(ObjectNode job) {
    List<FieldError> errors = MetadataValidation.validate(job, true, MetadataValidation.SUBDOMAIN);
    selectorAndSpec(errors, job, true);
    return errors;
  }

  private static void selectorAndSpec(List<FieldError> errors, ObjectNode job, boolean prefixed) {
    generatedSelector(errors, job, prefixed);
    JsonNode spec = job.path("spec");
    specAndSelector(errors, spec);
    int completions = spec.path("completions").asInt();
    if (isIndexed(spec) && completions > 0) {
      String name = job.at("/metadata/name").asText();
      String lastPod = name + "-" + (completions - 1);
      if (!Names.dnsLabel(lastPod).isEmpty()) {
        errors.add(
            FieldError.invalid(
                "metadata.name",
                name,
                "will not able to create pod with invalid DNS label: " + lastPod));
      }
    }
  }

  private static boolean isIndexed(JsonNode spec) {
    return Checks.text(spec, "completionMode").equals("Indexed");
  }

  /**
   * The labels by which a Job that did not choose its pods knows them.
   *
   * @param prefixed whether those of today must be there, too, not only those of old
   */
  private static void generatedSelector(List<FieldError> errors, ObjectNode job, boolean prefixed) {
    if (job.at("/spec/manualSelector").asBoolean(false) || !job.at("/spec/selector").isObject()) {
      return;
    }
    String uid = job.at("/metadata/uid").asText();
    String name = job.at("/metadata/name").asText();
    JsonNode labels = job.at("/spec/template/metadata/labels");
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("controller-uid", uid);
    expected.put("job-name", name);
    if (prefixed) {
      expected.put(UID_LABEL, uid);
      expected.put(NAME_LABEL, name);
    }
    expected.forEach((label, value) -> hasLabel(errors, labels, label, value));
    if (!LabelSelector.ofSpec(readable(job.at("/spec/selector"))).matches(expected)) {
      errors.add(
          FieldError.invalid(
              "spec.selector", job.at("/spec/selector"), "`selector` not auto-generated"));
    }
  }

  private static void hasLabel(
      List<FieldError> errors, JsonNode labels, String label, String expected) {
    String path = "spec.template.metadata.labels";
    if (!labels.has(label)) {
      errors.add(FieldError.required(path + "[" + label + "]", "must be '" + expected + "'"));
    } else if (!labels.path(label).asText().equals(expected)) {
      errors.add(
          FieldError.invalid(
              path + "[" + label + "]", labels.path(label).asText(), "must be '" + expected + "'"));
    }
  }

  /** A selector that cannot be read is reported where its fields are checked. */
  private static JsonNode readable(JsonNode selector) {
    List<FieldError> errors = new ArrayList<>();
    Checks.labelSelector(errors, "", selector);
    return errors.isEmpty() ? selector : selector.path("none");
  }

  private static void specAndSelector(List<FieldError> errors, JsonNode spec) {
    spec(errors, "spec", spec);
    JsonNode selector = spec.path("selector");
    if (!selector.isObject()) {
      errors.add(FieldError.required("spec.selector", ""));
      Templates.mismatch(errors, spec.path("template")); // no selector selects nothing
      return;
    }
    int before = errors.size();
    Checks.labelSelector(errors, "spec.selector", selector);
    if (errors.size() == before) {
      Templates.matching(errors, LabelSelector.ofSpec(selector), spec.path("template"));
    }
  }

  /** A CronJob's template for Jobs, whose selectors are never of the client's choice. */
  static void jobTemplate(List<FieldError> errors, JsonNode template) {
    JsonNode spec = template.path("spec");
    String path = "spec.jobTemplate.spec";
    spec(errors, path, spec);
    if (spec.hasNonNull("selector")) {
      errors.add(
          FieldError.invalid(
              path + ".selector", spec.path("selector"), "`selector` will be auto-generated"));
    }
    if (spec.path("manualSelector").asBoolean(false)) {
      errors.add(
          FieldError.notSupported(
              path + ".manualSelector", spec.path("manualSelector"), List.of("nil", "false")));
    }
  }

  private static void spec(List<FieldError> errors, String path, JsonNode spec) {
    COUNTS.forEach(field -> Checks.notNegative(errors, path, spec, field));
    if (spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex")) {
      errors.add(
          FieldError.required(
              path + ".backoffLimitPerIndex", "when maxFailedIndexes is specified"));
    }
    if (spec.hasNonNull("managedBy")) {
      String manager = Checks.text(spec, "managedBy");
      Checks.domainPrefixedPath(errors, path + ".managedBy", manager);
      if (manager.length() > LONGEST_MANAGER) {
        errors.add(FieldError.tooLong(path + ".managedBy", LONGEST_MANAGER));
      }
    }
    completionMode(errors, path, spec);
    JobPolicyValidation.policies(errors, path, spec);
    replacementPolicy(errors, path + ".podReplacementPolicy", spec);
    JsonNode template = spec.path("template");
    PodValidation.template(errors, path + ".template", template);
    restartPolicy(errors, path + ".template.spec.restartPolicy", spec, template);
  }

  private static void completionMode(List<FieldError> errors, String path, JsonNode spec) {
    String mode = Checks.text(spec, "completionMode");
    Checks.oneOf(errors, path + ".completionMode", mode, true, COMPLETION_MODES);
    if (isIndexed(spec)) {
      indexed(errors, path, spec);
    } else if (mode.isEmpty() || mode.equals("NonIndexed")) {
      for (String field : List.of("backoffLimitPerIndex", "maxFailedIndexes")) {
        if (spec.has(field)) {
          errors.add(
              FieldError.invalid(
                  path + "." + field, spec.path(field), "requires indexed completion mode"));
        }
      }
    }
  }

  private static void indexed(List<FieldError> errors, String path, JsonNode spec) {
    if (!spec.has("completions")) {
      errors.add(FieldError.required(path + ".completions", "when completion mode is Indexed"));
    }
    JsonNode parallelism = spec.path("parallelism");
    if (parallelism.asInt() > MOST_INDEXED) {
      errors.add(
          FieldError.invalid(
              path + ".parallelism",
              parallelism,
              "must be less than or equal to 100000 when completion mode is Indexed"));
    }
    JsonNode failed = spec.path("maxFailedIndexes");
    if (spec.has("completions") && failed.asInt() > spec.path("completions").asInt()) {
      errors.add(
          FieldError.invalid(
              path + ".maxFailedIndexes", failed, "must be less than or equal to completions"));
    }
    if (failed.asInt() > MOST_INDEXED) {
      errors.add(
          FieldError.invalid(
              path + ".maxFailedIndexes", failed, "must be less than or equal to 100000"));
    }
    if (spec.path("completions").asInt() > MANY_COMPLETIONS && spec.has("backoffLimitPerIndex")) {
      if (failed.isMissingNode()) {
        errors.add(
            FieldError.required(
                path + ".maxFailedIndexes", "must be specified when completions is above 100000"));
      }
      for (String field : List.of("parallelism", "maxFailedIndexes")) {
        if (spec.path(field).asInt() > MOST_AT_MANY) {
          errors.add(
              FieldError.invalid(
                  path + "." + field,
                  spec.path(field),
                  "must be less than or equal to 10000 when completions are above 100000 and used"
                      + " with backoff limit per index"));
        }
      }
    }
  }

  private static void replacementPolicy(List<FieldError> errors, String path, JsonNode spec) {
    String policy = Checks.text(spec, "podReplacementPolicy");
    List<String> supported = spec.hasNonNull("podFailurePolicy") ? List.of("Failed") : REPLACEMENT;
    Checks.oneOf(errors, path, policy, true, supported);
  }

  private static void restartPolicy(
      List<FieldError> errors, String path, JsonNode spec, JsonNode template) {
    String policy = Checks.text(template.path("spec"), "restartPolicy");
    switch (policy) {
      case "", "Always" ->
          errors.add(FieldError.required(path, "valid values: \"OnFailure\", \"Never\""));
      case "OnFailure" -> {
        if (spec.hasNonNull("podFailurePolicy")) {
          errors.add(
              FieldError.invalid(
                  path, policy, "only \"Never\" is supported when podFailurePolicy is specified"));
        }
      }
      case "Never" -> {}
      default -> errors.add(FieldError.notSupported(path, policy, List.of("OnFailure", "Never")));
    }
  }

  public static List<FieldError> validateUpdate(ObjectNode job, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(job, current);
    JsonNode spec = job.path("spec");
    JsonNode old = current.path("spec");
    if (!spec.equals(old)) {
      JsonNode labels = old.at("/template/metadata/labels");
      selectorAndSpec(errors, job, labels.has(UID_LABEL) && labels.has(NAME_LABEL));
    }
    completions(errors, spec, old);
    Checks.immutable(errors, "spec.selector", spec.path("selector"), old.path("selector"));
    template(errors, job, current);
    for (String field : IMMUTABLE) {
      Checks.immutable(errors, "spec." + field, spec.path(field), old.path(field));
    }
    return errors;
  }

  /** An indexed Job can grow and shrink, its completions together with its parallelism. */
  private static void completions(List<FieldError> errors, JsonNode spec, JsonNode old) {
    JsonNode now = spec.path("completions");
    if (!isIndexed(spec)) {
      Checks.immutable(errors, "spec.completions", now, old.path("completions"));
    } else if (!now.equals(old.path("completions")) && !now.equals(spec.path("parallelism"))) {
      errors.add(
          FieldError.invalid(
              "spec.completions", now, "can only be modified in tandem with spec.parallelism"));
    }
  }

  /**
   * While a Job is suspended and none of its pods is left, it can be changed where they may run,
   * how they are labelled and what they ask for; nothing else, and never at any other time.
   */
  private static void template(List<FieldError> errors, ObjectNode job, ObjectNode current) {
    JsonNode template = job.at("/spec/template");
    JsonNode old = current.at("/spec/template");
    boolean rests =
        current.at("/spec/suspend").asBoolean(false)
            && JobStatusValidation.isTrue(current, "Suspended")
            && current.at("/status/active").asInt() == 0;
    if (!rests) {
      Checks.immutable(errors, "spec.template", template, old);
    } else if (!settled(template, template).equals(settled(old, template))) {
      errors.add(FieldError.invalid("spec.template.spec", template.path("spec"), Checks.IMMUTABLE));
    }
  }

  /** The pods' spec without what may change; resources may only of containers that stay. */
  private static JsonNode settled(JsonNode template, JsonNode changed) {
    if (!(template.path("spec") instanceof ObjectNode original)) {
      return template.path("spec");
    }
    ObjectNode spec = original.deepCopy();
    spec.remove(List.of("nodeSelector", "tolerations", "schedulingGates"));
    if (spec.get("affinity") instanceof ObjectNode affinity) {
      affinity.remove("nodeAffinity");
      if (affinity.isEmpty()) {
        spec.remove("affinity");
      }
    }
    for (String list : List.of("containers", "initContainers")) {
      JsonNode others = changed.path("spec").path(list);
      int i = 0;
      for (JsonNode container : spec.path(list)) {
        boolean stays = container.path("name").equals(others.path(i++).path("name"));
        if (stays
            && others.size() == spec.path(list).size()
            && container instanceof ObjectNode object) {
          object.remove("resources");
        }
      }
    }
    return spec;
  }

  public static List<FieldError> validateStatusUpdate(ObjectNode job, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(job, current);
    JobStatusValidation.validate(errors, job, current);
    return errors;
  }
}
