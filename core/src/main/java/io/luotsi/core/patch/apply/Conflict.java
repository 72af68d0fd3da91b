package io.luotsi.core.patch.apply;

import io.luotsi.core.api.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A field that an applier wants to change and another manager owns.
 *
 * @see "Source: apimachinery pkg/util/managedfields/internal/conflict.go"
 */
record Conflict(ManagerId manager, List<PathElement> path) {
  Conflict {
    path = List.copyOf(path);
  }

  static List<Conflict> of(Map<ManagerId, FieldSet> fields) {
    List<Conflict> conflicts = new ArrayList<>();
    fields.forEach(
        (manager, set) -> set.forEach(path -> conflicts.add(new Conflict(manager, path))));
    return conflicts;
  }

  /** What the applier is told; managers in order, each with its fields in order. */
  static Rejection rejection(List<Conflict> conflicts) {
    return new Rejection.ApplyConflict(
        message(conflicts),
        conflicts.stream()
            .map(
                conflict ->
                    new Rejection.Cause(
                        "FieldManagerConflict",
                        "conflict with " + conflict.manager().printed(),
                        PathElement.printed(conflict.path())))
            .toList());
  }

  private static String message(List<Conflict> conflicts) {
    if (conflicts.size() == 1) {
      Conflict only = conflicts.getFirst();
      return "Apply failed with 1 conflict: conflict with %s: %s"
          .formatted(only.manager().printed(), PathElement.printed(only.path()));
    }
    Map<ManagerId, List<String>> paths = new TreeMap<>();
    for (Conflict conflict : conflicts) {
      paths
          .computeIfAbsent(conflict.manager(), m -> new ArrayList<>())
          .add("- " + PathElement.printed(conflict.path()));
    }
    List<String> lines = new ArrayList<>();
    paths.forEach(
        (manager, fields) -> {
          lines.add("conflicts with " + manager.printed() + ":");
          lines.addAll(fields);
        });
    return "Apply failed with %d conflicts: %s"
        .formatted(conflicts.size(), String.join("\n", lines));
  }
}
