package io.luotsi.app.member;

import io.luotsi.app.certificates.MemberTls;
import io.luotsi.app.membership.Lives;
import io.luotsi.core.client.ApiClient;
import io.luotsi.node.agent.NodeAgents;
import io.luotsi.node.relay.NodeRelay;
import io.luotsi.node.relay.RelayTimes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;

/** What the cluster's ActorSystems of a worker have to do: to be where its node is found. */
final class WorkerLives implements Lives {
  private final MemberPlan plan;
  private final MemberTls tls;
  private final LocalNode node;
  private final ApiClient api;
  private Optional<NodeAgents> agents = Optional.empty();

  /**
   * @param api as the node's user
   */
  WorkerLives(MemberPlan plan, LocalNode node, ApiClient api) {
    this.plan = plan;
    this.tls = plan.tlsAmongMembers();
    this.node = node;
    this.api = api;
  }

  @Override
  public ActorSystem<?> create() {
    return ActorSystems.forWorker(
        new ActorSystems.Artery(
            plan.seat().arteryPort(), List.of(NodeAgents.role(plan.name())), tls));
  }

  @Override
  public void began(ActorSystem<?> system) {
    agents = Optional.of(NodeAgents.start(system, node.home(api)));
    // Others ask here for the logs of this node; nobody asks this JVM for those of others.
    NodeRelay.start(system, plan.name(), node, RelayTimes.DEFAULT);
  }

  @Override
  public void lost(ActorSystem<?> system, Set<String> addresses) {
    // What becomes of a lost node is decided beside the leader.
  }

  @Override
  public void ending(ActorSystem<?> system) {
    agents.ifPresent(NodeAgents::close);
    agents = Optional.empty();
  }
}
