package io.luotsi.core.store;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import java.util.Optional;
import java.util.SortedMap;
import org.pcollections.PSortedMap;

/**
 * All objects of a resource at one version. Immutable; shares its structure with its neighbours.
 *
 * @param version of the last event in it, at least 1
 */
public record ResourceSnapshot(long version, PSortedMap<ObjectKey, StoredObject> objects) {

  public Optional<StoredObject> get(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** The objects of one namespace, in key order; costs only what it returns. */
  public SortedMap<ObjectKey, StoredObject> namespace(String namespace) {
    return objects.subMap(new ObjectKey(namespace, "\0"), new ObjectKey(namespace, "\uffff"));
  }
}
