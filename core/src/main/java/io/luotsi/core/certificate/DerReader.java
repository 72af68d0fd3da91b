package io.luotsi.core.certificate;

import java.util.Arrays;

/**
 * Reads DER, one value after the other. What is not as the caller expects is an {@link
 * IllegalArgumentException} that says so.
 */
final class DerReader {
  static final int BOOLEAN = 0x01;
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private static final int BASE_128 = 7;
  private static final int LONG_FORM = 0x80;
  private static final int MULTI_BYTE_TAG = 0x1f;
  private static final int MOST_LENGTH_BYTES = 4;

  private final byte[] bytes;
  private final int end;
  private int next;

  private DerReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.next = from;
    this.end = end;
  }

  static DerReader of(byte[] bytes) {
    return new DerReader(bytes, 0, bytes.length);
  }

  boolean hasMore() {
    return next < end;
  }

  /** The tag of the next value, or -1 if there is none. */
  int tag() {
    return hasMore() ? bytes[next] & 0xff : -1;
  }

  /** Goes into the next value. */
  DerReader enter(int tag) {
    if (tag() != tag) {
      throw new IllegalArgumentException(
          hasMore()
              ? "asn1: structure error: tags don't match (%d vs %d)".formatted(tag, tag())
              : "asn1: syntax error: sequence truncated");
    }
    return any();
  }

  /** Goes into the next value, whatever it is. */
  DerReader any() {
    if ((tag() & MULTI_BYTE_TAG) == MULTI_BYTE_TAG) {
      throw new IllegalArgumentException("asn1: structure error: unexpected tag");
    }
    int at = next + 1;
    int length = octet(at++);
    if (length >= LONG_FORM) {
      int count = length - LONG_FORM;
      if (count == 0 || count > MOST_LENGTH_BYTES) {
        throw new IllegalArgumentException("asn1: structure error: invalid length");
      }
      length = 0;
      for (int i = 0; i < count; i++) {
        length = length << Byte.SIZE | octet(at++);
      }
    }
    if (length < 0 || length > end - at) {
      throw new IllegalArgumentException("asn1: syntax error: data truncated");
    }
    next = at + length;
    return new DerReader(bytes, at, next);
  }

  private int octet(int at) {
    if (at >= end) {
      throw new IllegalArgumentException("asn1: syntax error: truncated tag or length");
    }
    return bytes[at] & 0xff;
  }

  /** The next value with its tag and length. */
  byte[] whole(int tag) {
    int from = next;
    enter(tag);
    return Arrays.copyOfRange(bytes, from, next);
  }

  /** All that is left, as it stands. */
  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, next, end);
    next = end;
    return rest;
  }

  /** The next value, an object identifier, with dots. */
  String identifier() {
    byte[] content = enter(OBJECT_IDENTIFIER).rest();
    StringBuilder dotted = new StringBuilder();
    long arc = 0;
    for (byte octet : content) {
      if (arc >>> (Long.SIZE - 1 - BASE_128) != 0) {
        throw new IllegalArgumentException("asn1: structure error: base 128 integer too large");
      }
      arc = arc << BASE_128 | octet & 0x7f;
      if (octet >= 0) {
        if (dotted.isEmpty()) {
          long first = Math.min(arc / 40, 2);
          dotted.append(first).append('.').append(arc - 40 * first);
        } else {
          dotted.append('.').append(arc);
        }
        arc = 0;
      }
    }
    return dotted.toString();
  }

  void end() {
    if (hasMore()) {
      throw new IllegalArgumentException("asn1: syntax error: trailing data");
    }
  }
}
