package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.ClusterState.Member;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The Pekko cluster as one ActorSystem sees it.
 *
 * @param members everybody who has not been removed, this ActorSystem included once it was let in,
 *     and whether they are Up
 * @param silent who cannot be reached, and by whom, in an order that is the same everywhere
 */
record View(Map<Member, Boolean> members, Map<Member, Set<Member>> silent) {
  static final View EMPTY = new View(Map.of(), Map.of());

  private static final Comparator<Member> ORDER =
      Comparator.comparing(Member::address).thenComparing(Member::uid);

  View {
    members = Map.copyOf(members);
    Map<Member, Set<Member>> sorted = new TreeMap<>(ORDER);
    silent.forEach((member, observers) -> sorted.put(member, Set.copyOf(observers)));
    silent = sorted;
  }

  static Member member(UniqueAddress address) {
    return new Member(address.address().toString(), address.longUid());
  }

  boolean isUp(Member member) {
    return members.getOrDefault(member, false);
  }

  View after(ClusterEvent.MemberEvent event) {
    Member member = member(event.member().uniqueAddress());
    Map<Member, Boolean> changed = new HashMap<>(members);
    if (event instanceof ClusterEvent.MemberRemoved) {
      changed.remove(member);
    } else {
      changed.put(member, event.member().status().equals(MemberStatus.up()));
    }
    return new View(changed, silent);
  }

  View after(ClusterEvent.ReachabilityChanged event) {
    Map<Member, Set<Member>> changed = new HashMap<>();
    CollectionConverters.asJava(event.reachability().observersGroupedByUnreachable())
        .forEach(
            (subject, observers) -> {
              Set<Member> by = changed.computeIfAbsent(member(subject), first -> new HashSet<>());
              CollectionConverters.asJava(observers).forEach(one -> by.add(member(one)));
            });
    return new View(members, changed);
  }

  /**
   * Whom {@code self} takes for out of reach: whom it cannot reach itself, and whom somebody cannot
   * reach in whom it believes. Who is cut off takes everybody else for silent and may still be
   * heard; and of two that only miss each other it is enough to give up one.
   */
  Set<Member> unreachable(Member self) {
    Set<Member> unreachable = new HashSet<>();
    silent.forEach(
        (member, observers) -> {
          if (observers.contains(self)) {
            unreachable.add(member);
          }
        });
    silent.forEach(
        (member, observers) -> {
          if (!member.equals(self) && !unreachable.containsAll(observers)) {
            unreachable.add(member);
          }
        });
    return unreachable;
  }

  /**
   * Addresses whose JVM is lost: given up by Raft or out of reach, and nobody came after it. Where
   * nobody is Up, as when all have been started anew, nobody could know who came after.
   *
   * @param believed who is out of reach
   */
  Set<String> lost(ClusterState decided, Set<Member> believed) {
    Set<String> lost = new TreeSet<>();
    if (members.containsValue(true)) {
      decided.down().forEach(member -> lost.add(member.address()));
    }
    members.forEach(
        (member, up) -> {
          if (up && !decided.isDown(member)) {
            lost.remove(member.address());
          }
        });
    believed.forEach(member -> lost.add(member.address()));
    return lost;
  }
}
