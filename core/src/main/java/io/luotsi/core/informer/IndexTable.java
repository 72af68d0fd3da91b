package io.luotsi.core.informer;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The objects of one informer by one index. Written by one thread, read by any. */
final class IndexTable {
  private final Index index;
  private final ConcurrentMap<String, ConcurrentNavigableMap<ObjectKey, StoredObject>> buckets =
      new ConcurrentHashMap<>();

  IndexTable(Index index) {
    this.index = index;
  }

  Collection<StoredObject> find(String value) {
    ConcurrentNavigableMap<ObjectKey, StoredObject> bucket = buckets.get(value);
    return bucket == null ? List.of() : Collections.unmodifiableCollection(bucket.values());
  }

  /** Takes in {@code after}; a reader may see it in its old and its new place for a moment. */
  void put(StoredObject after) {
    for (String value : index.values().apply(after)) {
      buckets
          .computeIfAbsent(value, absent -> new ConcurrentSkipListMap<>())
          .put(after.key(), after);
    }
  }

  /** Drops {@code before} from the places where {@code after} is not. */
  void leave(StoredObject before, Collection<String> stays) {
    for (String value : index.values().apply(before)) {
      if (!stays.contains(value)) {
        buckets.computeIfPresent(
            value,
            (same, bucket) -> {
              bucket.remove(before.key());
              return bucket.isEmpty() ? null : bucket;
            });
      }
    }
  }

  Collection<String> valuesOf(StoredObject object) {
    return index.values().apply(object);
  }
}
