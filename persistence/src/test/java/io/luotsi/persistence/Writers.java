package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.History.Acknowledged;
import io.luotsi.persistence.History.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Clients of one member that write, one request at a time each, and record what they were told.
 * What is refused or unknown they leave; their next write is to another name.
 */
final class Writers {
  /** Hears what the clients are told. */
  interface Listener {
    /** A write was done. */
    void done(Acknowledged write);

    /** A write was certainly not done. */
    void refused(Refused write);

    /** Something that no client may be told. */
    void wrong(String what);
  }

  private final ReplicatedStore store;
  private final Listener told;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * @param prefix of all names, unique among writers
   */
  Writers(ReplicatedStore store, String prefix, int count, Listener told) {
    this.store = store;
    this.told = told;
    for (int i = 0; i < count; i++) {
      String writer = prefix + "-" + i;
      threads.add(Thread.ofVirtual().start(() -> write(writer)));
    }
  }

  private void write(String writer) {
    try {
      for (int i = 0; !stopped; i++) {
        writeOne(writer + "-" + i, i);
      }
    } catch (Exception e) {
      told.wrong(writer + " ended with " + e);
    }
  }

  private void writeOne(String name, int number) throws Exception {
    String uid = UUID.randomUUID().toString();
    Write create = new Write.Create(Drafts.draft("default", name, uid, "1"));
    Optional<StoredObject> created = tell("created", uid, create);
    if (created.isEmpty()) {
      return;
    }
    Outcome<Boolean> seen =
        Drafts.await(store.read(CONFIG_MAPS, ReadVersion.ANY))
            .map(snapshot -> snapshot.get(create.key()).isPresent());
    if (!seen.equals(Outcome.done(true))) {
      told.wrong(name + " was not to be seen where it was written: " + seen);
    }
    if (number % 3 == 0) {
      tell(
          "updated",
          uid,
          new Write.Update(Drafts.draft("default", name, uid, "2"), Precondition.NONE));
    }
    if (number % 5 == 0) {
      tell(
          "deleted",
          uid,
          new Write.Delete(create.key(), new Precondition(Optional.of(uid), OptionalLong.empty())));
    }
  }

  /** What the write stored; empty if it was refused, or nobody knows. */
  private Optional<StoredObject> tell(String kind, String uid, Write write) throws Exception {
    Outcome<StoredObject> outcome = Drafts.await(store.commit(CONFIG_MAPS, write));
    return switch (outcome) {
      case Outcome.Done<StoredObject>(StoredObject object) -> {
        told.done(Acknowledged.of(kind, object));
        yield Optional.of(object);
      }
      case Outcome.Rejected<StoredObject>(Rejection rejection) -> {
        if (rejection instanceof Rejection.TooManyRequests) {
          told.refused(new Refused(kind, write.key().name(), uid));
        } else if (!(rejection instanceof Rejection.Timeout)) {
          told.wrong(kind + " " + write.key() + " was refused: " + rejection);
        }
        yield Optional.empty();
      }
    };
  }

  void stop() {
    stopped = true;
  }

  /** Waits until the last outcome was told. */
  void end() throws InterruptedException {
    stop();
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
