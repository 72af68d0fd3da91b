package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Write;
import io.luotsi.history.Operation;
import io.luotsi.history.Recorder;
import io.luotsi.history.Recorder.Begun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Clients of one member's store that create, read, compare and set, overwrite and delete, one
 * request at a time each, and record it. Those of all members on a machine meet on the same keys:
 * the machine's clock says which key is the present one.
 */
final class RecordedClients {
  /** So many clients a member; as many keys are in use at a time. */
  static final int CLIENTS = 4;

  private static final Duration PAUSE = Duration.ofMillis(15);
  private static final long KEY_NANOS = Duration.ofMillis(200).toNanos();

  /** Hears of answers. */
  interface Listener {
    void acknowledged();

    /** Something that no client may be told. */
    void wrong(String what);
  }

  private final ReplicatedStore store;
  private final Recorder recorder;
  private final Listener told;
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * @param firstProcess number of the first client; the others' follow
   */
  RecordedClients(ReplicatedStore store, Recorder recorder, int firstProcess, Listener told) {
    this.store = store;
    this.recorder = recorder;
    this.told = told;
    for (int i = 0; i < CLIENTS; i++) {
      One client = new One(i, firstProcess + i);
      threads.add(Thread.ofVirtual().start(client::run));
    }
  }

  /** Returns when the last answer has come, or was given up. */
  void stop() throws InterruptedException {
    stopped.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  static String valueOf(StoredObject object) {
    return Json.readObject(object.json()).at("/data/value").asText();
  }

  static String nameOf(ObjectKey key) {
    return key.namespace() + "/" + key.name();
  }

  private final class One {
    private final int number;
    private final int process;
    private final Random random;
    private Optional<StoredObject> known = Optional.empty();
    private ObjectKey key = Drafts.key("none");
    private int written;

    One(int number, int process) {
      this.number = number;
      this.process = process;
      this.random = new Random(process);
    }

    void run() {
      try {
        while (!stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
          step();
        }
      } catch (Exception e) {
        told.wrong("client " + process + " ended with " + e);
      }
    }

    private void step() throws Exception {
      ObjectKey present = Drafts.key("k" + number + "-" + System.nanoTime() / KEY_NANOS);
      if (!present.equals(key)) {
        key = present;
        known = Optional.empty();
      }
      int chance = random.nextInt(100);
      if (known.isEmpty() && chance < 40) {
        create();
      } else if (known.isEmpty() || chance < 40) {
        read();
      } else if (chance < 75) {
        update(known.get(), OptionalLong.of(known.get().resourceVersion()));
      } else if (chance < 90) {
        update(known.get(), OptionalLong.empty());
      } else {
        delete(known.get());
      }
    }

    private String value() {
      return process + "." + written++;
    }

    private void create() throws Exception {
      String value = value();
      Begun begun = recorder.begin(process, Operation.CREATE, nameOf(key), "", value, 0);
      String uid = UUID.randomUUID().toString();
      write(begun, new Write.Create(Drafts.draft(key.namespace(), key.name(), uid, value)));
    }

    private void update(StoredObject seen, OptionalLong version) throws Exception {
      String value = value();
      Begun begun =
          recorder.begin(
              process, Operation.UPDATE, nameOf(key), seen.uid(), value, version.orElse(0));
      write(
          begun,
          new Write.Update(
              Drafts.draft(key.namespace(), key.name(), seen.uid(), value),
              new Precondition(Optional.of(seen.uid()), version)));
    }

    private void delete(StoredObject seen) throws Exception {
      Begun begun = recorder.begin(process, Operation.DELETE, nameOf(key), seen.uid(), "", 0);
      write(
          begun,
          new Write.Delete(key, new Precondition(Optional.of(seen.uid()), OptionalLong.empty())));
      known = Optional.empty();
    }

    private void write(Begun begun, Write write) throws Exception {
      switch (Drafts.await(store.commit(CONFIG_MAPS, write))) {
        case Outcome.Done<StoredObject>(StoredObject object) -> {
          begun.ok(object.uid(), valueOf(object), object.resourceVersion());
          known = Optional.of(object);
          told.acknowledged();
        }
        case Outcome.Rejected<StoredObject>(Rejection why) -> {
          known = Optional.empty();
          rejected(begun, why);
        }
      }
    }

    private void read() throws Exception {
      Begun begun = recorder.begin(process, Operation.READ, nameOf(key), "", "", 0);
      switch (Drafts.await(store.read(CONFIG_MAPS, ReadVersion.LATEST))) {
        case Outcome.Done<ResourceSnapshot>(ResourceSnapshot snapshot) -> {
          known = snapshot.get(key);
          known.ifPresentOrElse(
              object -> begun.ok(object.uid(), valueOf(object), object.resourceVersion()),
              begun::ok);
          told.acknowledged();
        }
        case Outcome.Rejected<ResourceSnapshot>(Rejection why) -> rejected(begun, why);
      }
    }

    private void rejected(Begun begun, Rejection why) {
      switch (why) {
        case Rejection.AlreadyExists exists -> begun.fail("AlreadyExists");
        case Rejection.NotFound absent -> begun.fail("NotFound");
        case Rejection.Conflict conflict -> begun.fail("Conflict");
        case Rejection.TooManyRequests later -> begun.fail("TooManyRequests");
        case Rejection.Timeout timeout -> begun.unknown("Timeout");
        default -> {
          begun.unknown(why.toString());
          told.wrong(begun.beginning() + " was refused: " + why);
        }
      }
    }
  }
}
