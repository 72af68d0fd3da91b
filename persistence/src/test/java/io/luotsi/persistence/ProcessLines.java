package io.luotsi.persistence;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * What a process says that will be killed: what it said before that counts, a torn line does not.
 */
final class ProcessLines {
  private ProcessLines() {}

  /** Returns when the process has said its last. */
  static void read(Process process, Consumer<String> whole) {
    try (BufferedReader lines = process.inputReader()) {
      StringBuilder line = new StringBuilder();
      for (int c = lines.read(); c >= 0; c = lines.read()) {
        if (c == '\n') {
          whole.accept(line.toString());
          line.setLength(0);
        } else {
          line.append((char) c);
        }
      }
    } catch (IOException e) {
      // The killed process's pipe is closed.
    }
  }
}
