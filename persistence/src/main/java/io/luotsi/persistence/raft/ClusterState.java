package io.luotsi.persistence.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Raft has decided about the cluster: the Pekko cluster, and who is to take part in Raft.
 *
 * @param formed the newest incarnation; empty before the first
 * @param down members of that incarnation that are down, oldest first; the newest {@value
 *     #MAX_DOWN} are kept
 * @param enrolled who is to take part in all groups, in order of joining; empty until somebody has
 *     changed that, and while it is so the founders do
 */
public record ClusterState(Optional<Formed> formed, List<Member> down, List<Enrolment> enrolled) {
  static final int MAX_DOWN = 256;
  static final ClusterState NONE = new ClusterState(Optional.empty(), List.of());

  public ClusterState {
    down = List.copyOf(down);
    enrolled = List.copyOf(enrolled);
  }

  /** Of a cluster whose founders take part. */
  public ClusterState(Optional<Formed> formed, List<Member> down) {
    this(formed, down, List.of());
  }

  /**
   * One life of one ActorSystem.
   *
   * @param uid of the ActorSystem, which no later one at that address shares
   */
  public record Member(String address, long uid) {}

  /**
   * A cluster that was formed.
   *
   * @param incarnation 1 for the first, and one more each time
   * @param by who joined itself
   */
  public record Formed(long incarnation, Member by) {}

  /** Number of the newest incarnation, 0 if there is none. */
  public long incarnation() {
    return formed.map(Formed::incarnation).orElse(0L);
  }

  public boolean isDown(Member member) {
    return down.contains(member);
  }

  /** The next incarnation; its members are all new, so nobody is down. */
  ClusterState form(Formed next) {
    return new ClusterState(Optional.of(next), List.of(), enrolled);
  }

  ClusterState down(Member member) {
    if (isDown(member)) {
      return this;
    }
    List<Member> more = new ArrayList<>(down);
    more.add(member);
    return new ClusterState(
        formed, more.subList(Math.max(0, more.size() - MAX_DOWN), more.size()), enrolled);
  }

  ClusterState enrol(List<Enrolment> wished) {
    return new ClusterState(formed, down, wished);
  }
}
