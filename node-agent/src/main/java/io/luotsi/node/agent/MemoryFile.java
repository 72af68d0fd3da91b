package io.luotsi.node.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** /proc/meminfo. */
final class MemoryFile {
  private MemoryFile() {}

  static long kib(String field) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("/proc/meminfo has no " + field);
  }
}
