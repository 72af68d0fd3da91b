package io.luotsi.app.command;

import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.member.MemberReport;
import java.util.Optional;
import java.util.stream.Collectors;

/** A cluster's state for people. */
final class StatusText {
  private static final String NOTHING = "-";

  private final ClusterState state;

  private StatusText(ClusterState state) {
    this.state = state;
  }

  static String of(DataDirectory directory, ClusterState state) {
    StatusText text = new StatusText(state);
    return "cluster %s in %s%nAPI at https://%s, %s%n%n%s%n%n%s%s%n%n%s%n"
        .formatted(
            state.identity().uid(),
            directory.root(),
            state.identity().apiAddress(),
            state.leader().map(name -> name + " leads").orElse("nobody leads"),
            text.members(),
            text.groups(),
            text.nodes(),
            directory.exportKubeconfig());
  }

  private String members() {
    Columns columns =
        new Columns(
            "MEMBER",
            "ROLE",
            "STATE",
            "PID",
            "ADDRESS",
            "LEADER",
            "RAFT",
            "TERM",
            "COMMIT",
            "LAG",
            "START",
            "RESIDENT",
            "DOING");
    for (ClusterState.Member member : state.members()) {
      boolean down = member.sighting().state() == Sighting.State.DOWN;
      Optional<MemberReport.Group> raft = member.raft();
      columns.row(
          member.name(),
          ClusterState.role(member.seat()),
          member.sighting().state().word(),
          down ? NOTHING : Long.toString(member.sighting().pid()),
          member.address(),
          state.leads(member) ? "yes" : "no",
          member.part() == ClusterState.Part.NONE || member.part() == ClusterState.Part.UNKNOWN
              ? NOTHING
              : member.part().word(),
          raft.map(group -> Long.toString(group.term())).orElse(NOTHING),
          raft.map(group -> Long.toString(group.committed())).orElse(NOTHING),
          member.lag().isPresent() ? Long.toString(member.lag().getAsLong()) : NOTHING,
          member.startMillis() == 0 ? NOTHING : member.startMillis() + " ms",
          down ? NOTHING : member.residentMib() + " MiB",
          member.report().map(report -> String.join(",", report.doing())).orElse(NOTHING));
    }
    return columns.text();
  }

  /** Nothing where the members' table says it all. */
  private String groups() {
    if (state.groups().size() < 2) {
      return "";
    }
    Columns columns = new Columns("GROUP", "LEADER", "TERM", "COMMIT", "LAG");
    for (MemberReport.Group group : state.groups()) {
      columns.row(
          Integer.toString(group.group()),
          group.leader(),
          Long.toString(group.term()),
          Long.toString(group.committed()),
          group.peers().stream()
              .map(peer -> peer.name() + " " + peer.lag())
              .collect(Collectors.joining(", ")));
    }
    return "%s%n%n".formatted(columns.text());
  }

  private String nodes() {
    if (state.nodes().isEmpty()) {
      return "no nodes";
    }
    Columns columns = new Columns("NODE", "READY", "RUNTIME");
    state
        .nodes()
        .forEach(node -> columns.row(node.name(), node.ready() ? "yes" : "no", node.runtime()));
    return columns.text();
  }
}
