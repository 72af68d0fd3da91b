package io.luotsi.core.rbac;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Whether rules allow all that other rules allow. Wildcards count as what they say, not as what
 * they stand for: only {@code *} covers {@code *}.
 *
 * @see "Source: component-helpers auth/rbac/validation policy_comparator.go; policy_compact.go"
 */
public final class Coverage {
  private Coverage() {}

  /**
   * What {@code wanted} allows beyond {@code held}, in rules of one verb and one resource or path
   * each; empty if nothing is.
   */
  public static List<PolicyRule> missing(List<PolicyRule> held, List<PolicyRule> wanted) {
    return wanted.stream()
        .flatMap(rule -> pieces(rule).stream())
        .filter(piece -> held.stream().noneMatch(rule -> covers(rule, piece)))
        .toList();
  }

  /** Missing rules as upstream lists them: a line each, those of one resource together, sorted. */
  public static String describe(List<PolicyRule> missing) {
    Map<List<String>, List<String>> verbs = new LinkedHashMap<>();
    TreeSet<String> lines = new TreeSet<>();
    for (PolicyRule rule : missing) {
      if (rule.resourceNames().isEmpty() && rule.nonResourceUrls().isEmpty()) {
        verbs
            .computeIfAbsent(
                List.of(rule.apiGroups().getFirst(), rule.resources().getFirst()),
                absent -> new ArrayList<>())
            .addAll(rule.verbs());
      } else {
        lines.add(rule.describe());
      }
    }
    verbs.forEach(
        (what, all) ->
            lines.add(
                PolicyRule.ofResources(List.of(what.getFirst()), List.of(what.getLast()), all)
                    .describe()));
    return String.join("\n", lines);
  }

  private static List<PolicyRule> pieces(PolicyRule rule) {
    List<PolicyRule> pieces = new ArrayList<>();
    for (String group : rule.apiGroups()) {
      for (String resource : rule.resources()) {
        for (String verb : rule.verbs()) {
          PolicyRule piece =
              PolicyRule.ofResources(List.of(group), List.of(resource), List.of(verb));
          if (rule.resourceNames().isEmpty()) {
            pieces.add(piece);
          }
          rule.resourceNames().forEach(name -> pieces.add(piece.named(name)));
        }
      }
    }
    for (String path : rule.nonResourceUrls()) {
      for (String verb : rule.verbs()) {
        pieces.add(PolicyRule.ofPaths(List.of(path), List.of(verb)));
      }
    }
    return pieces;
  }

  private static boolean covers(PolicyRule rule, PolicyRule piece) {
    boolean names =
        rule.resourceNames().isEmpty()
            || !piece.resourceNames().isEmpty()
                && rule.resourceNames().containsAll(piece.resourceNames());
    return names
        && has(rule.verbs(), piece.verbs())
        && has(rule.apiGroups(), piece.apiGroups())
        && piece.resources().stream().allMatch(wanted -> hasResource(rule.resources(), wanted))
        && piece.nonResourceUrls().stream()
            .allMatch(wanted -> rule.nonResourceUrls().stream().anyMatch(p -> leads(p, wanted)));
  }

  private static boolean has(List<String> held, List<String> wanted) {
    return held.contains(PolicyRule.ALL) || held.containsAll(wanted);
  }

  private static boolean hasResource(List<String> held, String wanted) {
    int slash = wanted.indexOf('/');
    return held.contains(PolicyRule.ALL)
        || held.contains(wanted)
        || slash >= 0 && held.contains("*" + wanted.substring(slash));
  }

  private static boolean leads(String held, String wanted) {
    return held.equals(wanted)
        || held.endsWith("*") && wanted.startsWith(held.substring(0, held.indexOf('*')));
  }
}
