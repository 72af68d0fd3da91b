package io.luotsi.app.member;

import io.luotsi.app.membership.Lives;
import io.luotsi.persistence.ReplicatedStore;
import io.luotsi.persistence.raft.RaftGroupMember;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.raft.Subscription;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/** What each of this JVM's cluster ActorSystems is given to do, and has to give up. */
final class ClusterLives implements Lives {
  /** Where members of one host find each other. */
  static final String INTERNAL = "127.0.0.1";

  private final MemberPlan plan;
  private final RaftMember raft;
  private final CurrentStore current;
  private final TermServices.Parts services;

  /** What has to be closed before the present system ends, the last thing first. */
  private final Deque<Subscription> held = new ArrayDeque<>();

  ClusterLives(
      MemberPlan plan, RaftMember raft, CurrentStore current, TermServices.Parts services) {
    this.plan = plan;
    this.raft = raft;
    this.current = current;
    this.services = services;
  }

  @Override
  public ActorSystem<?> create() {
    return ActorSystems.forCluster(INTERNAL, plan.ports().artery(), raft.groups().size(), services);
  }

  @Override
  public void began(ActorSystem<?> system) {
    ReplicatedStore store =
        ReplicatedStore.open(system, raft, plan.settings().store(), InstantSource.system());
    held.push(store::close);
    current.set(store);
    ActorRef<TermServices.Command> guardian = system.unsafeUpcast();
    RaftGroupMember group = raft.groups().getFirst();
    held.push(
        group.subscribe(
            leadership -> guardian.tell(new TermServices.Lead(leadership.readyTerm()))));
  }

  @Override
  public void ending(ActorSystem<?> system) {
    while (!held.isEmpty()) {
      held.pop().close();
    }
  }
}
