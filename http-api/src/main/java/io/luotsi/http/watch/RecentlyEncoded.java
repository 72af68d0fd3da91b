package io.luotsi.http.watch;

import io.luotsi.core.api.StoredObject;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * What was encoded lately, so that watchers who hear of the same objects at about the same time
 * share the work. Bounded; what another object's place was needed for is encoded again.
 */
public final class RecentlyEncoded {
  private static final int PLACES = 512;

  /** Larger ones are rare, and would make 512 of them too much. */
  private static final int MAX_BYTES = 16 * 1024;

  private record Entry(StoredObject object, byte[] encoded) {}

  private final AtomicReferenceArray<Entry> places = new AtomicReferenceArray<>(PLACES);

  /**
   * @param encode a function of the object alone; two who come at once both call it
   * @return shared: callers must not write to it
   */
  public byte[] get(StoredObject object, Function<StoredObject, byte[]> encode) {
    int place = System.identityHashCode(object) % PLACES;
    Entry known = places.get(place);
    if (known != null && known.object() == object) {
      return known.encoded();
    }
    byte[] encoded = encode.apply(object);
    if (encoded.length <= MAX_BYTES) {
      places.set(place, new Entry(object, encoded));
    }
    return encoded;
  }
}
