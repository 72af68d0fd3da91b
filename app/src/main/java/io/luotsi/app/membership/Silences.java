package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterState.Member;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who is out of reach, and since when. It is believed after a moment only: a JVM that was itself
 * held up takes all others for silent until it has read what they sent meanwhile.
 */
final class Silences {
  /** Some rounds of the failure detector. */
  static final Duration BELIEVED_AFTER = Duration.ofMillis(500);

  private final Map<Member, Long> since = new HashMap<>();

  /**
   * @return whether somebody is silent who was not
   */
  boolean see(Set<Member> unreachable, long nowNanos) {
    since.keySet().retainAll(unreachable);
    boolean more = false;
    for (Member member : unreachable) {
      more |= since.putIfAbsent(member, nowNanos) == null;
    }
    return more;
  }

  Set<Member> believed(long nowNanos) {
    Set<Member> believed = new HashSet<>();
    since.forEach(
        (member, from) -> {
          if (nowNanos - from >= BELIEVED_AFTER.toNanos()) {
            believed.add(member);
          }
        });
    return believed;
  }
}
