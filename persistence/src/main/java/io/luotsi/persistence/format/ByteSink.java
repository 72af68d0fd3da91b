package io.luotsi.persistence.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing array of bytes: big-endian integers, and strings and byte strings behind their length
 * (32 bits). Read back by {@link ByteSource}. Not for several threads.
 */
public final class ByteSink {
  private byte[] bytes;
  private int length;

  public ByteSink(int expectedBytes) {
    bytes = new byte[Math.max(16, expectedBytes)];
  }

  public ByteSink putByte(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
    return this;
  }

  public ByteSink putInt(int value) {
    reserve(4);
    setInt(length, value);
    length += 4;
    return this;
  }

  public ByteSink putLong(long value) {
    return putInt((int) (value >>> 32)).putInt((int) value);
  }

  public ByteSink putString(String value) {
    return putBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  public ByteSink putBytes(byte[] value) {
    putInt(value.length);
    reserve(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  /** Overwrites four bytes at a place that was written before. */
  public void setInt(int at, int value) {
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
  }

  public int length() {
    return length;
  }

  /** Forgets what was written; the array is kept. */
  public void clear() {
    length = 0;
  }

  /** The array itself; only the first {@link #length} bytes count, and only until the next put. */
  public byte[] array() {
    return bytes;
  }

  public byte[] toByteArray() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
    }
  }
}
