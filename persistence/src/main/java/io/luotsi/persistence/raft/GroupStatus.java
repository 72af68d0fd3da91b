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
 */
public record GroupStatus(
    int group,
    String role,
    String leader,
    long term,
    long commitIndex,
    long appliedIndex,
    List<Follower> followers) {
  public GroupStatus {
    followers = List.copyOf(followers);
  }

  /**
   * @param name of the member
   * @param matchIndex of the last entry known to be in its log
   */
  public record Follower(String name, long matchIndex) {}

  /** Name of the leader as far as it is known, else empty. */
  public String leaderName() {
    return MemberIdentity.nameOf(leader);
  }
}
