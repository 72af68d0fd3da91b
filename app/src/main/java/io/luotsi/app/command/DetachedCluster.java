package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A cluster in a process that outlives the command that started it. What the process says until it
 * is ready is passed on as our own; the last line of that is a mark. Then it speaks to its log
 * only.
 */
final class DetachedCluster {
  static final String CHILD_OPTION = "--detached-child";

  private static final String READY = "\u0006";
  private static final String FAILED = "\u0015";

  private DetachedCluster() {}

  /**
   * Returns when the cluster is ready.
   *
   * @throws PlainFailure with the process's own words if it ends before that
   */
  static void start() throws IOException {
    Process process =
        new ProcessBuilder(Invocation.detached(CHILD_OPTION))
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .start();
    Thread giveUp = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(giveUp);
    Optional<String> failure = follow(process);
    Runtime.getRuntime().removeShutdownHook(giveUp);
    if (failure.isPresent()) {
      throw new PlainFailure(failure.get());
    }
  }

  private static Optional<String> follow(Process process) throws IOException {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null) {
        if (line.equals(READY)) {
          return Optional.empty();
        }
        if (line.startsWith(FAILED)) {
          return Optional.of(line.substring(FAILED.length()));
        }
        System.out.println(line);
        line = lines.readLine();
      }
    }
    return Optional.of("the cluster's process ended before it was ready; its log may say why");
  }

  /** In the process that stays: tells the command that waits, and is silent from now on. */
  static void announceReady() {
    System.out.println(READY);
    System.out.flush();
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    System.setOut(nowhere);
    System.setErr(nowhere);
  }

  /** In the process that was to stay. */
  static void announceFailure(String message) {
    System.out.println(FAILED + message);
    System.out.flush();
  }
}
