package io.luotsi.persistence.raft;

/**
 * How a group looks from one member.
 *
 * @param role of this member: {@code leader}, {@code follower}, {@code candidate}, {@code listener}
 * @param leader peer id of the leader as far as it is known, else empty
 * @param commitIndex of the last entry known to be on a majority
 * @param appliedIndex of the last entry in this member's replica
 */
public record GroupStatus(
    int group, String role, String leader, long term, long commitIndex, long appliedIndex) {}
