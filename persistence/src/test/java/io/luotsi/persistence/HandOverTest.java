package io.luotsi.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A leader that hands over politely: no client need notice. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HandOverTest {
  private static final int CLIENTS_EACH = 8;
  private static final int HAND_OVERS = 4;
  private static final int WRITES_BETWEEN = 200;

  @TempDir Path directory;

  @Test
  void everyWriteIsAcknowledgedWhileLeadershipIsHandedAround() throws Exception {
    Semaphore acknowledged = new Semaphore(0);
    Collection<Rejection> refusals = new ConcurrentLinkedQueue<>();
    AtomicBoolean stopped = new AtomicBoolean();
    try (Trio trio = Trio.start(directory, Trio.SETTINGS)) {
      List<Thread> clients = new ArrayList<>();
      for (Trio.One one : trio.living()) {
        for (int i = 0; i < CLIENTS_EACH; i++) {
          String name = one.name() + "-" + i + "-";
          clients.add(
              Thread.ofVirtual()
                  .start(() -> write(one.store(), name, stopped, acknowledged, refusals)));
        }
      }
      for (int i = 0; i < HAND_OVERS; i++) {
        assertThat(acknowledged.tryAcquire(WRITES_BETWEEN, 20, TimeUnit.SECONDS)).isTrue();
        Trio.One leader = trio.leader();
        leader.raft().handOver();
        assertThat(leader.leads()).as("hand-over %d took effect", i).isFalse();
        acknowledged.drainPermits();
      }
      assertThat(acknowledged.tryAcquire(WRITES_BETWEEN, 20, TimeUnit.SECONDS)).isTrue();
      stopped.set(true);
      for (Thread client : clients) {
        client.join();
      }
    }
    assertThat(refusals).isEmpty();
  }

  private static void write(
      ReplicatedStore store,
      String prefix,
      AtomicBoolean stopped,
      Semaphore acknowledged,
      Collection<Rejection> refusals) {
    for (int i = 0; !stopped.get(); i++) {
      Outcome<StoredObject> outcome =
          store.commit(Drafts.CONFIG_MAPS, Drafts.create(prefix + i)).toCompletableFuture().join();
      switch (outcome) {
        case Outcome.Done<StoredObject> done -> acknowledged.release();
        case Outcome.Rejected<StoredObject>(Rejection why) -> refusals.add(why);
      }
    }
  }
}
