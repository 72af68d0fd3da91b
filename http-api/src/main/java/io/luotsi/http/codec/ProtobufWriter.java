package io.luotsi.http.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes of protobuf messages as they grow. A message within another is written in its place and its
 * length put before it when it is known, so that nothing is measured first.
 */
final class ProtobufWriter {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;

  private byte[] bytes;
  private int size;

  ProtobufWriter(int expectedBytes) {
    this.bytes = new byte[Math.max(16, expectedBytes)];
  }

  int size() {
    return size;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Forgets all but the first bytes. */
  void cutTo(int length) {
    size = length;
  }

  /** Bytes as they are, without tag or length. */
  void raw(byte[] from, int offset, int length) {
    reserve(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  void raw(byte[] from) {
    raw(from, 0, from.length);
  }

  void raw(ProtobufWriter other) {
    raw(other.bytes, 0, other.size);
  }

  /** Four bytes, the highest first. */
  void fixed32BigEndian(int value) {
    reserve(Integer.BYTES);
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  /** Writes over four bytes that are there already. */
  void fixed32BigEndianAt(int position, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[position + i] = (byte) (value >>> (24 - 8 * i));
    }
  }

  void number(int field, long value) {
    varint((long) field << 3 | VARINT);
    varint(value);
  }

  void flag(int field, boolean value) {
    number(field, value ? 1 : 0);
  }

  void number(int field, double value) {
    varint((long) field << 3 | FIXED_64);
    long bits = Double.doubleToRawLongBits(value);
    reserve(Long.BYTES);
    for (int shift = 0; shift < Long.SIZE; shift += 8) {
      bytes[size++] = (byte) (bits >>> shift);
    }
  }

  void bytes(int field, byte[] from, int offset, int length) {
    lengthDelimited(field, length);
    raw(from, offset, length);
  }

  void text(int field, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytes(field, utf8, 0, utf8.length);
  }

  /**
   * @param text UTF-16; half of a pair becomes U+FFFD, as Go reads it
   */
  void text(int field, char[] text, int offset, int length) {
    int start = begin(field);
    reserve(3 * length);
    int end = offset + length;
    for (int i = offset; i < end; i++) {
      char c = text[i];
      if (c < 0x80) {
        bytes[size++] = (byte) c;
      } else if (c < 0x800) {
        bytes[size++] = (byte) (0xc0 | c >> 6);
        bytes[size++] = (byte) (0x80 | c & 0x3f);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < end
          && Character.isLowSurrogate(text[i + 1])) {
        four(Character.toCodePoint(c, text[++i]));
      } else {
        three(Character.isSurrogate(c) ? 0xfffd : c);
      }
    }
    end(start);
  }

  private void three(int c) {
    bytes[size++] = (byte) (0xe0 | c >> 12);
    bytes[size++] = (byte) (0x80 | c >> 6 & 0x3f);
    bytes[size++] = (byte) (0x80 | c & 0x3f);
  }

  private void four(int c) {
    bytes[size++] = (byte) (0xf0 | c >> 18);
    bytes[size++] = (byte) (0x80 | c >> 12 & 0x3f);
    bytes[size++] = (byte) (0x80 | c >> 6 & 0x3f);
    bytes[size++] = (byte) (0x80 | c & 0x3f);
  }

  /** What comes before {@code length} bytes of a message, a text or bytes. */
  void lengthDelimited(int field, long length) {
    varint((long) field << 3 | LENGTH_DELIMITED);
    varint(length);
  }

  /**
   * Begins a message, whose fields are written next.
   *
   * @return to be given to {@link #end}
   */
  int begin(int field) {
    varint((long) field << 3 | LENGTH_DELIMITED);
    reserve(1);
    size++; // most messages are short: their length takes one byte
    return size;
  }

  void end(int start) {
    int length = size - start;
    int more = varintBytes(length) - 1;
    if (more > 0) {
      reserve(more);
      System.arraycopy(bytes, start, bytes, start + more, length);
    }
    size = start - 1;
    varint(length);
    size += length;
  }

  void varint(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** How many bytes a number takes, 1 to 10. */
  static int varintBytes(long value) {
    return (Long.SIZE + 6 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
  }
}
