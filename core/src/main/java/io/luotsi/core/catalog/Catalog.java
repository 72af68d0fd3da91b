package io.luotsi.core.catalog;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import java.util.List;
import java.util.Optional;

/** The kinds that are served at this moment. An immutable snapshot: look it up for each request. */
public interface Catalog {
  /** In discovery order: groups by upstream's priority, the core group first, then by name. */
  List<ResourceType> types();

  Optional<ResourceType> find(GroupVersionResource resource);

  Optional<ResourceType> find(GroupVersionKind kind);

  /**
   * The version in which a resource is stored.
   *
   * @param resource as stores know it
   */
  Optional<ResourceType> stored(GroupResource resource);

  /**
   * All versions in which objects of a resource are served, in no particular order.
   *
   * @param resource as stores know it
   */
  List<ResourceType> versions(GroupResource resource);

  /**
   * Whether there is certainly nothing else: while a member has not read yet which kinds are
   * defined, what it does not find may exist all the same.
   */
  default boolean complete() {
    return true;
  }
}
