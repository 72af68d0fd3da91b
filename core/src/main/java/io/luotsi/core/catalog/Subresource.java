package io.luotsi.core.catalog;

import io.luotsi.core.api.GroupVersionKind;
import java.util.Set;

/**
 * A part or an operation of an object with a path of its own.
 *
 * @param name last segment of the path: {@code status}, {@code scale}, {@code binding}, {@code log}
 * @param kind what it takes and gives; the parent's kind for {@code status}
 * @param schema of {@code kind}, to decode bodies with
 */
public record Subresource(
    String name, GroupVersionKind kind, Set<Verb> verbs, StructuralSchema schema) {
  public Subresource {
    verbs = Set.copyOf(verbs);
  }
}
