package io.luotsi.persistence.raft;

import java.util.List;
import java.util.Set;

/** Who answers a leader, by its own account. */
public final class Answers {
  private Answers() {}

  /** Whether the leader of group 0 counts that voter among the living. */
  public static boolean from(String name, RaftMember leader) {
    MembershipPlan.Situation now =
        leader.groups().getFirst().membership().situation(List.of(), Set.of());
    return now.configuration().voters().stream()
        .anyMatch(peer -> peer.name().equals(name) && now.lives(peer));
  }
}
