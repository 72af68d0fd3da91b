package io.luotsi.persistence.carriage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gathers what goes to one carrier into messages of bounded size, in its order: at most {@value
 * #MAX_BYTES} bytes each, or one part. Not for several threads.
 */
final class Bundle<T> {
  /**
   * Some fifty writes: of what a message costs, little is left for each. Larger ones would keep the
   * receiver idle while the sender gathers.
   */
  static final int MAX_BYTES = 128 << 10;

  private final Consumer<List<T>> send;
  private List<T> parts = new ArrayList<>();
  private int bytes;

  /**
   * @param send given at least one part at a time
   */
  Bundle(Consumer<List<T>> send) {
    this.send = send;
  }

  /** Sends what was gathered before if it has no room for this, and all of it if it is full. */
  void add(T part, int sizeBytes) {
    if (bytes + sizeBytes > MAX_BYTES) {
      flush();
    }
    parts.add(part);
    bytes += sizeBytes;
    if (bytes >= MAX_BYTES) {
      flush();
    }
  }

  void flush() {
    if (!parts.isEmpty()) {
      List<T> gathered = parts;
      parts = new ArrayList<>();
      bytes = 0;
      send.accept(gathered);
    }
  }
}
