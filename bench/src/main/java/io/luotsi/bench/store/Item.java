package io.luotsi.bench.store;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;

/**
 * One version of an object as a client writes it: a ConfigMap in JSON, {@value #BYTES} bytes, the
 * same bytes for both sides. Near its end is the time at which it was made.
 *
 * @param name {@value #NAME_LENGTH} characters
 */
record Item(String name, byte[] json) {
  static final int BYTES = 2_048;
  static final int NAME_LENGTH = 16;

  private static final int STAMP_LENGTH = 19;
  private static final String HEAD =
      "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"%s\","
          + "\"namespace\":\"default\",\"uid\":\"%s\",\"resourceVersion\":\"0\"},"
          + "\"data\":{\"value\":\"";
  private static final String TAIL = "\"}}";
  private static final String FILLER =
      "x".repeat(BYTES - head("n".repeat(NAME_LENGTH)).length() - STAMP_LENGTH - TAIL.length());
  private static final long ORIGIN = System.nanoTime();

  private static String head(String name) {
    UUID uid = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.US_ASCII));
    return HEAD.formatted(name, uid);
  }

  /** A name that sorts by its number. */
  static String name(String prefix, int number) {
    int digits = NAME_LENGTH - prefix.length() - 1;
    return String.format(Locale.ROOT, "%s-%0" + digits + "d", prefix, number);
  }

  /** The object of that name, not written yet. */
  static Item of(String name) {
    String json = head(name) + "0".repeat(STAMP_LENGTH) + FILLER + TAIL;
    return new Item(name, json.getBytes(StandardCharsets.US_ASCII));
  }

  /** The same object as it is written now. */
  Item now() {
    byte[] stamped = json.clone();
    long left = System.nanoTime() - ORIGIN;
    int start = stampStart(stamped);
    for (int at = start + STAMP_LENGTH - 1; at >= start; at--) {
      stamped[at] = (byte) ('0' + left % 10);
      left /= 10;
    }
    return new Item(name, stamped);
  }

  private static int stampStart(byte[] json) {
    return json.length - TAIL.length() - FILLER.length() - STAMP_LENGTH;
  }

  /**
   * How long ago {@link #now} made it, in this JVM.
   *
   * @param json as it was stored, with a version of any length
   * @return nanoseconds
   */
  static long ageNanos(byte[] json) {
    String stamp = new String(json, stampStart(json), STAMP_LENGTH, StandardCharsets.US_ASCII);
    return System.nanoTime() - ORIGIN - Long.parseLong(stamp);
  }
}
