package io.luotsi.persistence.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Finds what Ratis finds when it refuses a damaged log, and does not tell: the file, and the place
 * in it. A segment is a header of 8 bytes, and then for each entry its length (a varint), its bytes
 * and a checksum (CRC32C) of both; zeros follow the last.
 */
final class DamagedLog {

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
    LogEntries entries = new LogEntries(segment);
    while (entries.next()) {
      if (!entries.isWhole()) {
        return OptionalInt.of(entries.begin());
      }
    }
    return OptionalInt.empty();
  }
}
