package io.luotsi.persistence.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Finds what Ratis finds when it refuses a damaged log, and does not tell: the file, and the place
 * in it. A segment is a header of 8 bytes, and then for each entry its length (a varint), its bytes
 * and a checksum (CRC32C) of both; zeros follow the last.
 */
final class DamagedLog {
  private static final int HEADER_BYTES = 8;
  private static final int CHECKSUM_BYTES = 4;
  private static final int VARINT_BITS = 7;
  private static final int VARINT_MORE = 1 << VARINT_BITS;
  private static final int LONGEST_VARINT = 5;

  private DamagedLog() {}

  /** The first damaged segment of any group, as a sentence. */
  static Optional<String> find(Path storage) throws IOException {
    if (!Files.isDirectory(storage)) {
      return Optional.empty();
    }
    List<Path> segments;
    try (Stream<Path> files = Files.walk(storage)) {
      segments =
          files.filter(file -> file.getFileName().toString().startsWith("log_")).sorted().toList();
    }
    for (Path segment : segments) {
      OptionalInt at = damagedAt(Files.readAllBytes(segment));
      if (at.isPresent()) {
        return Optional.of(
            "log " + segment + " is damaged at byte " + at.getAsInt() + ": checksum differs");
      }
    }
    return Optional.empty();
  }

  /** Place of the first entry whose checksum differs; a torn one at the end is no damage. */
  private static OptionalInt damagedAt(byte[] segment) {
    int at = HEADER_BYTES;
    while (at < segment.length && segment[at] != 0) {
      int place = at;
      long length = 0;
      int digits = 0;
      while (at < segment.length && digits < LONGEST_VARINT) {
        byte digit = segment[at++];
        length |= (long) (digit & (VARINT_MORE - 1)) << (VARINT_BITS * digits++);
        if ((digit & VARINT_MORE) == 0) {
          break;
        }
      }
      if (at + length + CHECKSUM_BYTES > segment.length) {
        return OptionalInt.empty();
      }
      at += (int) length;
      CRC32C checksum = new CRC32C();
      checksum.update(segment, place, at - place);
      if (ByteBuffer.wrap(segment).getInt(at) != (int) checksum.getValue()) {
        return OptionalInt.of(place);
      }
      at += CHECKSUM_BYTES;
    }
    return OptionalInt.empty();
  }
}
