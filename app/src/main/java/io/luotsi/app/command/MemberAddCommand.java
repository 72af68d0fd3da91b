package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Role;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.directory.Seating;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "add",
    description = {
      "Starts one more JVM on this machine and lets it into the cluster.",
      "One of the control plane first gets all that the cluster holds; it votes when an odd number"
          + " of them does so together."
    })
final class MemberAddCommand implements Callable<Integer> {
  private static final String NAME = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  private static final String SIMULATED = "hollow-[0-9]+";

  @Mixin private DataOption data = new DataOption();

  /** As it is written on the command line. */
  enum Kind {
    CONTROL_PLANE("control-plane", Role.CONTROL_PLANE, "node-"),
    WORKER("worker", Role.WORKER, "worker-");

    private final String word;
    private final Role role;
    private final String prefix;

    Kind(String word, Role role, String prefix) {
      this.word = word;
      this.role = role;
      this.prefix = prefix;
    }
  }

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "control-plane or worker (default: control-plane).")
  private String role = Kind.CONTROL_PLANE.word;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "Of the member and its node (default: node-N or worker-N).")
  private Optional<String> name = Optional.empty();

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Kind kind = kind();
    name.ifPresent(this::check);
    DataDirectory directory = data.directory();
    DataDirectory.Lock lock = directory.lockMembers();
    try {
      add(directory, directory.founded(), kind);
      return 0;
    } finally {
      lock.close();
    }
  }

  private Kind kind() {
    return Stream.of(Kind.values())
        .filter(one -> one.word.equals(role))
        .findFirst()
        .orElseThrow(() -> wrong("--role must be control-plane or worker, not " + role));
  }

  private void check(String wished) {
    if (!wished.matches(NAME) || wished.matches(SIMULATED)) {
      throw wrong(
          "'%s' is no name for a member: small letters, digits and '-', at most 63, and not hollow-N"
              .formatted(wished));
    }
  }

  private static void add(
      DataDirectory directory, ClusterIdentity before, Kind kind, String named) {
    try (ControlPlane controlPlane = ControlPlane.of(directory, before)) {
      boolean isNew = before.seats().stream().noneMatch(seat -> seat.name().equals(named));
      Seat wished = isNew ? Seating.another(before, named, kind.role) : before.seat(named);
      if (!isNew && !isUnfinished(controlPlane, wished, kind)) {
        throw new PlainFailure("there is a member %s already".formatted(named));
      }
      ClusterIdentity identity = isNew ? directory.seat(before, wished) : before;
      Seat seat = identity.seat(named);
      try {
        Arrival arrival = Arrival.begin(directory, identity, seat);
        if (seat.isControlPlane()) {
          arrival.letIn(controlPlane, ControlPlane.addition(seat));
        } else {
          arrival.awaitReady();
        }
      } catch (PlainFailure e) {
        if (isNew && isGone(directory, seat, controlPlane)) {
          directory.unseat(identity, named);
        }
        throw e;
      }
    }
  }

  private void add(DataDirectory directory, ClusterIdentity before, Kind kind) {
    add(directory, before, kind, name.orElseGet(() -> nextName(before, kind)));
  }

  private static String nextName(ClusterIdentity identity, Kind kind) {
    int number = 1;
    while (isTaken(identity, kind.prefix + number)) {
      number++;
    }
    return kind.prefix + number;
  }

  private static boolean isTaken(ClusterIdentity identity, String name) {
    return identity.seats().stream().anyMatch(seat -> seat.name().equals(name));
  }

  /** Whether an earlier attempt ended before Raft had heard of it. */
  private static boolean isUnfinished(ControlPlane controlPlane, Seat seat, Kind kind) {
    return seat.role() == kind.role && seat.isControlPlane() && !isIn(controlPlane, seat);
  }

  /** Whether nothing has come of it, so that its seat is free again. */
  private static boolean isGone(DataDirectory directory, Seat seat, ControlPlane controlPlane) {
    boolean unknown =
        !seat.isControlPlane()
            || controlPlane
                .standing()
                .filter(now -> now.enrolled(seat.name()).isEmpty())
                .isPresent();
    return unknown && directory.member(seat.name()).running().isEmpty();
  }

  private static boolean isIn(ControlPlane controlPlane, Seat seat) {
    return seat.isControlPlane() && controlPlane.awaitStanding().enrolled(seat.name()).isPresent();
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
