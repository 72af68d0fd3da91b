package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.await;
import static io.luotsi.persistence.Drafts.create;
import static io.luotsi.persistence.Drafts.done;
import static io.luotsi.persistence.Drafts.untilDone;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.StoredObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.remote.RemoteActorRefProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/**
 * A leader's ActorSystem ends and another takes its place, as when the others had declared it down,
 * while it leads on. It has no reason to speak first; those who carry writes to it must find it.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReturningSystemsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @TempDir Path directory;
  private Trio trio;

  @BeforeEach
  void start() throws Exception {
    trio = Trio.start(directory, new ReplicatedStore.Settings(TIMEOUT, TIMEOUT, TIMEOUT));
  }

  @AfterEach
  void stop() throws Exception {
    trio.close();
  }

  @Test
  void whoeverHasQuarantinedALeadersSystemFindsTheOneThatFollowsIt() throws Exception {
    Trio.One leader = trio.leader();
    Trio.One follower = trio.follower();
    StoredObject before = done(follower.store().commit(CONFIG_MAPS, create("before")));
    quarantine(follower.system(), leader.system());
    Trio.endSystem(leader);

    trio.open(leader.name(), leader.raft(), trio.newSystem(leader));
    StoredObject after = untilDone(follower.store());
    assertThat(after.resourceVersion()).isGreaterThan(before.resourceVersion());
    assertThat(leader.leads()).as("still led").isTrue();
  }

  @Test
  void aCarrierIsHeardByThoseWhoCalledItBeforeItWasThere() throws Exception {
    Trio.One leader = trio.leader();
    Trio.One follower = trio.follower();
    Trio.endSystem(leader);
    ActorSystem<Void> empty = trio.newSystem(leader);
    assertThat(await(follower.store().commit(CONFIG_MAPS, create("early"))).isDone()).isFalse();

    trio.open(leader.name(), leader.raft(), empty);
    long end = System.nanoTime() + Duration.ofSeconds(1).toNanos(); // several tables of names
    int writes = 0;
    while (System.nanoTime() < end) {
      done(follower.store().commit(CONFIG_MAPS, create("late" + writes++)));
    }
    assertThat(writes).isPositive();
    assertThat(leader.leads()).as("still led").isTrue();
  }

  /** As Pekko does with a system that says that it ends, or that is down. */
  private static void quarantine(ActorSystem<?> here, ActorSystem<?> there) {
    Cluster cluster = Cluster.get(Adapter.toClassic(there));
    Address address = cluster.selfAddress();
    ExtendedActorSystem system = (ExtendedActorSystem) Adapter.toClassic(here);
    ((RemoteActorRefProvider) system.provider())
        .transport()
        .quarantine(address, Option.apply(cluster.selfUniqueAddress().longUid()), "a test");
  }
}
