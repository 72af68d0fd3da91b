package io.luotsi.core.podsecurity;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What is wrong with a pod.
 *
 * @param detail may be empty
 */
public record Violation(String reason, String detail) {
  /** All with their details, as upstream lists them. */
  public static String details(List<Violation> violations) {
    return violations.stream()
        .map(it -> it.detail().isEmpty() ? it.reason() : it.reason() + " (" + it.detail() + ")")
        .collect(Collectors.joining(", "));
  }

  public static String reasons(List<Violation> violations) {
    return violations.stream().map(Violation::reason).collect(Collectors.joining(", "));
  }
}
