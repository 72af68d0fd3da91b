package io.luotsi.persistence.simulation;

import static io.luotsi.persistence.Drafts.draft;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Write;
import io.luotsi.history.Operation;
import io.luotsi.history.Recorder;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Does one thing after another with a few objects, at any member, and has written down what it
 * began and what it was told.
 */
final class Client {
  private static final int KEYS = 3;
  private static final long TIMEOUT = 1_500 * World.MILLI;

  /** What it last heard of an object. */
  private record Known(String uid, long version) {}

  private final Simulation simulation;
  private final World world;
  private final int process;
  private final Recorder recorder;
  private final Map<ObjectKey, Known> known = new TreeMap<>();
  private final Map<ObjectKey, Known> gone = new TreeMap<>();

  /** How much of what it does is bound to be refused, unless somebody else has changed things. */
  private final double contrary;

  private int member;
  private boolean idle = true;

  Client(Simulation simulation, int process, Recorder recorder) {
    this.simulation = simulation;
    this.world = simulation.world();
    this.process = process;
    this.recorder = recorder;
    this.contrary = world.chance(0.5) ? world.random.nextDouble() : 0.1;
    think();
  }

  boolean isIdle() {
    return idle;
  }

  private void think() {
    long most = world.chance(0.03) ? 800 * World.MILLI : 50 * World.MILLI;
    world.after(world.between(World.MILLI, most), simulation.outside(), this::act);
  }

  private void act() {
    if (simulation.isOver()) {
      return;
    }
    OptionalInt haunted = simulation.haunted();
    boolean haunts = haunted.isPresent() && process % 2 == 0;
    if (haunts) {
      member = haunted.getAsInt();
    } else if (world.chance(0.2)
        || simulation.cluster().member(member).isEmpty()
        || haunted.equals(OptionalInt.of(member))) {
      member = world.random.nextInt(simulation.cluster().size());
    }
    Optional<Member> alive = simulation.cluster().member(member);
    if (alive.isEmpty()) { // nobody listens there
      think();
      return;
    }
    idle = false;
    ObjectKey key = ObjectKey.of("default", "k" + world.random.nextInt(KEYS));
    Known seen = known.get(key);
    boolean other = world.chance(contrary) || haunts;
    int dice = world.random.nextInt(10);
    if (dice < 3) {
      read(alive.get(), key);
    } else if (other && gone.containsKey(key)) {
      update(alive.get(), key, gone.get(key));
    } else if (haunts && seen == null) {
      read(alive.get(), key);
    } else if (other || seen == null) {
      create(alive.get(), key);
    } else if (dice < 7) {
      update(alive.get(), key, seen);
    } else {
      delete(alive.get(), key, seen);
    }
  }

  private void create(Member at, ObjectKey key) {
    String value = simulation.newValue();
    Recorder.Begun begun = recorder.begin(process, Operation.CREATE, key.toString(), "", value, 0);
    write(at, begun, new Write.Create(draft(key.namespace(), key.name(), "u-" + value, value)));
  }

  private void update(Member at, ObjectKey key, Known seen) {
    String value = simulation.newValue();
    long version = world.chance(0.5) ? seen.version() : 0;
    Recorder.Begun begun =
        recorder.begin(process, Operation.UPDATE, key.toString(), seen.uid(), value, version);
    write(
        at,
        begun,
        new Write.Update(
            draft(key.namespace(), key.name(), seen.uid(), value),
            precondition(seen.uid(), version)));
  }

  private void delete(Member at, ObjectKey key, Known seen) {
    long version = world.chance(0.3) ? seen.version() : 0;
    String uid = world.chance(0.5) ? seen.uid() : "";
    Recorder.Begun begun =
        recorder.begin(process, Operation.DELETE, key.toString(), uid, "", version);
    write(at, begun, new Write.Delete(key, precondition(uid, version)));
  }

  private static Precondition precondition(String uid, long version) {
    return new Precondition(
        uid.isEmpty() ? Optional.empty() : Optional.of(uid),
        version == 0 ? OptionalLong.empty() : OptionalLong.of(version));
  }

  private void write(Member at, Recorder.Begun begun, Write write) {
    Consumer<Optional<Outcome<StoredObject>>> end = once(at, answer -> heard(begun, write, answer));
    world.after(
        delay(),
        simulation.cluster().machine(member),
        () ->
            at.store()
                .commit(write, world.nowNanos() + TIMEOUT)
                .thenAccept(outcome -> end.accept(Optional.of(outcome))));
  }

  private void read(Member at, ObjectKey key) {
    Recorder.Begun begun = recorder.begin(process, Operation.READ, key.toString(), "", "", 0);
    Consumer<Optional<ResourceSnapshot>> end = once(at, answer -> found(begun, key, answer));
    world.after(
        delay(),
        simulation.cluster().machine(member),
        () ->
            at.store()
                .readLatest(world.nowNanos() + TIMEOUT)
                .whenComplete((snapshot, failure) -> end.accept(Optional.ofNullable(snapshot))));
  }

  private long delay() {
    return world.between(50_000, 500_000);
  }

  /** Takes the first end that is told: an answer, none because the member died, or none in time. */
  private <T> Consumer<Optional<T>> once(Member at, Consumer<Optional<T>> end) {
    boolean[] ended = new boolean[1];
    Runnable[] broken = new Runnable[1];
    Consumer<Optional<T>> first =
        answer -> {
          if (!ended[0]) {
            ended[0] = true;
            at.connections().close(broken[0]);
            world.after(delay(), simulation.outside(), () -> end.accept(answer));
          }
        };
    broken[0] = () -> first.accept(Optional.empty());
    at.connections().open(broken[0]);
    world.after(3 * TIMEOUT, simulation.outside(), broken[0]);
    return first;
  }

  private void heard(Recorder.Begun begun, Write write, Optional<Outcome<StoredObject>> answer) {
    if (answer.isEmpty()) {
      world.count("writes without an answer");
      begun.unknown("no answer");
    } else {
      switch (answer.get()) {
        case Outcome.Done<StoredObject>(StoredObject object) -> done(begun, write, object);
        case Outcome.Rejected<StoredObject>(Rejection.Timeout timeout) -> {
          world.count("writes told Timeout");
          begun.unknown("Timeout");
        }
        case Outcome.Rejected<StoredObject>(Rejection rejection) -> {
          String reason = rejection.getClass().getSimpleName();
          world.count("writes refused with " + reason);
          begun.fail(reason);
          known.remove(write.key());
        }
      }
    }
    goOn();
  }

  private void done(Recorder.Begun begun, Write write, StoredObject object) {
    world.count("writes done");
    begun.ok(object.uid(), Simulation.valueOf(object), object.resourceVersion());
    Known heard = new Known(object.uid(), object.resourceVersion());
    if (write instanceof Write.Delete) {
      known.remove(write.key());
      gone.put(write.key(), heard);
    } else {
      known.put(write.key(), heard);
      gone.remove(write.key());
    }
  }

  private void found(Recorder.Begun begun, ObjectKey key, Optional<ResourceSnapshot> answer) {
    if (answer.isEmpty()) {
      begun.unknown("no answer");
    } else if (answer.get().get(key).isEmpty()) {
      world.count("reads done");
      begun.ok("", "", 0);
      known.remove(key);
    } else {
      gone.remove(key);
      world.count("reads done");
      StoredObject object = answer.get().get(key).get();
      begun.ok(object.uid(), Simulation.valueOf(object), object.resourceVersion());
      known.put(key, new Known(object.uid(), object.resourceVersion()));
    }
    goOn();
  }

  private void goOn() {
    idle = true;
    think();
  }
}
