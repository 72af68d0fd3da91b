package io.luotsi.core.rbac;

import java.util.List;
import java.util.Set;

/**
 * A rule, ready to be asked often: some hash look-ups a question, and nothing allocated.
 *
 * @see "Source: pkg/apis/rbac/v1 evaluation_helpers.go"
 */
final class CompiledRule {
  private final Names verbs;
  private final Names groups;
  private final Names resources;

  /** What follows {@code *}{@code /}. */
  private final Set<String> subresources;

  private final Set<String> names;
  private final Names paths;
  private final List<String> pathPrefixes;

  CompiledRule(PolicyRule rule) {
    this.verbs = new Names(rule.verbs());
    this.groups = new Names(rule.apiGroups());
    this.resources = new Names(rule.resources());
    this.subresources =
        Set.copyOf(
            rule.resources().stream()
                .filter(resource -> resource.startsWith("*/"))
                .map(resource -> resource.substring(2))
                .toList());
    this.names = Set.copyOf(rule.resourceNames());
    this.paths = new Names(rule.nonResourceUrls());
    this.pathPrefixes =
        rule.nonResourceUrls().stream()
            .filter(path -> path.endsWith("*"))
            .map(CompiledRule::withoutStars)
            .toList();
  }

  /** Some names, or all there are. */
  private static final class Names {
    private final boolean all;
    private final Set<String> some;

    Names(List<String> values) {
      this.all = values.contains(PolicyRule.ALL);
      this.some = Set.copyOf(values);
    }

    boolean have(String name) {
      return all || some.contains(name);
    }
  }

  private static String withoutStars(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '*') {
      end--;
    }
    return path.substring(0, end);
  }

  boolean allows(Asked asked) {
    return switch (asked) {
      case Asked.OfResource resource -> allows(resource);
      case Asked.OfPath path -> paths(path.path()) && verbs.have(path.verb());
    };
  }

  private boolean allows(Asked.OfResource asked) {
    return (resources.have(asked.resource())
            || !asked.subresource().isEmpty() && subresources.contains(asked.subresource()))
        && groups.have(asked.group())
        && verbs.have(asked.verb())
        && (names.isEmpty() || names.contains(asked.name()));
  }

  private boolean paths(String path) {
    if (paths.have(path)) {
      return true;
    }
    for (String prefix : pathPrefixes) {
      if (path.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
