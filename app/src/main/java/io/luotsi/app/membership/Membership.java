package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterLog;
import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.Leadership;
import io.luotsi.persistence.raft.RaftGroupMember;
import io.luotsi.persistence.raft.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.Subscribe;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this JVM's ActorSystem a member of the one Pekko cluster that Raft knows of.
 *
 * <p>The ready leader of group 0 commits that it forms an incarnation, and joins itself only after
 * the commit. It also commits who is down, on reports of unreachability; every member issues
 * Pekko's {@code Down} when it applies the entry, because the leader may itself not be a member
 * yet. An ActorSystem that is down, quarantined or of an older incarnation is given up and another
 * begun in its place.
 *
 * <p>Everything happens on one control thread, so system, uid and incarnation change together.
 */
public final class Membership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final Duration END_WITHIN = Duration.ofSeconds(10);

  /** One ActorSystem's part in the cluster. */
  private static final class Life {
    final ActorSystem<?> system;
    final ClusterState.Member self;
    OptionalLong joined = OptionalLong.empty();
    boolean forming;

    Life(ActorSystem<?> system) {
      this.system = system;
      this.self = member(Cluster.get(system).selfMember().uniqueAddress());
    }
  }

  private final ClusterLog log;
  private final RaftGroupMember group;
  private final Lives lives;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final ExecutorService control =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("luotsi-control").factory());

  // Touched on the control thread only.
  private Life life;
  private ClusterState raft;

  private Membership(ClusterLog log, RaftGroupMember group, Lives lives) {
    this.log = log;
    this.group = group;
    this.lives = lives;
    this.raft = log.value();
    this.life = begin();
  }

  /**
   * Begins the first ActorSystem, on the calling thread, and returns; it joins as soon as Raft has
   * a leader.
   *
   * @param group 0
   */
  public static Membership start(ClusterLog log, RaftGroupMember group, Lives lives) {
    Membership membership = new Membership(log, group, lives);
    membership.subscriptions.add(
        log.subscribe(state -> membership.run(() -> membership.onRaft(state))));
    membership.subscriptions.add(group.subscribe(leadership -> membership.run(membership::steer)));
    return membership;
  }

  /** Carries out {@code step} when nothing about system or leadership changes meanwhile. */
  public void run(Runnable step) {
    try {
      control.execute(step);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed, so there is nothing more to decide");
    }
  }

  private Life begin() {
    ActorSystem<?> system = lives.create();
    Life begun = new Life(system);
    system.systemActorOf(observer(system), "membership", Props.empty());
    lives.began(system);
    return begun;
  }

  /** Passes on what Pekko says about the cluster. */
  private Behavior<Object> observer(ActorSystem<?> system) {
    return Behaviors.setup(
        context -> {
          Cluster.get(system)
              .subscriptions()
              .tell(
                  Subscribe.create(
                      context.getSelf().narrow(), ClusterEvent.UnreachableMember.class));
          system
              .eventStream()
              .tell(
                  new EventStream.Subscribe<>(
                      ThisActorSystemQuarantinedEvent.class, context.getSelf().narrow()));
          return Behaviors.receive(Object.class)
              .onMessage(
                  ClusterEvent.UnreachableMember.class,
                  event -> {
                    run(() -> onUnreachable(event.member().uniqueAddress()));
                    return Behaviors.same();
                  })
              .onMessage(
                  ThisActorSystemQuarantinedEvent.class,
                  event -> {
                    run(() -> onQuarantined(system));
                    return Behaviors.same();
                  })
              .build();
        });
  }

  private void onRaft(ClusterState state) {
    for (ClusterState.Member down : state.down()) {
      if (!raft.isDown(down) && !down.equals(life.self)) {
        Cluster.get(life.system)
            .manager()
            .tell(Down.apply(AddressFromURIString.parse(down.address())));
      }
    }
    raft = state;
    steer();
  }

  private void onUnreachable(UniqueAddress address) {
    if (!leads()) {
      return; // the leader hears of it, too
    }
    ClusterState.Member lost = member(address);
    LOG.info("{} is unreachable: declaring it down", lost.address());
    log.down(lost)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.warn("could not declare {} down: {}", lost.address(), failure.getMessage());
              }
            });
  }

  /** The event comes in floods; the first one ends the system it is about. */
  private void onQuarantined(ActorSystem<?> system) {
    if (life.system == system) {
      rebuild("the others have quarantined this ActorSystem");
    }
  }

  private static ClusterState.Member member(UniqueAddress address) {
    return new ClusterState.Member(address.address().toString(), address.longUid());
  }

  private boolean leads() {
    return group.leadership() instanceof Leadership.Ready;
  }

  private void steer() {
    switch (Course.next(raft, life.self, life.joined, leads())) {
      case Course.Wait wait -> {}
      case Course.Form(long seen) -> form(seen);
      case Course.JoinSelf(long incarnation) -> joinSelf(incarnation);
      case Course.Rebuild rebuild -> rebuild("Raft does not count this ActorSystem any more");
    }
  }

  private void form(long seen) {
    if (life.forming) {
      return;
    }
    Life proposer = life;
    proposer.forming = true;
    log.form(seen, proposer.self)
        .whenComplete((formed, failure) -> run(() -> onFormed(proposer, failure)));
  }

  private void onFormed(Life proposer, @Nullable Throwable failure) {
    proposer.forming = false;
    if (failure == null) {
      steer();
      return;
    }
    LOG.warn("could not form the cluster: {}", failure.getMessage());
    CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, control).execute(this::steer);
  }

  private void joinSelf(long incarnation) {
    LOG.info("forms incarnation {} of the cluster", incarnation);
    life.joined = OptionalLong.of(incarnation);
    Cluster.get(life.system)
        .manager()
        .tell(Join.create(AddressFromURIString.parse(life.self.address())));
  }

  private void rebuild(String why) {
    LOG.warn("{}: beginning another", why);
    end(life.system);
    life = begin();
    steer();
  }

  private void end(ActorSystem<?> system) {
    lives.ending(system);
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Down.apply(cluster.selfMember().address()));
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("the ActorSystem did not end within {}", END_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Ends the ActorSystem, and with it this JVM's part in the cluster. */
  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
    run(() -> end(life.system));
    control.shutdown();
    try {
      if (!control.awaitTermination(2 * END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("membership did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
