package io.luotsi.persistence.raft;

import java.util.List;

/**
 * How a group looks from one member.
 *
 * @param role of this member: {@code leader}, {@code follower}, {@code candidate}, {@code listener}
 * @param leader peer id of the leader as far as it is known, else empty
 * @param commitIndex of the last entry known to be on a majority
 * @param appliedIndex of the last entry in this member's replica
 * @param followers how far the others are, as only the leader knows; empty elsewhere
 * @param voters peer ids of those who elect, as this member's log has it
 * @param listeners peer ids of those who have the log and do not elect
 */
public record GroupStatus(
    int group,
    String role,
    String leader,
    long term,
    long commitIndex,
    long appliedIndex,
    List<Follower> followers,
    List<String> voters,
    List<String> listeners) {
  public GroupStatus {
    followers = List.copyOf(followers);
    voters = List.copyOf(voters);
    listeners = List.copyOf(listeners);
  }

  /**
   * @param id its peer id
   * @param lag how many committed entries are not known to be in its log
   */
  public record Follower(String id, long lag) {
    /** Of the member; one that is being replaced shares it with its successor. */
    public String name() {
      return MemberIdentity.nameOf(id);
    }
  }

  public List<String> voterNames() {
    return voters.stream().map(MemberIdentity::nameOf).toList();
  }

  public List<String> listenerNames() {
    return listeners.stream().map(MemberIdentity::nameOf).toList();
  }

  /** Name of the leader as far as it is known, else empty. */
  public String leaderName() {
    return MemberIdentity.nameOf(leader);
  }
}
