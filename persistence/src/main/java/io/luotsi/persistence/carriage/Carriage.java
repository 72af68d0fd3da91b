package io.luotsi.persistence.carriage;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.raft.Leader;
import io.luotsi.persistence.registry.RegistryState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rules by which writes find their leader, and what their clients are told; {@link Carrier} is
 * the actor that carries them out, and says what they promise. Each method tells what happened and
 * returns what is to be done about it, in order. Not for several threads.
 */
public final class Carriage {
  /** Something to be done. */
  public sealed interface Effect {
    /** Hands it to this member's own registry, which may hand it back. */
    record SubmitHere(Parcel parcel) implements Effect {}

    /** Has this member's own registry come into being. */
    record CreateHere(GroupResource resource) implements Effect {}

    /**
     * Asks another member's carrier.
     *
     * @param call 0 if no answer is wanted
     * @param write empty to bring the resource's registry into being
     * @param mayBundle whether that carrier is known to read bundles
     */
    record Send(
        String member,
        long call,
        GroupResource resource,
        Optional<Write> write,
        long deadlineNanos,
        boolean mayBundle)
        implements Effect {}

    /**
     * Tells {@link #outcome} when the own replica is at {@code version}, or {@code otherwise} if it
     * is not there at the parcel's deadline.
     */
    record Settle(Parcel parcel, Carrier.Result result, long version, Rejection otherwise)
        implements Effect {
      /**
       * @param reached the own replica's state, at {@code version} or behind it
       */
      public Outcome<StoredObject> outcome(RegistryState reached) {
        return switch (result) {
          case Carrier.Stored stored -> Outcome.done(stored(parcel, version, reached));
          case Carrier.Deleted(StoredObject object) -> Outcome.done(object);
          case Carrier.Refused(Rejection rejection, long at) -> Outcome.rejected(rejection);
          case Carrier.NotHere notHere ->
              throw new IllegalStateException("nothing is settled by " + notHere);
        };
      }
    }

    record Reject(Parcel parcel, Rejection why) implements Effect {}
  }

  /** What the rules look at. */
  public interface View {
    Leader leader(GroupResource resource);

    /** Whether it is known where that member's carrier is. */
    boolean knows(String name);

    /** The own replica's state. */
    RegistryState state(GroupResource resource);
  }

  static final int MAX_HELD = 10_000;
  static final int MAX_HELD_BYTES = 32 << 20;
  static final int MAX_SENT = 2_000;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** The leader tells what is overdue by itself: its word is better than silence. */
  private static final long GRACE_NANOS = Duration.ofMillis(500).toNanos();

  /**
   * For answers that are under way when their leader leads no longer: once this has passed and
   * another is known to lead, clients should not wait longer.
   */
  private static final long DOUBT_NANOS = Duration.ofMillis(300).toNanos();

  private static final String UNKNOWN =
      "the write was sent to the leader and not confirmed; it may have been done";

  private static final Rejection UNHEARD =
      new Rejection.Timeout("the write is done, and this member has not heard of it yet");

  /** A parcel that a peer was asked for; {@code doubted} since that is not known to lead. */
  private record Sent(Parcel parcel, String leader, OptionalLong doubted) {}

  private final View view;
  private final int mostSent;
  private final ArrayDeque<Parcel> held = new ArrayDeque<>();
  private final Map<Long, Sent> sent = new HashMap<>();
  private final Map<GroupResource, Long> creations = new TreeMap<>();

  /** Members that have answered in bundles: of a version that reads them, too. */
  private final Set<String> bundlers = new HashSet<>();

  private long heldBytes;
  private long calls;
  private List<Effect> effects = new ArrayList<>();

  public Carriage(View view) {
    this(view, 1);
  }

  /**
   * @param shares how many there are of this on a member, which share a peer's queue
   */
  public Carriage(View view, int shares) {
    this.view = view;
    this.mostSent = MAX_SENT / shares;
  }

  public List<Effect> submit(Parcel parcel) {
    if (!held.isEmpty() || !tryRoute(parcel)) {
      hold(parcel);
    }
    return takeEffects();
  }

  /** This member's registry certainly did not do it. */
  public List<Effect> handedBack(Parcel parcel) {
    hold(parcel);
    return takeEffects();
  }

  /** Keeps it until there is somebody to send it to. */
  private void hold(Parcel parcel) {
    if (held.size() + sent.size() >= MAX_HELD || heldBytes + parcel.sizeBytes() > MAX_HELD_BYTES) {
      effects.add(new Effect.Reject(parcel, tooMany("too many writes wait for a leader")));
      return;
    }
    held.add(parcel);
    heldBytes += parcel.sizeBytes();
  }

  /**
   * @return false if nobody can be asked now
   */
  private boolean tryRoute(Parcel parcel) {
    return switch (view.leader(parcel.resource())) {
      case Leader.Here here -> effects.add(new Effect.SubmitHere(parcel));
      case Leader.Elsewhere(String name) -> trySend(parcel, name);
      case Leader.Unknown unknown -> false;
    };
  }

  private boolean trySend(Parcel parcel, String leader) {
    if (!view.knows(leader) || sent.size() >= mostSent) {
      return false;
    }
    long call = ++calls;
    sent.put(call, new Sent(parcel, leader, OptionalLong.empty()));
    return effects.add(
        new Effect.Send(
            leader,
            call,
            parcel.resource(),
            Optional.of(parcel.write()),
            parcel.deadlineNanos(),
            bundlers.contains(leader)));
  }

  private void routeHeld() {
    for (Iterator<Parcel> parcels = held.iterator(); parcels.hasNext(); ) {
      Parcel parcel = parcels.next();
      if (tryRoute(parcel)) {
        parcels.remove();
        heldBytes -= parcel.sizeBytes();
      } else if (sent.size() >= mostSent) {
        return;
      }
    }
  }

  /** Somebody is to bring the resource's registry into being; asked again until it is there. */
  public List<Effect> create(GroupResource resource, long deadlineNanos) {
    creations.merge(resource, deadlineNanos, Math::max);
    ask(resource, deadlineNanos);
    return takeEffects();
  }

  private void ask(GroupResource resource, long deadlineNanos) {
    switch (view.leader(resource)) {
      case Leader.Here here -> effects.add(new Effect.CreateHere(resource));
      case Leader.Elsewhere(String name) -> {
        if (view.knows(name)) {
          effects.add(
              new Effect.Send(
                  name, 0, resource, Optional.empty(), deadlineNanos, bundlers.contains(name)));
        }
      }
      case Leader.Unknown unknown -> {}
    }
  }

  /** Another member may lead, or this one may have become ready. */
  public List<Effect> leaderChanged() {
    bundlers.clear(); // whoever leads may be back with another version
    askAgain();
    return takeEffects();
  }

  private void askAgain() {
    routeHeld();
    creations.forEach(this::ask);
  }

  /** Whether this member is the one to do what others ask of it. */
  public boolean leads(GroupResource resource) {
    return view.leader(resource) instanceof Leader.Here;
  }

  /** What the one who asked is told of an outcome. */
  public Carrier.Result resultOf(
      GroupResource resource, Write write, Outcome<StoredObject> outcome) {
    return switch (outcome) {
      case Outcome.Done<StoredObject>(StoredObject object) when write instanceof Write.Delete ->
          new Carrier.Deleted(object);
      case Outcome.Done<StoredObject>(StoredObject object) ->
          new Carrier.Stored(object.resourceVersion());
      case Outcome.Rejected<StoredObject>(Rejection rejection) ->
          new Carrier.Refused(rejection, view.state(resource).version());
    };
  }

  public List<Effect> answered(long call, Carrier.Result result) {
    settle(call, result);
    return takeEffects();
  }

  /** By one bundle. */
  public List<Effect> answered(List<Carrier.Answer> answers) {
    for (Carrier.Answer answer : answers) {
      Sent answered = sent.get(answer.call());
      if (answered != null) {
        bundlers.add(answered.leader());
      }
      settle(answer.call(), answer.result());
    }
    return takeEffects();
  }

  private void settle(long call, Carrier.Result result) {
    Sent answered = sent.remove(call);
    if (answered != null) { // not given up
      Parcel parcel = answered.parcel();
      switch (result) {
        case Carrier.Stored(long version) ->
            effects.add(new Effect.Settle(parcel, result, version, UNHEARD));
        case Carrier.Deleted(StoredObject object) ->
            effects.add(new Effect.Settle(parcel, result, object.resourceVersion(), UNHEARD));
        case Carrier.Refused(Rejection rejection, long version) ->
            effects.add(new Effect.Settle(parcel, result, version, rejection));
        case Carrier.NotHere notHere -> hold(parcel);
      }
      if (!held.isEmpty() && sent.size() < mostSent / 2) {
        routeHeld();
      }
    }
  }

  /** The very object that the replica holds, unless somebody has replaced it already. */
  private static StoredObject stored(Parcel parcel, long version, RegistryState reached) {
    StoredObject current = reached.objects().get(parcel.write().key());
    if (current != null && current.resourceVersion() == version) {
      return current;
    }
    return switch (parcel.write()) {
      case Write.Create create -> create.draft().seal(version);
      case Write.Update update -> update.draft().seal(version);
      case Write.Delete delete ->
          throw new IllegalStateException("a delete of " + delete.key() + " stored something");
    };
  }

  /** Time has passed; to be told often while this {@link #isActive}. */
  public List<Effect> tick(long nowNanos) {
    for (Iterator<Parcel> parcels = held.iterator(); parcels.hasNext(); ) {
      Parcel parcel = parcels.next();
      if (parcel.isOverdue(nowNanos)) {
        parcels.remove();
        heldBytes -= parcel.sizeBytes();
        effects.add(
            new Effect.Reject(parcel, tooMany("no leader for " + parcel.resource() + " in time")));
      }
    }
    sent.replaceAll((call, waiting) -> doubt(waiting, nowNanos));
    sent.values().removeIf(waiting -> giveUp(waiting, nowNanos));
    creations
        .entrySet()
        .removeIf(
            entry -> nowNanos - entry.getValue() > 0 || view.state(entry.getKey()).version() > 0);
    askAgain();
    return takeEffects();
  }

  private boolean giveUp(Sent waiting, long now) {
    boolean late = waiting.parcel().isOverdue(now - GRACE_NANOS);
    boolean lost =
        waiting.doubted().isPresent()
            && now - waiting.doubted().getAsLong() > DOUBT_NANOS
            && !(view.leader(waiting.parcel().resource()) instanceof Leader.Unknown);
    if (late || lost) {
      bundlers.remove(waiting.leader());
      effects.add(new Effect.Reject(waiting.parcel(), new Rejection.Timeout(UNKNOWN)));
    }
    return late || lost;
  }

  private Sent doubt(Sent waiting, long now) {
    boolean leads =
        view.leader(waiting.parcel().resource()) instanceof Leader.Elsewhere(String name)
            && name.equals(waiting.leader());
    if (leads == waiting.doubted().isEmpty()) {
      return waiting;
    }
    return new Sent(
        waiting.parcel(), waiting.leader(), leads ? OptionalLong.empty() : OptionalLong.of(now));
  }

  /** Whether time matters. */
  public boolean isActive() {
    return !(held.isEmpty() && sent.isEmpty() && creations.isEmpty());
  }

  /** The end: whoever still waits is told what is known. */
  public List<Effect> close() {
    for (Parcel parcel : held) {
      effects.add(new Effect.Reject(parcel, tooMany("the store is closing")));
    }
    for (Sent waiting : sent.values()) {
      effects.add(new Effect.Reject(waiting.parcel(), new Rejection.Timeout(UNKNOWN)));
    }
    return takeEffects();
  }

  private List<Effect> takeEffects() {
    List<Effect> taken = effects;
    effects = new ArrayList<>();
    return taken;
  }

  private static Rejection tooMany(String message) {
    return new Rejection.TooManyRequests(message, RETRY_AFTER);
  }
}
