package io.luotsi.app.member;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.MemberTls;
import io.luotsi.app.certificates.RequestSigner;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.membership.Membership;
import io.luotsi.app.membership.RaftAuthority;
import io.luotsi.app.settings.ClusterSettings;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.controller.actor.ControllerSettings;
import io.luotsi.core.controller.actor.Controllers;
import io.luotsi.core.scheduler.SchedulingEngine;
import io.luotsi.core.scheduler.actor.Scheduler;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.token.AccountTokens;
import io.luotsi.http.discovery.ServedVersion;
import io.luotsi.http.metrics.ApiMetrics;
import io.luotsi.http.routes.HealthChecks;
import io.luotsi.http.routes.HealthChecks.Check;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.Peer;
import io.luotsi.persistence.raft.RaftGroupMember;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.raft.Subscription;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.ResourceSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of the control plane: Raft, the API over it, the Pekko cluster with what runs beside the
 * leader, and a node. Parts start in the order in which they need each other, the API as early as
 * it can answer at all, and stop in the opposite order.
 */
final class ControlPlaneMember implements Member {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneMember.class);
  private static final GroupResource NAMESPACES = GroupResource.parse("namespaces");
  private static final Executor AGAIN =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  private final MemberPlan plan;
  private final RaftMember raft;
  private final CurrentStore store;
  private final ApiServer apiServer;
  private final LocalNode node;
  private final MemberStanding standing;
  private final PeerPages peers;
  private final Membership membership;
  private final Subscription leadership;

  private ControlPlaneMember(
      ClusterLives.Lasting lasting,
      PeerPages peers,
      ReportPage report,
      LeaderWork work,
      ApiMetrics metrics) {
    this.plan = lasting.plan();
    this.raft = lasting.raft();
    this.store = lasting.store();
    this.apiServer = lasting.apiServer();
    this.node = lasting.node();
    this.standing = MemberStanding.begin(plan);
    this.peers = peers;
    RaftGroupMember group = raft.groups().getFirst();
    this.leadership = group.subscribe(now -> standing.leading(now.readyTerm()));
    this.membership =
        Membership.start(
            new RaftAuthority(raft), peers, new ClusterLives(lasting, services(work, metrics)));
    report.set(standing, membership);
    if (plan.isNode()) {
      node.start(apiServer.system(), apiServer.client(UserInfo.node(plan.name())));
    }
  }

  /**
   * Starts all parts and returns when the API listens.
   *
   * @throws PlainFailure if a port, the data directory or an address cannot be used
   */
  static ControlPlaneMember start(MemberPlan plan, Preparation preparation) {
    CompletableFuture<LocalNode> node = Aside.begin(() -> LocalNode.open(plan));
    CompletableFuture<SSLContext> tls = Aside.begin(() -> ApiServer.tls(plan));
    BuiltInCatalog catalog = preparation.catalog();
    MemberTls amongMembers = plan.tlsAmongMembers();
    RaftMember raft = startRaft(plan, amongMembers, catalog);
    CurrentStore store = new CurrentStore();
    KnownSeats seats = KnownSeats.follow(plan, raft);
    PeerPages peers = new PeerPages(seats::others, plan::tlsAsNode);
    CompletableFuture<Boolean> listening;
    ControlPlaneMember member;
    try {
      LeaderWork work = new LeaderWork();
      ApiMetrics metrics = metrics(raft);
      ReportPage report = new ReportPage(plan, raft, work);
      ApiServer.Front front =
          new ApiServer.Front(
              Aside.await(node),
              health(raft, store),
              List.of(report.page(), MembersDesk.of(raft), BackupPage.of(plan, raft)),
              metrics,
              new ClusterComponents(
                  report::report, peers::words, plan.controllers().runs(LeaderWork.SCHEDULER)));
      ApiServer apiServer = ApiServer.open(preparation.system(), plan, catalog, store, front);
      listening = Aside.begin(() -> apiServer.listen(plan, Aside.await(tls)));
      member =
          new ControlPlaneMember(
              new ClusterLives.Lasting(
                  plan, amongMembers, raft, seats, store, apiServer, Aside.await(node)),
              peers,
              report,
              work,
              metrics);
    } catch (PlainFailure e) {
      preparation.cancel();
      peers.close();
      close(raft);
      throw e;
    }
    return member.once(listening);
  }

  /** This member, when its API listens. */
  private ControlPlaneMember once(CompletableFuture<Boolean> listening) {
    try {
      Aside.await(listening);
      return this;
    } catch (PlainFailure e) {
      stop(false);
      throw e;
    }
  }

  private static RaftMember startRaft(MemberPlan plan, MemberTls tls, Catalog catalog) {
    MemberSettings settings =
        new MemberSettings(
                plan.name(),
                plan.directory().raft(),
                plan.seat().host(),
                plan.seat().raftPort(),
                plan.settings().tuning(),
                raftPeers(plan.identity().controlPlane()))
            .with(tls.forRaft());
    try {
      return RaftMember.start(settings, resource -> settingsOf(catalog, resource));
    } catch (IOException e) {
      throw new PlainFailure("cannot start: " + e.getMessage(), e);
    }
  }

  /** Empty for a cluster of one, whose directory may be older than its founding record. */
  private static List<Peer> raftPeers(List<Seat> seats) {
    return seats.size() == 1
        ? List.of()
        : seats.stream()
            .map(seat -> new Peer(seat.peerId(), seat.host(), seat.raftPort()))
            .toList();
  }

  private static ResourceSettings settingsOf(Catalog catalog, GroupResource resource) {
    return catalog
        .stored(resource)
        .map(type -> new ResourceSettings(type.selectable(), type.timeToLive()))
        .orElse(ResourceSettings.DEFAULT);
  }

  private static HealthChecks health(RaftMember raft, CurrentStore store) {
    Check ping = new Check("ping", () -> true);
    Check leader =
        new Check(
            "raft", () -> raft.status().stream().noneMatch(group -> group.leader().isEmpty()));
    return new HealthChecks(
        List.of(ping), List.of(ping, new Check("store", store::isOpen), leader));
  }

  private static ApiMetrics metrics(RaftMember raft) {
    ApiMetrics metrics = new ApiMetrics(ServedVersion.labels());
    metrics.storageObjects(() -> storedObjects(raft));
    return metrics;
  }

  /** Numbers of objects in this member's replica by resource. */
  private static Map<String, Integer> storedObjects(RaftMember raft) {
    Map<String, Integer> numbers = new TreeMap<>();
    for (RaftGroupMember group : raft.groups()) {
      Replica replica = group.replica();
      for (GroupResource resource : replica.resources()) {
        numbers.put(resource.toString(), replica.state(resource).objects().size());
      }
    }
    return numbers;
  }

  private TermServices.Parts services(LeaderWork work, ApiMetrics metrics) {
    Clock clock = Clock.systemUTC();
    Function<String, ApiClient> controllers =
        name -> apiServer.client(UserInfo.component(name), "kube-controller-manager");
    ClusterSettings.Controllers chosen = plan.settings().controllers();
    ControllerSettings settings =
        new ControllerSettings(
            chosen.reconcilesAtOnce(),
            chosen.nodeMonitorGrace(),
            evictionAfter(),
            List.of(plan.identity().ranges().apiAddress()),
            plan.identity().port(),
            plan.identity().ranges().firstServiceAddress(),
            plan.certificates().authorityPem(),
            plan.controllers());
    return new TermServices.Parts(
        new Controllers.Parts(
            controllers,
            apiServer.api()::catalog,
            new AccountTokens(plan.certificates().accounts()),
            new RequestSigner(plan.certificates().authority()),
            settings,
            clock,
            metrics.queues()::queue),
        new Scheduler.Parts(
            apiServer.client(UserInfo.component("kube-scheduler")),
            SchedulingEngine.Settings.DEFAULT,
            List.of(Scheduler.Workload.REPLICA_SET, Scheduler.Workload.REPLICATION_CONTROLLER),
            clock,
            () -> ThreadLocalRandom.current().nextLong(),
            metrics.scheduler()),
        plan.controllers().runs(LeaderWork.SCHEDULER),
        work);
  }

  /** Zero leaves pods the tolerations that admission gave them, which say upstream's default. */
  private Duration evictionAfter() {
    return plan.evictionAfter().equals(ClusterSettings.UPSTREAM_EVICTION)
        ? Duration.ZERO
        : plan.evictionAfter();
  }

  @Override
  public MemberPlan plan() {
    return plan;
  }

  @Override
  public CompletableFuture<Void> ready() {
    return answering()
        .thenRun(() -> standing.answering(Instant.now()))
        .thenCompose(
            answering ->
                plan.isNode()
                    ? NodeReadiness.await(admin(), plan.name())
                    : CompletableFuture.completedFuture(null));
  }

  /** Completes when a consistent read has been answered. */
  private CompletableFuture<Void> answering() {
    return store
        .read(NAMESPACES, ReadVersion.LATEST)
        .toCompletableFuture()
        .thenCompose(
            outcome ->
                outcome.isDone()
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.supplyAsync(() -> 0, AGAIN)
                        .thenCompose(again -> answering()));
  }

  @Override
  public CompletionStage<String> broken() {
    return raft.broken();
  }

  @Override
  public CompletionStage<Void> removed() {
    return raft.removed();
  }

  @Override
  public void letOthersLead() {
    raft.letOthersLead();
  }

  private ApiClient admin() {
    return apiServer.client(UserInfo.component("luotsi"));
  }

  @Override
  public void stop(boolean endPods) {
    raft.handOver(); // first, while everything that this member has begun can still end well
    apiServer.stop();
    node.close(endPods);
    leadership.close();
    membership.close();
    peers.close();
    close(raft);
    LOG.info("stopped");
  }

  private static void close(RaftMember raft) {
    try {
      raft.close();
    } catch (IOException e) {
      LOG.warn("Raft did not close in order", e);
    }
  }
}
