package io.luotsi.core.podsecurity;

import io.luotsi.core.api.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a namespace wants of its pods.
 *
 * @param enforce what they must keep to
 * @param audit what is written to the audit log when they do not
 * @param warn what their makers are warned of
 * @param errors of labels that say nothing; they count as the strictest
 * @see "Source: k8s.io/pod-security-admission api/helpers.go"
 */
public record SecurityPolicy(
    Standard enforce, Standard audit, Standard warn, List<FieldError> errors) {
  private static final String PREFIX = "pod-security.kubernetes.io/";
  private static final SecurityPolicy NONE =
      new SecurityPolicy(Standard.PRIVILEGED, Standard.PRIVILEGED, Standard.PRIVILEGED, List.of());

  public SecurityPolicy {
    errors = List.copyOf(errors);
  }

  /** What labels of a namespace ask for. */
  public static SecurityPolicy of(Map<String, String> labels) {
    if (labels.keySet().stream().noneMatch(label -> label.startsWith(PREFIX))) {
      return NONE;
    }
    List<FieldError> errors = new ArrayList<>();
    Standard enforce = standard(labels, "enforce", Level.RESTRICTED, errors);
    Standard audit = standard(labels, "audit", Level.PRIVILEGED, errors);
    Standard warn = standard(labels, "warn", Level.PRIVILEGED, errors);
    // Who is held to something is warned of it, unless they say otherwise.
    boolean followed =
        !labels.containsKey(PREFIX + "warn")
            && Level.parse(labels.getOrDefault(PREFIX + "enforce", "")).isPresent()
            && enforce.level().compareTo(warn.level()) > 0;
    if (followed) {
      warn = labels.containsKey(PREFIX + "warn-version") ? warn.with(enforce.level()) : enforce;
    }
    return new SecurityPolicy(enforce, audit, warn, errors);
  }

  private static Standard standard(
      Map<String, String> labels, String mode, Level otherwise, List<FieldError> errors) {
    Standard standard = Standard.PRIVILEGED;
    String level = labels.get(PREFIX + mode);
    if (level != null) {
      Optional<Level> parsed = Level.parse(level);
      standard = standard.with(parsed.orElse(otherwise));
      if (parsed.isEmpty()) {
        errors.add(wrong(mode, level, "must be one of privileged, baseline, restricted"));
      }
    }
    String version = labels.get(PREFIX + mode + "-version");
    if (version != null) {
      Optional<Integer> parsed = Standard.parseVersion(version);
      standard = standard.with(parsed.orElse(Standard.LATEST));
      if (parsed.isEmpty()) {
        errors.add(wrong(mode + "-version", version, "must be \"latest\" or \"v1.x\""));
      }
    }
    return standard;
  }

  private static FieldError wrong(String label, String value, String why) {
    return FieldError.invalid("metadata.labels[" + PREFIX + label + "]", value, why);
  }

  /** Whether nothing is asked of anybody. */
  public boolean isPrivileged() {
    return enforce.level() == Level.PRIVILEGED
        && audit.level() == Level.PRIVILEGED
        && warn.level() == Level.PRIVILEGED;
  }
}
