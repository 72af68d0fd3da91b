package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Processes;
import io.luotsi.app.directory.Seat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts members of a founded cluster side by side and waits for all of them. If one fails, those
 * that it has started are stopped again.
 */
final class Launch {
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);

  /** JVMs that start side by side share the machine's processors. */
  private static final Duration FURTHER_WITHIN = Duration.ofSeconds(30);

  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(30);

  /** How it ended. */
  enum Outcome {
    READY,
    /** They run, but too few of the control plane do: nobody can lead. */
    WITHOUT_MAJORITY,
    /** Nobody wants to wait any longer. */
    GIVEN_UP
  }

  private final DataDirectory directory;
  private final ClusterIdentity identity;
  private final List<MemberProcess> members;

  private Launch(DataDirectory directory, ClusterIdentity identity, List<MemberProcess> members) {
    this.directory = directory;
    this.identity = identity;
    this.members = members;
  }

  /**
   * @param giveUp completes when nobody wants to wait any longer; they are stopped then, too
   * @throws PlainFailure in the words of the first that failed
   */
  static Outcome start(
      DataDirectory directory,
      ClusterIdentity identity,
      List<Seat> seats,
      CompletableFuture<?> giveUp) {
    List<MemberProcess> members =
        seats.stream().map(seat -> MemberProcess.start(directory, identity, seat)).toList();
    Launch launch = new Launch(directory, identity, members);
    Thread interrupted = new Thread(launch::stop);
    Runtime.getRuntime().addShutdownHook(interrupted);
    try {
      Outcome outcome = launch.await(giveUp);
      if (outcome == Outcome.GIVEN_UP) {
        launch.stopAndWait();
      }
      return outcome;
    } catch (PlainFailure e) {
      launch.stopAndWait();
      throw e;
    } finally {
      Runtime.getRuntime().removeShutdownHook(interrupted);
    }
  }

  private void stop() {
    members.forEach(MemberProcess::stop);
  }

  /** Also those that have not written down yet that they run. */
  private void stopAndWait() {
    stop();
    Patience.until(() -> members.stream().noneMatch(MemberProcess::isAlive), STOPPED_WITHIN);
  }

  private Outcome await(CompletableFuture<?> giveUp) {
    CompletableFuture<Void> listening =
        all(members.stream().map(MemberProcess::listening).toList());
    CompletableFuture<Void> ready =
        all(
            members.stream()
                .map(member -> member.ready().thenAccept(m -> tell(member, m)))
                .toList());
    Duration time = READY_WITHIN.plus(FURTHER_WITHIN.multipliedBy(members.size()));
    long deadline = System.nanoTime() + time.toNanos();
    if (!completes(listening, giveUp, deadline)) {
      return Outcome.GIVEN_UP;
    }
    if (!hasMajority()) {
      return Outcome.WITHOUT_MAJORITY;
    }
    return completes(ready, giveUp, deadline) ? Outcome.READY : Outcome.GIVEN_UP;
  }

  static String withoutMajority(ClusterIdentity identity) {
    return "started, and waits: too few of the %d control-plane JVMs run for a majority"
        .formatted(identity.controlPlane().size());
  }

  private void tell(MemberProcess member, long millis) {
    System.out.println(
        "%s %s is ready, %d ms after the start"
            .formatted(
                identity.isNode(member.seat()) ? "node" : "member", member.seat().name(), millis));
  }

  /** Completes when all have, fails as soon as one has. */
  private static CompletableFuture<Void> all(List<CompletableFuture<Void>> parts) {
    CompletableFuture<Void> all = CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    CompletableFuture<Void> first = new CompletableFuture<>();
    all.thenRun(() -> first.complete(null));
    parts.forEach(
        part ->
            part.exceptionally(
                failure -> {
                  first.completeExceptionally(failure);
                  return null;
                }));
    return first;
  }

  /**
   * @return false if {@code giveUp} came first
   */
  private boolean completes(
      CompletableFuture<Void> what, CompletableFuture<?> giveUp, long deadline) {
    try {
      CompletableFuture.anyOf(what, giveUp).get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      return !giveUp.isDone();
    } catch (TimeoutException e) {
      throw new PlainFailure(late(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw plain(e);
    }
  }

  private String late() {
    List<String> names =
        members.stream()
            .filter(member -> !member.ready().isDone())
            .map(member -> member.seat().name())
            .toList();
    return "%s %s not ready in time; the logs in %s say why"
        .formatted(
            String.join(", ", names),
            names.size() == 1 ? "is" : "are",
            directory.root().resolve("members"));
  }

  private static PlainFailure plain(Throwable failure) {
    return switch (failure) {
      case PlainFailure plain -> plain;
      case Throwable other when other.getCause() != null -> plain(other.getCause());
      default -> throw new IllegalStateException(failure);
    };
  }

  /** Whether more than half of the control plane's processes run and are not paused. */
  private boolean hasMajority() {
    List<Seat> controlPlane = identity.controlPlane();
    long running =
        controlPlane.stream()
            .flatMap(seat -> directory.member(seat.name()).running().stream())
            .filter(record -> !Processes.isPaused(record.pid()))
            .count();
    return 2 * running > controlPlane.size();
  }
}
