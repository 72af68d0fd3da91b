package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.MembersDesk;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A member that has a seat and takes part in nothing yet: its process, and its way into the
 * cluster.
 */
final class Arrival {
  private static final Duration LISTENS_WITHIN = Duration.ofSeconds(60);
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);

  private final DataDirectory directory;
  private final Seat seat;
  private final Optional<MemberProcess> process;

  private Arrival(DataDirectory directory, Seat seat, Optional<MemberProcess> process) {
    this.directory = directory;
    this.seat = seat;
    this.process = process;
  }

  /**
   * Starts its process, unless an earlier attempt has left it running.
   *
   * @throws PlainFailure in its words if it cannot start
   */
  static Arrival begin(DataDirectory directory, ClusterIdentity identity, Seat seat) {
    boolean runs = directory.member(seat.name()).running().isPresent();
    Arrival arrival =
        new Arrival(
            directory,
            seat,
            runs ? Optional.empty() : Optional.of(MemberProcess.start(directory, identity, seat)));
    arrival.process.ifPresent(
        started -> arrival.await(started.listening(), LISTENS_WITHIN, "does not listen"));
    return arrival;
  }

  /** Has it let in, and waits until it has all that the cluster holds and its node is ready. */
  void letIn(ControlPlane controlPlane, String change) {
    try {
      controlPlane.decide(change, why -> why.contains("lives") || why.contains("under way"));
    } catch (PlainFailure e) {
      stop();
      throw e;
    }
    awaitReady();
    MembersDesk.Standing standing =
        controlPlane.await(
            now -> now.settled() && now.enrolled(seat.name()).isPresent(),
            seat.name() + " has not caught up in time; luotsi status shows how far it is");
    System.out.println(part(standing));
  }

  void awaitReady() {
    process.ifPresent(started -> await(started.ready(), READY_WITHIN, "is not ready"));
    System.out.println("node %s is ready".formatted(seat.name()));
  }

  void stop() {
    process.ifPresent(MemberProcess::stop);
    Patience.until(() -> process.filter(MemberProcess::isAlive).isEmpty(), Duration.ofSeconds(30));
  }

  private String part(MembersDesk.Standing standing) {
    long votes = standing.members().stream().filter(MembersDesk.Part::votes).count();
    return standing.enrolled(seat.name()).filter(MembersDesk.Part::votes).isPresent()
        ? "%s votes, one of %d".formatted(seat.name(), votes)
        : "%s listens, and votes when there is one more; %d %s now"
            .formatted(seat.name(), votes, votes == 1 ? "votes" : "vote");
  }

  private void await(CompletableFuture<?> what, Duration time, String otherwise) {
    try {
      what.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      stop();
      throw new PlainFailure(
          "%s %s in time; the log in %s may say why"
              .formatted(seat.name(), otherwise, directory.member(seat.name()).log()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlainFailure("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof PlainFailure plain
          ? plain
          : new IllegalStateException(e.getCause());
    }
  }
}
