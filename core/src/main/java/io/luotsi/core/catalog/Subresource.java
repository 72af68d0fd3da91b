package io.luotsi.core.catalog;

import io.luotsi.core.api.GroupVersionKind;
import java.util.Set;

/**
 * A part or an operation of an object with a path of its own.
 *
 * @param name last segment of the path: {@code status}, {@code scale}, {@code binding}, {@code log}
 * @param kind what it takes and gives; the parent's kind for {@code status}
 */
public record Subresource(String name, GroupVersionKind kind, Set<Verb> verbs) {
  public Subresource {
    verbs = Set.copyOf(verbs);
  }
}
