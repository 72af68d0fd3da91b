package io.luotsi.app.member;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.persistence.raft.ClusterState;
import java.util.List;

/**
 * What a member says of itself at {@value #PATH} of its own API port, as JSON, to administrators
 * and to nodes. A member without Raft (a worker) has no groups.
 *
 * @param role {@code control-plane} or {@code worker}
 * @param address of its ActorSystem
 * @param uid of its ActorSystem, which no later one at that address shares
 * @param up whether that ActorSystem is a member of the Pekko cluster at this moment
 * @param incarnation of the Pekko cluster which that ActorSystem has joined, or asked to join; 0 if
 *     none yet
 * @param decided what Raft has decided about the Pekko cluster, as far as this member knows
 * @param unreachable of the Pekko cluster's members those that this one, or one that it hears from,
 *     cannot reach
 * @param doing what runs here at the moment: {@code api}, {@code node}, {@code controllers}, {@code
 *     scheduler}
 * @param groups of Raft in which it takes part, in order of their numbers
 * @param startMillis from the start of its process to its first answer, 0 before that
 */
public record MemberReport(
    String name,
    String role,
    long pid,
    String address,
    long uid,
    boolean up,
    long incarnation,
    Decided decided,
    List<ClusterState.Member> unreachable,
    List<String> doing,
    List<Group> groups,
    long startMillis,
    long residentMiB) {
  public static final String PATH = "/luotsi/member";
  public static final String CONTROL_PLANE = "control-plane";
  public static final String WORKER = "worker";

  public MemberReport {
    unreachable = List.copyOf(unreachable);
    doing = List.copyOf(doing);
    groups = List.copyOf(groups);
  }

  /**
   * @param incarnation the newest, 0 before the first
   * @param down who of it is down for good, oldest first
   */
  public record Decided(long incarnation, List<ClusterState.Member> down) {
    public Decided {
      down = List.copyOf(down);
    }
  }

  /**
   * @param group its number
   * @param role {@code leader}, {@code follower}, {@code candidate} or {@code listener}
   * @param leader name of the member that leads as far as it is known, else empty
   * @param committed index of the last entry known to be on a majority
   * @param applied index of the last entry that this member's reads show
   * @param peers the others, as only the leader knows them; empty elsewhere
   * @param voters names of the members that elect, as this one's log has it
   * @param listeners names of those that have the log and do not elect
   */
  public record Group(
      int group,
      String role,
      String leader,
      long term,
      long committed,
      long applied,
      List<Peer> peers,
      List<String> voters,
      List<String> listeners) {
    public Group {
      peers = List.copyOf(peers);
      voters = List.copyOf(voters);
      listeners = List.copyOf(listeners);
    }
  }

  /**
   * @param lag how many committed entries are not known to be in its log
   */
  public record Peer(String name, long lag) {}

  ObjectNode json() {
    return Json.objectOf(this);
  }

  /**
   * @throws IllegalArgumentException if {@code json} is no such report
   */
  public static MemberReport parse(byte[] json) {
    return Json.readAs(json, MemberReport.class);
  }
}
