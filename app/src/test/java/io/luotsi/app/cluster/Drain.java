package io.luotsi.app.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reads all that a process says, so that it never has to wait for us. */
final class Drain {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread thread;

  Drain(InputStream stream) {
    this.thread = Thread.ofVirtual().start(() -> read(stream));
  }

  private void read(InputStream stream) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      reader.lines().forEach(lines::add);
    } catch (IOException | java.io.UncheckedIOException e) {
      lines.add("(cut off: " + e.getMessage() + ")");
    }
  }

  /** What it has said so far. */
  List<String> soFar() {
    return List.copyOf(lines);
  }

  /** All of it; waits for the end. */
  String text() throws InterruptedException {
    thread.join();
    return String.join("\n", lines);
  }
}
