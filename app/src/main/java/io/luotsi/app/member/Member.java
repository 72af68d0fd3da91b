package io.luotsi.app.member;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.membership.Membership;
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
import io.luotsi.http.routes.HealthChecks;
import io.luotsi.http.routes.HealthChecks.Check;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.RaftGroupMember;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.raft.Subscription;
import io.luotsi.persistence.registry.ResourceSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running member: Raft, the API over it, the Pekko cluster with what runs beside the leader, and
 * the node. Parts start in the order in which they need each other, the API as early as it can
 * answer at all, and stop in the opposite order.
 */
public final class Member {
  private static final Logger LOG = LoggerFactory.getLogger(Member.class);
  private static final GroupResource NAMESPACES = GroupResource.parse("namespaces");
  private static final Duration UPSTREAM_EVICTION = Duration.ofSeconds(300);
  private static final Executor AGAIN =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  private final MemberPlan plan;
  private final RaftMember raft;
  private final CurrentStore store;
  private final ApiServer apiServer;
  private final LocalNode node;
  private final MemberStanding standing;
  private final Membership membership;
  private final Subscription leadership;

  private Member(ClusterLives.Lasting lasting) {
    this.plan = lasting.plan();
    this.raft = lasting.raft();
    this.store = lasting.store();
    this.apiServer = lasting.apiServer();
    this.node = lasting.node();
    this.standing = MemberStanding.begin(plan);
    RaftGroupMember group = raft.groups().getFirst();
    this.leadership = group.subscribe(now -> standing.leading(now.readyTerm()));
    this.membership =
        Membership.start(raft.clusterLog(), group, new ClusterLives(lasting, services()));
    node.start(apiServer.system(), apiServer.client(UserInfo.node(plan.name())));
  }

  /**
   * Starts all parts and returns when the API listens.
   *
   * @throws PlainFailure if a port, the data directory or an address cannot be used
   */
  public static Member start(MemberPlan plan) {
    Catalog catalog = BuiltInCatalog.load();
    LocalNode node = LocalNode.open(plan);
    RaftMember raft = startRaft(plan, catalog);
    CurrentStore store = new CurrentStore();
    try {
      ApiServer apiServer = ApiServer.start(plan, catalog, store, node, health(raft, store));
      return new Member(new ClusterLives.Lasting(plan, raft, store, apiServer, node));
    } catch (PlainFailure e) {
      close(raft);
      throw e;
    }
  }

  private static RaftMember startRaft(MemberPlan plan, Catalog catalog) {
    MemberSettings settings =
        new MemberSettings(
            plan.name(),
            plan.directory().raft(),
            ClusterLives.INTERNAL,
            plan.ports().raft(),
            plan.settings().tuning());
    try {
      return RaftMember.start(settings, resource -> settingsOf(catalog, resource));
    } catch (IOException e) {
      throw new PlainFailure("cannot start: " + e.getMessage(), e);
    }
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

  private TermServices.Parts services() {
    Clock clock = Clock.systemUTC();
    Function<String, ApiClient> component = name -> apiServer.client(UserInfo.component(name));
    ClusterSettings.Controllers chosen = plan.settings().controllers();
    ControllerSettings settings =
        new ControllerSettings(
            chosen.reconcilesAtOnce(),
            chosen.nodeMonitorGrace(),
            evictionAfter(chosen),
            List.of(plan.identity().ranges().apiAddress()),
            plan.ports().api(),
            plan.identity().ranges().firstServiceAddress());
    return new TermServices.Parts(
        new Controllers.Parts(component, apiServer.api().catalog(), settings, clock),
        new Scheduler.Parts(
            component.apply("kube-scheduler"),
            SchedulingEngine.Settings.DEFAULT,
            List.of(Scheduler.Workload.REPLICA_SET),
            clock,
            () -> ThreadLocalRandom.current().nextLong()));
  }

  /** Zero leaves pods the tolerations that admission gave them, which say upstream's default. */
  private static Duration evictionAfter(ClusterSettings.Controllers chosen) {
    return chosen.evictionAfter().equals(UPSTREAM_EVICTION)
        ? Duration.ZERO
        : chosen.evictionAfter();
  }

  public String address() {
    return plan.address();
  }

  /**
   * Waits until the API answers consistent reads and this member's node is ready.
   *
   * @param end completes when nobody wants to wait any longer
   * @return false if {@code end} came first
   * @throws PlainFailure if it takes longer than {@code time}
   */
  public boolean awaitReady(Duration time, CompletableFuture<?> end) {
    CompletableFuture<Void> ready =
        answering()
            .thenRun(() -> standing.answering(Instant.now()))
            .thenCompose(answering -> NodeReadiness.await(admin(), plan.name()));
    try {
      CompletableFuture.anyOf(ready, end).get(time.toMillis(), TimeUnit.MILLISECONDS);
      return !end.isDone();
    } catch (TimeoutException e) {
      throw new PlainFailure(
          "the cluster is not ready after %d s; %s says why"
              .formatted(time.toSeconds(), plan.directory().log()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
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

  /**
   * Completes with a reason when this member can no longer write its journal (a full or failing
   * disk). It is then of no use to anybody, and its process should end as by a kill.
   */
  public CompletionStage<String> broken() {
    return raft.broken();
  }

  /** Milliseconds from the start of this process until now. */
  public long upMillis() {
    return MemberStanding.millisUntil(Instant.now());
  }

  private ApiClient admin() {
    return apiServer.client(UserInfo.component("luotsi"));
  }

  /**
   * Stops all parts in order.
   *
   * @param endPods whether the node's pods end too, or are left running for the next start
   */
  public void stop(boolean endPods) {
    apiServer.stop();
    node.close(endPods);
    leadership.close();
    membership.close();
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
