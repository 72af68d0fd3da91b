package io.luotsi.app.member;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.Processes;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.membership.Membership;
import io.luotsi.app.membership.SurveyedAuthority;
import io.luotsi.app.remote.HttpsClient;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.persistence.raft.ClusterState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member that is a node and nothing else: no Raft, no replica, no API. It speaks to the API of
 * the control-plane members over HTTPS with its node's certificate, and learns from them what is
 * decided about the Pekko cluster. Its kubelet and proxy need none of them to go on.
 */
final class Worker implements Member {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  private static final Duration ENDED_WITHIN = Duration.ofSeconds(2);
  private static final Executor AGAIN =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  private final MemberPlan plan;
  private final LocalNode node;
  private final HttpsClient api;
  private final ActorSystem<Void> system;
  private final MemberStanding standing;
  private final PeerPages controlPlane;
  private final SurveyedAuthority authority;
  private final Membership membership;
  private final WorkerPage page;

  private Worker(MemberPlan plan, LocalNode node, WorkerPage page, Preparation preparation) {
    this.plan = plan;
    this.node = node;
    this.page = page;
    this.api =
        HttpsClient.open(
            servers(plan),
            plan.tlsAsNode(),
            UserInfo.node(plan.name()).fieldManager(),
            preparation.catalog());
    this.system = preparation.system();
    this.standing = MemberStanding.begin(plan);
    this.controlPlane = new PeerPages(plan::controlPlaneNow, plan::tlsAsNode);
    this.authority = SurveyedAuthority.start(controlPlane);
    this.membership = Membership.start(authority, controlPlane, new WorkerLives(plan, node, api));
    node.start(system, api);
    page.show(this::report);
  }

  /**
   * Starts all parts and returns when the member's page is served.
   *
   * @throws PlainFailure if a port, the data directory or an address cannot be used
   */
  static Worker start(MemberPlan plan, Preparation preparation) {
    WorkerPage page = WorkerPage.listen(plan);
    try {
      return new Worker(plan, LocalNode.open(plan), page, preparation);
    } catch (PlainFailure e) {
      preparation.cancel();
      page.close();
      throw e;
    }
  }

  /** Each worker begins with another, so that they spread. */
  private static List<String> servers(MemberPlan plan) {
    List<String> servers =
        new ArrayList<>(plan.identity().controlPlane().stream().map(Seat::address).toList());
    Collections.rotate(servers, -plan.seat().number());
    return servers;
  }

  private MemberReport report() {
    Membership.Standing now = membership.standing();
    ClusterState decided = authority.decided();
    long pid = ProcessHandle.current().pid();
    return new MemberReport(
        plan.name(),
        MemberReport.WORKER,
        pid,
        now.self().address(),
        now.self().uid(),
        now.up(),
        now.incarnation(),
        new MemberReport.Decided(decided.incarnation(), decided.down()),
        List.copyOf(now.unreachable()),
        List.of("node"),
        List.of(),
        standing.startMillis(),
        Processes.residentMib(pid));
  }

  @Override
  public MemberPlan plan() {
    return plan;
  }

  @Override
  public CompletableFuture<Void> ready() {
    return answered()
        .thenRun(() -> standing.answering(Instant.now()))
        .thenCompose(answered -> NodeReadiness.await(api, plan.name()));
  }

  /** Completes when the API has said whether there is a node of that name. */
  private CompletableFuture<Void> answered() {
    return api.get(NODES, ObjectKey.of(plan.name()))
        .toCompletableFuture()
        .thenCompose(
            outcome ->
                switch (outcome) {
                  case Outcome.Done<StoredObject> done -> CompletableFuture.completedFuture(null);
                  case Outcome.Rejected<StoredObject>(Rejection.NotFound none) ->
                      CompletableFuture.completedFuture(null);
                  case Outcome.Rejected<StoredObject> refused ->
                      CompletableFuture.supplyAsync(() -> 0, AGAIN)
                          .thenCompose(again -> answered());
                });
  }

  /** It leads nothing. */
  @Override
  public void letOthersLead() {}

  /** Never: there is no journal. */
  @Override
  public CompletionStage<String> broken() {
    return new CompletableFuture<>();
  }

  /** Never: Raft does not know of it. */
  @Override
  public CompletionStage<Void> removed() {
    return new CompletableFuture<>();
  }

  @Override
  public void stop(boolean endPods) {
    page.close();
    system.terminate();
    awaitEnd();
    node.close(endPods);
    membership.close();
    authority.close();
    controlPlane.close();
    api.close();
    LOG.info("stopped");
  }

  private void awaitEnd() {
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(ENDED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("kubelet and proxy did not end within {}", ENDED_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
