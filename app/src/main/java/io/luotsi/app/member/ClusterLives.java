package io.luotsi.app.member;

import io.luotsi.app.membership.Lives;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.node.agent.HollowNodes;
import io.luotsi.node.agent.NodeAgents;
import io.luotsi.persistence.ReplicatedStore;
import io.luotsi.persistence.raft.Leadership;
import io.luotsi.persistence.raft.RaftGroupMember;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.raft.Subscription;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/** What each of this JVM's cluster ActorSystems is given to do, and has to give up. */
final class ClusterLives implements Lives {
  /** Where members of one host find each other. */
  static final String INTERNAL = "127.0.0.1";

  /** What outlives every one of the systems. */
  record Lasting(
      MemberPlan plan, RaftMember raft, CurrentStore store, ApiServer apiServer, LocalNode node) {}

  private final Lasting lasting;
  private final TermServices.Parts services;
  private final List<String> hollowNodes;

  /** What has to be closed before the present system ends, the last thing first. */
  private final Deque<Subscription> held = new ArrayDeque<>();

  ClusterLives(Lasting lasting, TermServices.Parts services) {
    this.lasting = lasting;
    this.services = services;
    this.hollowNodes =
        IntStream.rangeClosed(1, lasting.plan().hollowNodes())
            .mapToObj(number -> "hollow-" + number)
            .toList();
  }

  @Override
  public ActorSystem<?> create() {
    return ActorSystems.forCluster(
        lasting.plan().ports().artery(),
        NodeAgents.role(lasting.plan().name()),
        lasting.raft().groups().size(),
        services);
  }

  @Override
  public void began(ActorSystem<?> system) {
    ReplicatedStore store =
        ReplicatedStore.open(
            system, lasting.raft(), lasting.plan().settings().store(), InstantSource.system());
    held.push(store::close);
    lasting.store().set(store);
    RaftGroupMember group = lasting.raft().groups().getFirst();
    ActorRef<TermServices.Command> guardian = system.unsafeUpcast();
    held.push(
        group.subscribe(
            leadership -> guardian.tell(new TermServices.Lead(leadership.readyTerm()))));
    UserInfo node = UserInfo.node(lasting.plan().name());
    NodeAgents agents =
        NodeAgents.start(system, lasting.node().home(lasting.apiServer().client(node)));
    held.push(agents::close);
    if (!hollowNodes.isEmpty()) {
      beginHollowNodes(system, group);
    }
  }

  private void beginHollowNodes(ActorSystem<?> system, RaftGroupMember group) {
    ApiServer apiServer = lasting.apiServer();
    HollowNodes nodes =
        HollowNodes.start(
            system,
            name -> apiServer.client(UserInfo.node(name)),
            apiServer.client(UserInfo.component("hollow-kubelet")),
            Clock.systemUTC());
    held.push(nodes::close);
    held.push(
        group.subscribe(
            leadership -> {
              if (leadership instanceof Leadership.Ready) {
                nodes.wake(hollowNodes);
              }
            }));
  }

  @Override
  public void ending(ActorSystem<?> system) {
    while (!held.isEmpty()) {
      held.pop().close();
    }
  }
}
