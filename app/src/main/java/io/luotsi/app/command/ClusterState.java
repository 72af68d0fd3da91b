package io.luotsi.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.connection.ApiConnection;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.directory.Processes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A running cluster at this moment: its members as their processes and records say, its nodes as
 * the API says. The JSON of {@code luotsi status -o json} is this record.
 */
record ClusterState(List<Member> members, List<Node> nodes) {
  /**
   * @param pid 0 if it does not run
   * @param startMillis from the start of its process to its first answer
   */
  record Member(
      String name, long pid, String address, boolean leader, long startMillis, long residentMiB) {}

  /**
   * @param runtime what starts its containers: {@code process}, {@code hollow}
   */
  record Node(String name, boolean ready, String runtime) {}

  /**
   * @return empty if no member runs
   */
  static Optional<ClusterState> read(DataDirectory directory) {
    List<Member> members = directory.members().stream().flatMap(m -> member(m).stream()).toList();
    Optional<Member> running = members.stream().filter(member -> member.pid() != 0).findFirst();
    return running.map(member -> new ClusterState(members, nodes(directory, member.address())));
  }

  private static Optional<Member> member(MemberDirectory directory) {
    boolean runs = directory.running().isPresent();
    return directory
        .readRecord()
        .map(
            record ->
                runs
                    ? new Member(
                        record.name(),
                        record.pid(),
                        record.address(),
                        record.leader(),
                        record.startMillis(),
                        Processes.residentMib(record.pid()))
                    : new Member(record.name(), 0, record.address(), false, 0, 0));
  }

  private static List<Node> nodes(DataDirectory directory, String address) {
    List<Node> nodes = new ArrayList<>();
    try (ApiConnection api = ApiConnection.open(directory, address)) {
      for (JsonNode node : api.get("/api/v1/nodes").path("items")) {
        String runtime = node.at("/status/nodeInfo/containerRuntimeVersion").asText();
        nodes.add(
            new Node(
                node.at("/metadata/name").asText(),
                ready(node),
                runtime.replaceFirst("^luotsi-", "").replaceFirst("://.*", "")));
      }
    } catch (PlainFailure e) {
      return List.of(); // starting or ending: the members are still worth showing
    }
    return nodes;
  }

  private static boolean ready(JsonNode node) {
    for (JsonNode condition : node.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  /** For people. */
  String text(DataDirectory directory) {
    Columns memberColumns = new Columns("MEMBER", "PID", "ADDRESS", "LEADER", "START", "RESIDENT");
    for (Member member : members) {
      if (member.pid() == 0) {
        memberColumns.row(member.name(), "-", member.address(), "no", "-", "-");
      } else {
        memberColumns.row(
            member.name(),
            Long.toString(member.pid()),
            member.address(),
            yesNo(member.leader()),
            member.startMillis() == 0 ? "starting" : member.startMillis() + " ms",
            member.residentMiB() + " MiB");
      }
    }
    Columns nodeColumns = new Columns("NODE", "READY", "RUNTIME");
    nodes.forEach(node -> nodeColumns.row(node.name(), yesNo(node.ready()), node.runtime()));
    return "%s%n%n%s%n%s%n%nexport KUBECONFIG=%s%n"
        .formatted(
            heading(directory),
            memberColumns.text(),
            nodes.isEmpty() ? "no nodes" : nodeColumns.text(),
            directory.kubeconfig());
  }

  private static String heading(DataDirectory directory) {
    return directory
        .identity()
        .map(ClusterIdentity::uid)
        .map(uid -> "cluster " + uid + " in " + directory.root())
        .orElse("cluster in " + directory.root());
  }

  private static String yesNo(boolean value) {
    return value ? "yes" : "no";
  }

  static Optional<MemberRecord> firstRunning(DataDirectory directory) {
    return directory.members().stream().flatMap(member -> member.running().stream()).findFirst();
  }
}
