package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.MembersDesk;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "replace",
    description = {
      "Brings a control-plane member back whose data is gone, as a new peer on its old ports.",
      "It gets all that the cluster holds from the others, and its vote when it has caught up."
    })
final class MemberReplaceCommand implements Callable<Integer> {
  @Mixin private MemberArgument member = new MemberArgument();

  @Override
  public Integer call() throws IOException {
    DataDirectory directory = member.directory();
    DataDirectory.Lock lock = directory.lockMembers();
    try (ControlPlane controlPlane = ControlPlane.of(directory, member.identity())) {
      Seat old = member.seat();
      requireControlPlane(old);
      requireWiped(directory, old, controlPlane.awaitStanding());
      ClusterIdentity identity = directory.seat(member.identity(), old);
      Seat seat = identity.seat(old.name());
      Arrival.begin(directory, identity, seat).letIn(controlPlane, ControlPlane.replacement(seat));
      return 0;
    } finally {
      lock.close();
    }
  }

  private static void requireControlPlane(Seat seat) {
    if (!seat.isControlPlane()) {
      throw new PlainFailure(
          "%s is a worker, which keeps nothing that could be gone; start it with: luotsi start %s"
              .formatted(seat.name(), seat.name()));
    }
  }

  /** An earlier attempt may have left a new identity, under which nobody takes part yet. */
  private static void requireWiped(
      DataDirectory directory, Seat seat, MembersDesk.Standing standing) {
    Optional<String> here = directory.peerId(seat.name());
    boolean takesPart =
        standing
            .enrolled(seat.name())
            .filter(part -> here.equals(Optional.of(part.peer())))
            .isPresent();
    if (takesPart) {
      throw new PlainFailure(
          "%s has its data in %s; luotsi start brings it back as it was, and without that folder it can be replaced"
              .formatted(seat.name(), directory.member(seat.name()).raft()));
    }
  }
}
