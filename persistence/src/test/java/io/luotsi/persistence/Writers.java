package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.History.Acknowledged;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Clients of one member that write, one request at a time each, and record what they were told.
 * What is refused or unknown they leave; their next write is to another name.
 */
final class Writers {
  private final ReplicatedStore store;
  private final Consumer<Acknowledged> told;
  private final List<Thread> threads = new ArrayList<>();
  private final Consumer<String> wrong;
  private volatile boolean stopped;

  /**
   * @param prefix of all names, unique among writers
   * @param told hears of what was done
   * @param wrong hears of outcomes that no client may be told
   */
  Writers(
      ReplicatedStore store,
      String prefix,
      int count,
      Consumer<Acknowledged> told,
      Consumer<String> wrong) {
    this.store = store;
    this.told = told;
    this.wrong = wrong;
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
      wrong.accept(writer + " ended with " + e);
    }
  }

  private void writeOne(String name, int number) throws Exception {
    String uid = UUID.randomUUID().toString();
    Write create = new Write.Create(Drafts.draft("default", name, uid, "1"));
    Optional<StoredObject> created = tell("created", create);
    if (created.isEmpty()) {
      return;
    }
    Outcome<Boolean> seen =
        Drafts.await(store.read(CONFIG_MAPS, ReadVersion.ANY))
            .map(snapshot -> snapshot.get(create.key()).isPresent());
    if (!seen.equals(Outcome.done(true))) {
      wrong.accept(name + " was not to be seen where it was written: " + seen);
    }
    if (number % 3 == 0) {
      tell("updated", new Write.Update(Drafts.draft("default", name, uid, "2"), Precondition.NONE));
    }
    if (number % 5 == 0) {
      tell(
          "deleted",
          new Write.Delete(create.key(), new Precondition(Optional.of(uid), OptionalLong.empty())));
    }
  }

  /** What the write stored; empty if it was refused, or nobody knows. */
  private Optional<StoredObject> tell(String kind, Write write) throws Exception {
    Outcome<StoredObject> outcome = Drafts.await(store.commit(CONFIG_MAPS, write));
    return switch (outcome) {
      case Outcome.Done<StoredObject>(StoredObject object) -> {
        told.accept(Acknowledged.of(kind, object));
        yield Optional.of(object);
      }
      case Outcome.Rejected<StoredObject>(Rejection rejection) -> {
        if (!(rejection instanceof Rejection.Timeout)
            && !(rejection instanceof Rejection.TooManyRequests)) {
          wrong.accept(kind + " " + write.key() + " was refused: " + rejection);
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
