package io.luotsi.node.runtime.process;

import io.luotsi.node.runtime.ContainerRuntime.Container;
import io.luotsi.node.runtime.ContainerRuntime.State;
import io.luotsi.node.runtime.process.ContainerDirectory.Ended;
import io.luotsi.node.runtime.process.ProcTable.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** One container of this JVM or of one before it: its directory, its processes, its log. */
final class ProcessContainer {
  /** How often a killed container's processes are looked for again: forks race with kills. */
  private static final long KILL_ROUND_NANOS = 5_000_000;

  /** A shim needs milliseconds from its container's end to its own; one that is stuck is killed. */
  private static final Duration SHIM_GRACE = Duration.ofSeconds(3);

  private final ContainerDirectory directory;
  private final ContainerDirectory.Record record;
  private final LogFile log;
  private final CompletableFuture<State.Exited> exited = new CompletableFuture<>();
  private volatile Optional<Instant> startedAt = Optional.empty();

  private ProcessContainer(
      ContainerDirectory directory, ContainerDirectory.Record record, LogFile log) {
    this.directory = directory;
    this.record = record;
    this.log = log;
  }

  static ProcessContainer of(ContainerDirectory directory, ContainerDirectory.Record record) {
    return new ProcessContainer(directory, record, new LogFile(directory.log(), false));
  }

  ContainerDirectory directory() {
    return directory;
  }

  ContainerDirectory.Record record() {
    return record;
  }

  LogFile log() {
    return log;
  }

  Container view() {
    State state = exited.isDone() ? exited.join() : new State.Running(startedAt());
    return new Container(
        record.id(),
        record.podUid(),
        record.name(),
        record.attempt(),
        record.image(),
        record.imageId(),
        state);
  }

  /** Read once: a kubelet asks at every event. */
  private Instant startedAt() {
    if (startedAt.isEmpty()) {
      startedAt = directory.startedAt();
    }
    return startedAt.orElse(Instant.EPOCH);
  }

  boolean hasExited() {
    return exited.isDone();
  }

  /**
   * Finds out how it ended, once its shim is gone, and makes sure that nothing of it is left.
   *
   * @return the container as it ended
   */
  Container settle() {
    Optional<ContainerDirectory.StartFailure> failure = directory.startFailure();
    if (failure.isPresent()) {
      log.end();
      exited.complete(State.Exited.startError(failure.get().why(), failure.get().at()));
      return view();
    }
    Optional<Identity> shim = directory.shim();
    killAll(shim);
    log.end();
    boolean outOfMemory = Cgroups.wasOutOfMemory(record.cgroupPaths());
    Cgroups.remove(record.cgroupPaths());
    Instant startedAt = startedAt();
    Optional<Ended> ended = directory.ended();
    if (ended.isPresent()) {
      int code = ended.get().exitCode();
      String reason = outOfMemory ? "OOMKilled" : code == 0 ? "Completed" : "Error";
      String message = LastWords.of(directory, code != 0 && record.orOutput());
      exited.complete(new State.Exited(code, reason, message, startedAt, ended.get().at()));
    } else {
      Ended lost = directory.lost().orElseGet(directory::writeLost);
      exited.complete(
          new State.Exited(
              lost.exitCode(),
              "ContainerStatusUnknown",
              "The container could not be located when the pod was terminated",
              startedAt,
              lost.at()));
    }
    return view();
  }

  /** TERM to all, then KILL; returns when the container has been settled. */
  void stop(Duration grace) {
    Optional<Identity> shim = directory.shim();
    askToEnd();
    if (!awaitExit(grace)) {
      killAll(shim);
      if (!awaitExit(SHIM_GRACE)) {
        shim.filter(ProcTable::runs).ifPresent(s -> Native.kill(s.pid(), Native.SIGKILL));
        awaitExit(SHIM_GRACE);
      }
    }
  }

  /** TERM to all. */
  void askToEnd() {
    for (Identity process : ProcTable.ofContainer(record.id(), directory.shim())) {
      Native.kill(process.pid(), Native.SIGTERM);
    }
  }

  /** Of a container whose JVM is dead; its shim ends when all has been recorded. */
  boolean isLeftOver() {
    return directory.shim().filter(ProcTable::runs).isPresent();
  }

  /**
   * Kills what a dead JVM left of it, and sees to it that its end is recorded: by its shim, which
   * ends when its child does, or by us if nobody is left to.
   *
   * @return whether it ran
   */
  boolean endLeftOver() {
    Optional<Identity> shim = directory.shim().filter(ProcTable::runs);
    killAll(shim);
    long deadline = System.nanoTime() + SHIM_GRACE.toNanos();
    while (shim.filter(ProcTable::runs).isPresent() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(KILL_ROUND_NANOS);
    }
    shim.filter(ProcTable::runs).ifPresent(s -> Native.kill(s.pid(), Native.SIGKILL));
    settle();
    return shim.isPresent();
  }

  private boolean awaitExit(Duration atMost) {
    try {
      exited.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return exited.isDone();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Kills until none is found: a process may have forked between the look and the kill. */
  private void killAll(Optional<Identity> shim) {
    killAll(record.id(), shim);
  }

  static void killAll(String containerId, Optional<Identity> shim) {
    List<Identity> left = ProcTable.ofContainer(containerId, shim);
    while (!left.isEmpty()) {
      left.forEach(p -> Native.kill(p.pid(), Native.SIGKILL));
      LockSupport.parkNanos(KILL_ROUND_NANOS);
      left = ProcTable.ofContainer(containerId, shim);
    }
  }
}
