package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterState.Member;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * One ActorSystem's part in the cluster, from its beginning to its end. Changed on the control
 * thread only.
 */
final class Life {
  /** Longer than any agreement takes, that on who is down included. */
  static final Duration AGREED_WITHIN = Duration.ofSeconds(15);

  final ActorSystem<?> system;
  final Member self;
  final Silences silences = new Silences();

  /** Whom this system was told to take for down. */
  final Set<Member> downIssued = new HashSet<>();

  /** Whom this member has proposed to declare down, while nobody knows the outcome. */
  final Set<Member> downProposed = new HashSet<>();

  volatile OptionalLong joined = OptionalLong.empty();
  volatile View view = View.EMPTY;
  List<Survey.Answer> answers = List.of();
  Optional<Set<String>> lost = Optional.empty();
  boolean ended;
  boolean forming;
  boolean asking;
  long askNotBefore = System.nanoTime();
  private OptionalLong letIn = OptionalLong.empty();
  private boolean wasUp;

  Life(ActorSystem<?> system) {
    this.system = system;
    this.self = View.member(Cluster.get(system).selfMember().uniqueAddress());
  }

  Course.Own own(long nowNanos) {
    return new Course.Own(self, joined, stage(nowNanos));
  }

  private Course.Stage stage(long nowNanos) {
    if (view.isUp(self)) {
      wasUp = true;
      return Course.Stage.UP;
    }
    if (wasUp) {
      return Course.Stage.FORGOTTEN;
    }
    if (!view.members().containsKey(self)) {
      return letIn.isPresent() ? Course.Stage.FORGOTTEN : Course.Stage.OUTSIDE;
    }
    if (letIn.isEmpty()) {
      letIn = OptionalLong.of(nowNanos);
    }
    return nowNanos - letIn.getAsLong() < AGREED_WITHIN.toNanos()
        ? Course.Stage.LET_IN
        : Course.Stage.FORGOTTEN;
  }

  /** The cluster as this system sees it, or, while it is no member, as those do who are. */
  View seen() {
    if (view.members().containsKey(self)) {
      return view;
    }
    Map<Member, Boolean> members = new HashMap<>();
    Map<Member, Set<Member>> silent = new HashMap<>();
    for (Survey.Answer answer : answers) {
      members.put(answer.self(), true);
      for (Member member : answer.unreachable()) {
        silent.computeIfAbsent(member, first -> new HashSet<>()).add(answer.self());
      }
    }
    return new View(members, silent);
  }
}
