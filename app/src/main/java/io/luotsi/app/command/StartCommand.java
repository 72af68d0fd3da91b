package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.directory.Processes;
import io.luotsi.app.directory.Seat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "start",
    description = {
      "Starts one member that does not run, in the background.",
      "Returns when it is ready, or when it has started and too few others run for a majority."
    })
final class StartCommand implements Callable<Integer> {
  @Mixin private MemberArgument member = new MemberArgument();

  @Override
  public Integer call() {
    Seat seat = member.seat();
    member.member().running().ifPresent(StartCommand::refuse);
    requireJournal(seat);
    Launch.Outcome outcome =
        Launch.start(
            member.directory(), member.identity(), List.of(seat), new CompletableFuture<>());
    if (outcome == Launch.Outcome.WITHOUT_MAJORITY) {
      System.out.println(Launch.withoutMajority(member.identity()));
    }
    return 0;
  }

  /** Under its old id it may have voted; as somebody new it has to be let in. */
  private void requireJournal(Seat seat) {
    if (seat.isControlPlane()
        && member.identity().controlPlane().size() > 1
        && member.directory().peerId(seat.name()).isEmpty()) {
      throw new PlainFailure(
          "%s was wiped; bring it back as a new peer with: luotsi member replace %s"
              .formatted(seat.name(), seat.name()));
    }
  }

  private static void refuse(MemberRecord running) {
    throw new PlainFailure(
        Processes.isPaused(running.pid())
            ? "%s (pid %d) is paused; let it go on with: luotsi resume %s"
                .formatted(running.name(), running.pid(), running.name())
            : "%s runs already (pid %d)".formatted(running.name(), running.pid()));
  }
}
