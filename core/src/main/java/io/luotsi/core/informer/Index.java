package io.luotsi.core.informer;

import io.luotsi.core.api.OwnerReference;
import io.luotsi.core.api.StoredObject;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * A second way to find the objects of an informer. Identified by its instance: look up with the
 * same one the informer was started with.
 *
 * @param name for messages
 * @param values what an object can be found by, off its index alone: cheap, pure, no duplicates
 */
public record Index(String name, Function<StoredObject, Collection<String>> values) {

  /** By the uid of the owner that is the controller. */
  public static final Index CONTROLLER_UID =
      new Index(
          "controller uid",
          object -> object.controller().map(OwnerReference::uid).stream().toList());

  /** By the uid of every owner. */
  public static final Index OWNER_UID =
      new Index(
          "owner uid",
          object -> object.owners().stream().map(OwnerReference::uid).distinct().toList());

  /** Objects without a controlling owner, by namespace: those that a controller may adopt. */
  public static final Index ORPHANS =
      new Index(
          "orphans by namespace",
          object ->
              object.controller().isPresent() ? List.of() : List.of(object.key().namespace()));

  /**
   * By a selectable field, such as {@code spec.nodeName}. Objects whose field is empty are found by
   * the empty string.
   */
  public static Index field(String path) {
    return new Index(path, object -> List.of(object.field(path)));
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
