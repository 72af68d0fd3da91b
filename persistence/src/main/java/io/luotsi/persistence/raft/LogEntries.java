package io.luotsi.persistence.raft;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The entries of a segment as Ratis lays them out: a length (varint), so many bytes, and a checksum
 * of both; zeros behind the last one.
 */
final class LogEntries {
  /** Of "RaftLog1". */
  private static final int HEADER_BYTES = 8;

  private static final int CHECKSUM_BYTES = 4;
  private static final int VARINT_BITS = 7;
  private static final int VARINT_MORE = 1 << VARINT_BITS;
  private static final int LONGEST_VARINT = 5;

  private final byte[] segment;
  private int begin;
  private int end = HEADER_BYTES;
  private boolean whole;

  LogEntries(byte[] segment) {
    this.segment = segment;
  }

  /**
   * Goes to the next entry.
   *
   * @return false behind the last one
   */
  boolean next() {
    begin = end;
    if (begin >= segment.length || segment[begin] == 0) {
      return false;
    }
    int at = begin;
    long length = 0;
    for (int digits = 0; at < segment.length && digits < LONGEST_VARINT; digits++) {
      byte digit = segment[at++];
      length |= (long) (digit & (VARINT_MORE - 1)) << (VARINT_BITS * digits);
      if ((digit & VARINT_MORE) == 0) {
        break;
      }
    }
    if (at + length + CHECKSUM_BYTES > segment.length) {
      end = segment.length;
      return false;
    }
    at += (int) length;
    CRC32C checksum = new CRC32C();
    checksum.update(segment, begin, at - begin);
    whole = ByteBuffer.wrap(segment).getInt(at) == (int) checksum.getValue();
    end = at + CHECKSUM_BYTES;
    return true;
  }

  /** Where the entry begins. */
  int begin() {
    return begin;
  }

  /** Where the next one would begin; behind the segment if this one goes on there. */
  int end() {
    return end;
  }

  /** Whether the entry's checksum is right. */
  boolean isWhole() {
    return whole;
  }
}
