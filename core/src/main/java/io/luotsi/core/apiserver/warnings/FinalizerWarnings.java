package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finalizers of custom objects, which may have any name and should have one that is nobody else's.
 *
 * @see "Source: apiextensions-apiserver pkg/registry/customresource validator.go"
 */
public final class FinalizerWarnings {
  private static final Set<String> STANDARD = Set.of("kubernetes", "orphan", "foregroundDeletion");

  private FinalizerWarnings() {}

  /** Those that {@code object} has and {@code current} has not. */
  public static List<String> of(ObjectNode object, Optional<ObjectNode> current) {
    Set<String> added = names(object);
    current.ifPresent(old -> added.removeAll(names(old)));
    List<String> warnings = new ArrayList<>(0);
    for (String name : added) {
      if (name.indexOf('/') < 0 && !STANDARD.contains(name)) {
        warnings.add(
            "metadata.finalizers: \""
                + name
                + "\": prefer a domain-qualified finalizer name "
                + (name.indexOf('.') < 0 ? "" : "including a path (/) ")
                + "to avoid accidental conflicts with other finalizer writers");
      }
    }
    return warnings;
  }

  private static Set<String> names(ObjectNode object) {
    Set<String> names = new TreeSet<>();
    for (JsonNode name : object.path("metadata").path("finalizers")) {
      names.add(name.asText());
    }
    return names;
  }
}
