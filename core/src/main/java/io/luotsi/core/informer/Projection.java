package io.luotsi.core.informer;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * What a rule needs of an object, read once a version. For small values of objects that are looked
 * at far more often than they change: the pods of a large workload.
 *
 * <p>For any thread.
 */
public final class Projection<V> {
  private record Kept<V>(StoredObject of, V value) {}

  private final Function<StoredObject, V> read;
  private final ConcurrentMap<ObjectKey, Kept<V>> kept = new ConcurrentHashMap<>();

  /**
   * @param read pure; its result must be small and must not refer to the object's bytes
   */
  public Projection(Function<StoredObject, V> read) {
    this.read = read;
  }

  public V of(StoredObject object) {
    Kept<V> known = kept.get(object.key());
    if (known == null
        || known.of() != object
            && (known.of().resourceVersion() != object.resourceVersion()
                || !known.of().uid().equals(object.uid()))) {
      known = new Kept<>(object, read.apply(object));
      kept.put(object.key(), known);
    }
    return known.value();
  }

  /** For objects that are gone. */
  public void forget(ObjectKey key) {
    kept.remove(key);
  }
}
