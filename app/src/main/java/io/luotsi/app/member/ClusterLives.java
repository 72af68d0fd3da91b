package io.luotsi.app.member;

import io.luotsi.app.certificates.MemberTls;
import io.luotsi.app.membership.Lives;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.node.agent.HollowNodes;
import io.luotsi.node.agent.NodeAgents;
import io.luotsi.node.relay.NodeRelay;
import io.luotsi.node.relay.RelayTimes;
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
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each of this JVM's cluster ActorSystems is given to do, and has to give up. */
final class ClusterLives implements Lives {
  /** Where members of one host find each other. */
  static final String INTERNAL = "127.0.0.1";

  /** What outlives every one of the systems. */
  record Lasting(
      MemberPlan plan,
      MemberTls tls,
      RaftMember raft,
      KnownSeats seats,
      CurrentStore store,
      ApiServer apiServer,
      LocalNode node) {}

  private static final Logger LOG = LoggerFactory.getLogger(ClusterLives.class);

  /** Of simulated nodes' names; a number follows, and no member may be called so. */
  private static final String HOLLOW = "hollow-";

  private final Lasting lasting;
  private final TermServices.Parts services;
  private final ArterySeats seats;
  private final List<String> hollowNodes;

  /** What has to be closed before the present system ends, the last thing first. */
  private final Deque<Subscription> held = new ArrayDeque<>();

  /** Members that are lost, as far as anybody has said; touched on the control thread only. */
  private Set<String> lost = Set.of();

  ClusterLives(Lasting lasting, TermServices.Parts services) {
    this.lasting = lasting;
    this.services = services;
    this.seats = new ArterySeats(lasting.seats());
    this.hollowNodes =
        IntStream.rangeClosed(1, lasting.plan().identity().choices().hollowNodes())
            .mapToObj(number -> HOLLOW + number)
            .toList();
  }

  /** Whether a node of that name is a simulated one. */
  static boolean isHollow(String nodeName) {
    return nodeName.matches(HOLLOW + "[0-9]+");
  }

  @Override
  public ActorSystem<?> create() {
    return ActorSystems.forControlPlane(
        new ActorSystems.Artery(lasting.plan().seat().arteryPort(), roles(), lasting.tls()),
        lasting.raft().groups().size(),
        services);
  }

  private List<String> roles() {
    return lasting.plan().isNode()
        ? List.of(NodeAgents.role(lasting.plan().name()), HollowNodes.ROLE)
        : List.of(HollowNodes.ROLE);
  }

  @Override
  public void began(ActorSystem<?> system) {
    ReplicatedStore store =
        ReplicatedStore.open(
            system,
            lasting.raft(),
            lasting.plan().settings().store(),
            InstantSource.system(),
            seats::address);
    held.push(store::close);
    lasting.store().set(store);
    RaftGroupMember group = lasting.raft().groups().getFirst();
    ActorRef<TermServices.Command> guardian = system.unsafeUpcast();
    held.push(
        group.subscribe(
            leadership -> guardian.tell(new TermServices.Lead(leadership.readyTerm()))));
    UserInfo node = UserInfo.node(lasting.plan().name());
    NodeAgents.Home home = lasting.node().home(lasting.apiServer().client(node));
    NodeAgents agents =
        lasting.plan().isNode()
            ? NodeAgents.start(system, home)
            : NodeAgents.startWithoutNode(system, home);
    held.push(agents::close);
    lasting
        .node()
        .reachOthers(
            NodeRelay.start(system, lasting.plan().name(), lasting.node(), RelayTimes.DEFAULT));
    held.push(lasting.node()::reachNobodyElse);
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
            leadership ->
                nodes.wake(leadership instanceof Leadership.Ready ? hollowNodes : List.of())));
  }

  @Override
  public void lost(ActorSystem<?> system, Set<String> addresses) {
    Set<String> nodes = seats.nodes(addresses);
    nodes.stream()
        .filter(name -> !lost.contains(name))
        .forEach(name -> LOG.warn("member {} is lost", name));
    lost.stream()
        .filter(name -> !nodes.contains(name))
        .forEach(name -> LOG.info("member {} is back", name));
    lost = nodes;
    ActorRef<TermServices.Command> guardian = system.unsafeUpcast();
    guardian.tell(new TermServices.Lost(nodes));
  }

  @Override
  public void ending(ActorSystem<?> system) {
    while (!held.isEmpty()) {
      held.pop().close();
    }
  }
}
