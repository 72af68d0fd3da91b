package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.Leftovers;
import io.luotsi.app.settings.SettingsReader;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "remove",
    description = {
      "Takes a member out of the cluster for good, whether it runs or not: its vote, its node with"
          + " all pods on it, its process and its data.",
      "One that leads hands over first. Refused if no majority would live without it."
    })
final class MemberRemoveCommand implements Callable<Integer> {
  /** A member of the control plane ends by itself when it hears that it is to go. */
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

  @Mixin private MemberArgument member = new MemberArgument();

  @Override
  public Integer call() throws IOException {
    DataDirectory directory = member.directory();
    DataDirectory.Lock lock = directory.lockMembers();
    try {
      ClusterIdentity identity = member.identity();
      Seat seat = member.seat();
      if (identity.seats().size() == 1) {
        throw new PlainFailure(
            "%s is the only member; luotsi down ends the cluster".formatted(seat.name()));
      }
      try (ControlPlane controlPlane = ControlPlane.of(directory, identity)) {
        remove(directory, identity, seat, controlPlane);
      }
      return 0;
    } finally {
      lock.close();
    }
  }

  private static void remove(
      DataDirectory directory, ClusterIdentity identity, Seat seat, ControlPlane controlPlane) {
    if (seat.isControlPlane()) {
      if (controlPlane.awaitStanding().enrolled(seat.name()).isPresent()) {
        controlPlane.decide(ControlPlane.removal(seat.name()), why -> why.contains("under way"));
      }
      controlPlane.await(
          now -> now.members().stream().noneMatch(part -> part.name().equals(seat.name())),
          seat.name() + " could not be taken out of Raft in time; luotsi status shows who answers");
    }
    MemberDirectory own = directory.member(seat.name());
    own.running()
        .ifPresent(
            running -> {
              if (!seat.isControlPlane() || !Patience.until(() -> !running.alive(), ENDS_WITHIN)) {
                ClusterEnd.withPods(own, running);
              }
            });
    Leftovers.end(own, SettingsReader.read(Invocation.settings()).shutdownGrace());
    controlPlane.deleteNode(seat.name());
    directory.unseat(identity, seat.name());
    System.out.println("%s is removed".formatted(seat.name()));
  }
}
