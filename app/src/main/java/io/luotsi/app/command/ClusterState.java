package io.luotsi.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.directory.Processes;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.MemberReport;
import io.luotsi.core.api.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A running cluster at this moment: its members as their processes show them and as they say
 * themselves, its nodes as the API says.
 *
 * @param leader name of the member that leads; empty if none does as far as anybody knows
 * @param members in the order of their seats
 */
record ClusterState(
    ClusterIdentity identity, Optional<String> leader, List<Member> members, List<Node> nodes) {
  /**
   * @param address of its own API
   * @param report empty if it does not answer
   * @param lag committed entries of the leader's log that it is not known to have; empty if nobody
   *     leads or it keeps no log
   * @param part in Raft
   * @param startMillis from the start of its process to its first answer, 0 before that
   */
  record Member(
      Seat seat,
      Sighting sighting,
      String address,
      Optional<MemberReport> report,
      OptionalLong lag,
      Part part,
      long startMillis,
      long residentMib) {
    String name() {
      return seat.name();
    }

    /** The first group of Raft, in which the cluster decides about itself. */
    Optional<MemberReport.Group> raft() {
      return report.flatMap(known -> known.groups().stream().findFirst());
    }
  }

  /** What a member has to say in Raft's first group, by the word of the leader. */
  enum Part {
    VOTES,
    LISTENS,
    /** A worker, or one that has not been added yet or is being removed. */
    NONE,
    /** Nobody leads. */
    UNKNOWN;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param runtime what starts its containers: {@code process}, {@code hollow}
   */
  record Node(String name, boolean ready, String runtime) {
    private static Node of(ObjectNode node) {
      String runtime = node.at("/status/nodeInfo/containerRuntimeVersion").asText();
      return new Node(
          node.at("/metadata/name").asText(),
          isReady(node),
          runtime.replaceFirst("^luotsi-", "").replaceFirst("://.*", ""));
    }

    private static boolean isReady(ObjectNode node) {
      for (JsonNode condition : node.at("/status/conditions")) {
        if (condition.path("type").asText().equals("Ready")) {
          return condition.path("status").asText().equals("True");
        }
      }
      return false;
    }
  }

  /**
   * @return empty if no member runs
   */
  static Optional<ClusterState> read(DataDirectory directory) {
    Optional<ClusterIdentity> identity = directory.identity();
    if (identity.isEmpty() || firstRunning(directory).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(read(directory, identity.get()));
  }

  private static ClusterState read(DataDirectory directory, ClusterIdentity identity) {
    List<Sighting> sightings =
        identity.seats().stream().map(seat -> Sighting.of(directory, seat)).toList();
    List<Seat> awake =
        sightings.stream()
            .filter(Sighting::isAwake)
            .map(sighting -> identity.seat(sighting.name()))
            .toList();
    MemberPages pages = MemberPages.ask(directory, identity, awake);
    Optional<String> leader =
        leader(pages.reports()).or(() -> Sighting.leader(sightings).map(Sighting::name));
    List<Member> members =
        sightings.stream()
            .map(sighting -> member(directory, identity, sighting, pages, leader))
            .toList();
    return new ClusterState(
        identity, leader, members, pages.nodes().stream().map(Node::of).toList());
  }

  private static Optional<String> leader(Map<String, MemberReport> reports) {
    return reports.values().stream()
        .filter(MemberPages::leads)
        .max(Comparator.comparingLong(report -> report.groups().getFirst().term()))
        .map(MemberReport::name);
  }

  private static Member member(
      DataDirectory directory,
      ClusterIdentity identity,
      Sighting sighting,
      MemberPages pages,
      Optional<String> leader) {
    Seat seat = identity.seat(sighting.name());
    Optional<MemberRecord> record =
        directory.member(seat.name()).readRecord().filter(known -> known.pid() == sighting.pid());
    return new Member(
        seat,
        sighting,
        identity.ownAddress(seat),
        Optional.ofNullable(pages.reports().get(seat.name())),
        lag(seat, pages, leader),
        part(seat, pages, leader),
        record.map(MemberRecord::startMillis).orElse(0L),
        Processes.residentMib(sighting.pid()));
  }

  private static Part part(Seat seat, MemberPages pages, Optional<String> leader) {
    if (leader.isEmpty() || !pages.reports().containsKey(leader.get())) {
      return Part.UNKNOWN;
    }
    MemberReport.Group group = pages.reports().get(leader.get()).groups().getFirst();
    if (group.voters().contains(seat.name())) {
      return Part.VOTES;
    }
    return group.listeners().contains(seat.name()) ? Part.LISTENS : Part.NONE;
  }

  /** The leader knows it of the others, those that are down among them. */
  private static OptionalLong lag(Seat seat, MemberPages pages, Optional<String> leader) {
    if (leader.isEmpty() || !pages.reports().containsKey(leader.get())) {
      return OptionalLong.empty();
    }
    if (leader.get().equals(seat.name())) {
      return OptionalLong.of(0);
    }
    return pages.reports().get(leader.get()).groups().getFirst().peers().stream()
        .filter(peer -> peer.name().equals(seat.name()))
        .mapToLong(MemberReport.Peer::lag)
        .findFirst();
  }

  static Optional<MemberRecord> firstRunning(DataDirectory directory) {
    return directory.members().stream().flatMap(member -> member.running().stream()).findFirst();
  }

  /** For programs. What a member says itself is left out where it does not answer. */
  ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("uid", identity.uid());
    json.put("address", identity.apiAddress());
    json.put("leader", leader.orElse(""));
    ArrayNode list = json.putArray("members");
    members.forEach(member -> list.add(json(member)));
    json.set("nodes", Json.mapper().valueToTree(nodes));
    return json;
  }

  private ObjectNode json(Member member) {
    ObjectNode json = Json.object();
    json.put("name", member.name());
    json.put("role", role(member.seat()));
    json.put("state", member.sighting().state().word());
    json.put("pid", member.sighting().pid());
    json.put("address", member.address());
    json.put("leader", leads(member));
    member
        .raft()
        .ifPresent(
            raft -> {
              json.put("term", raft.term());
              json.put("committed", raft.committed());
              json.put("applied", raft.applied());
            });
    member.lag().ifPresent(lag -> json.put("lag", lag));
    json.put("part", member.part().word());
    member
        .report()
        .ifPresent(
            report -> {
              json.put("up", report.up());
              json.put("incarnation", report.incarnation());
              json.set("doing", Json.mapper().valueToTree(report.doing()));
              json.set("groups", Json.mapper().valueToTree(report.groups()));
            });
    json.put("startMillis", member.startMillis());
    json.put("residentMiB", member.residentMib());
    return json;
  }

  /** As their leaders describe them, in order of their numbers; those without one are left out. */
  List<MemberReport.Group> groups() {
    return members.stream()
        .flatMap(member -> member.report().stream())
        .flatMap(report -> report.groups().stream())
        .filter(MemberPages::leads)
        .sorted(Comparator.comparingInt(MemberReport.Group::group))
        .toList();
  }

  boolean leads(Member member) {
    return leader.filter(member.name()::equals).isPresent();
  }

  static String role(Seat seat) {
    return switch (seat.role()) {
      case CONTROL_PLANE -> MemberReport.CONTROL_PLANE;
      case WORKER -> MemberReport.WORKER;
    };
  }
}
