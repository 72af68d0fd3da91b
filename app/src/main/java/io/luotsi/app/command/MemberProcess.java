package io.luotsi.app.command;

import io.luotsi.app.BadInput;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Seat;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * A member in a process of its own session, which outlives the command that started it. Until it is
 * ready it says how it goes, in lines that begin with a mark; whatever else it says is passed on.
 */
final class MemberProcess {
  static final String LISTENING = "\u0005";
  static final String READY = "\u0006";
  static final String FAILED = "\u0015";

  /** As {@link #FAILED}, for something that was given to it. */
  static final String REFUSED = "\u0018";

  private final Seat seat;
  private final Process process;
  private final CompletableFuture<Void> listening = new CompletableFuture<>();
  private final CompletableFuture<Long> ready = new CompletableFuture<>();

  private MemberProcess(Seat seat, Process process) {
    this.seat = seat;
    this.process = process;
  }

  static MemberProcess start(DataDirectory directory, ClusterIdentity identity, Seat seat) {
    try {
      Process process =
          new ProcessBuilder(Invocation.member(directory, identity, seat))
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .start();
      MemberProcess member = new MemberProcess(seat, process);
      Thread.ofVirtual().name("hear-" + seat.name()).start(member::hear);
      return member;
    } catch (IOException e) {
      throw new PlainFailure("cannot start a process: " + e.getMessage(), e);
    }
  }

  Seat seat() {
    return seat;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Completes when its API listens; fails as {@link #ready} does. */
  CompletableFuture<Void> listening() {
    return listening;
  }

  /**
   * Completes when it answers and its node is ready, with the milliseconds that it took; fails with
   * a {@link PlainFailure} in its own words if it ends before that.
   */
  CompletableFuture<Long> ready() {
    return ready;
  }

  /** Stops it; its pods stay. */
  void stop() {
    process.destroy();
  }

  private void hear() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null && !ready.isDone()) {
        hear(line);
        line = ready.isDone() ? null : lines.readLine();
      }
    } catch (IOException e) {
      fail(new PlainFailure(seat.name() + ": cannot be heard: " + e.getMessage()));
    }
    fail(
        new PlainFailure(
            seat.name() + ": its process ended before it was ready; its log may say why"));
  }

  private void hear(String line) {
    if (line.startsWith(LISTENING)) {
      listening.complete(null);
    } else if (line.startsWith(READY)) {
      listening.complete(null);
      ready.complete(Long.parseLong(line.substring(READY.length())));
    } else if (line.startsWith(FAILED)) {
      fail(new PlainFailure(inItsWords(line, FAILED)));
    } else if (line.startsWith(REFUSED)) {
      fail(new BadInput(inItsWords(line, REFUSED)));
    } else {
      System.err.println(seat.name() + ": " + line);
    }
  }

  private String inItsWords(String line, String mark) {
    return seat.name() + ": " + line.substring(mark.length());
  }

  /** Of no effect on what has been completed. */
  private void fail(PlainFailure failure) {
    listening.completeExceptionally(failure);
    ready.completeExceptionally(failure);
  }
}
