package io.luotsi.node.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small files that the kernel makes up when they are read. */
public final class KernelFile {
  private KernelFile() {}

  /**
   * The first line, read in one go: the files below {@code /proc/sys} end after the first read, and
   * {@link Files#readString} begins with one of a single byte, because their size is said to be 0.
   *
   * @return empty if the file is
   */
  public static String firstLine(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String line = reader.readLine();
      return line == null ? "" : line.strip();
    }
  }
}
