package io.luotsi.persistence.registry;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The rules by which writes become batches, and what their writers are told; {@link Batcher} is the
 * actor that carries them out, and says what they promise. Each method tells what happened and
 * returns what is to be done about it, in order. Not for several threads.
 */
public final class Batching {
  /** Something to be done. */
  public sealed interface Effect {
    /** Starts a registry that writes in {@code term}; there is none. */
    record StartRegistry(long term) implements Effect {}

    /** Stops the registry; {@link #registryStopped} follows. */
    record StopRegistry() implements Effect {}

    /** Sends a batch to the registry, which replies once. */
    record Commit(List<Write> writes) implements Effect {}

    /** Asks whether this member still leads in {@code term}; {@link #confirmed} follows. */
    record Confirm(Registry.Decided decided, long term) implements Effect {}

    /**
     * @param outcomes one for each write, in order
     */
    record Complete(List<PendingWrite> writes, List<Outcome<StoredObject>> outcomes)
        implements Effect {}

    record Reject(List<PendingWrite> writes, Rejection why) implements Effect {}

    /** They were certainly not done, and another member may do them. */
    record HandBack(List<PendingWrite> writes) implements Effect {}
  }

  /**
   * @param timeToLive of the resource's objects
   * @param replica the local replica's state
   * @param alone whether no other member can lead now
   */
  public record Settings(
      GroupResource resource,
      Optional<Duration> timeToLive,
      Supplier<RegistryState> replica,
      BooleanSupplier alone) {}

  private static final long IDLE_NANOS = Duration.ofMinutes(5).toNanos();
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** A registry that failed is not started again before this has passed. */
  private static final long RESTART_NANOS = Duration.ofMillis(200).toNanos();

  private final Settings settings;
  private final WriteQueue queue = new WriteQueue();
  private OptionalLong term = OptionalLong.empty();
  private Optional<Running> registry = Optional.empty();
  private List<PendingWrite> inFlight = List.of();
  private boolean busy;
  private boolean wanted;
  private long notBeforeNanos;
  private long usedNanos;
  private List<Effect> effects = new ArrayList<>();

  /** The registry of a term; {@code stopping} until its end has been seen. */
  private record Running(long term, boolean stopping) {}

  public Batching(Settings settings, long nowNanos) {
    this.settings = settings;
    this.notBeforeNanos = nowNanos;
    this.usedNanos = nowNanos;
  }

  public List<Effect> submit(PendingWrite write, long nowNanos) {
    if (queue.offer(write)) {
      handBackIfDeposed();
      pump(nowNanos);
    } else {
      effects.add(new Effect.Reject(List.of(write), tooMany("too many writes are waiting")));
    }
    return takeEffects();
  }

  /** Somebody else may lead by now, and do what waits here. */
  private void handBackIfDeposed() {
    if (!settings.alone().getAsBoolean() && term.isEmpty()) {
      List<PendingWrite> returned = queue.takeAll();
      wanted = false;
      if (!returned.isEmpty()) {
        effects.add(new Effect.HandBack(returned));
      }
    }
  }

  /** The resource is to have a version. */
  public List<Effect> create(long nowNanos) {
    wanted |= settings.replica().get().version() == 0;
    handBackIfDeposed();
    pump(nowNanos);
    return takeEffects();
  }

  public List<Effect> leadershipChanged(OptionalLong newTerm, long nowNanos) {
    term = newTerm;
    handBackIfDeposed();
    pump(nowNanos);
    return takeEffects();
  }

  /** Sends the next batch, if there is one and somebody to send it to. */
  private void pump(long nowNanos) {
    if (busy) {
      return;
    }
    boolean stale = registry.isPresent() && !leadsIn(registry.get().term());
    if (stale) {
      stopRegistry();
    }
    if (term.isEmpty() || (queue.isEmpty() && !wanted)) {
      return;
    }
    if (registry.isEmpty() && nowNanos - notBeforeNanos >= 0) {
      registry = Optional.of(new Running(term.getAsLong(), false));
      effects.add(new Effect.StartRegistry(term.getAsLong()));
    }
    if (registry.isPresent() && !registry.get().stopping()) {
      inFlight = queue.takeBatch();
      busy = true;
      wanted = false;
      usedNanos = nowNanos;
      effects.add(new Effect.Commit(inFlight.stream().map(PendingWrite::write).toList()));
    }
  }

  private boolean leadsIn(long registryTerm) {
    return term.isPresent() && term.getAsLong() == registryTerm;
  }

  private void stopRegistry() {
    if (registry.isPresent() && !registry.get().stopping()) {
      registry = Optional.of(new Running(registry.get().term(), true));
      effects.add(new Effect.StopRegistry());
    }
  }

  /** The registry has decided the batch that is in flight. */
  public List<Effect> decided(Registry.Decided decided, long nowNanos) {
    if (decided.durable() || inFlight.isEmpty()) {
      complete(decided.outcomes(), nowNanos);
    } else {
      // Refusals may come from a deposed registry: they leave only if it was not.
      long decidedIn = registry.map(Running::term).orElse(-1L);
      effects.add(new Effect.Confirm(decided, decidedIn));
    }
    return takeEffects();
  }

  /**
   * What a registry decided may leave if this member still led after that, and if nobody else's
   * write came before it: one of an earlier registry of this very term, whose ActorSystem ended
   * while its last batch was under way.
   */
  public List<Effect> confirmed(Registry.Decided decided, boolean stillLeading, long nowNanos) {
    if (stillLeading && settings.replica().get().version() <= decided.version()) {
      complete(decided.outcomes(), nowNanos);
    } else {
      tryAgain(nowNanos);
    }
    return takeEffects();
  }

  private void complete(List<Outcome<StoredObject>> outcomes, long nowNanos) {
    if (!inFlight.isEmpty()) {
      effects.add(new Effect.Complete(inFlight, outcomes));
    }
    landed();
    pump(nowNanos);
  }

  /** The batch certainly changed nothing. */
  private void tryAgain(long nowNanos) {
    queue.putBack(inFlight);
    wanted |= inFlight.isEmpty();
    notBeforeNanos = nowNanos + RESTART_NANOS;
    landed();
    handBackIfDeposed();
    stopRegistry();
  }

  /** The registry has failed and stops by itself. */
  public List<Effect> failed(Throwable why, long nowNanos) {
    registry = registry.map(running -> new Running(running.term(), true));
    if (busy && why instanceof WriteFailure.NotDone) {
      tryAgain(nowNanos);
    } else if (busy) {
      giveUp(inFlight);
      landed();
    }
    return takeEffects();
  }

  private void giveUp(List<PendingWrite> batch) {
    if (!batch.isEmpty()) {
      effects.add(
          new Effect.Reject(
              batch,
              new Rejection.Timeout(
                  "the write was proposed and not confirmed; it may have been done")));
    }
  }

  private void landed() {
    inFlight = List.of();
    busy = false;
  }

  public List<Effect> registryStopped(long nowNanos) {
    registry = Optional.empty();
    if (busy) { // a bug stopped it before it could say what became of the batch
      giveUp(inFlight);
      landed();
      notBeforeNanos = nowNanos + RESTART_NANOS;
    }
    pump(nowNanos);
    return takeEffects();
  }

  /** Time has passed; to be told now and then while this {@link #isActive}. */
  public List<Effect> tick(long nowNanos, long nowMillis) {
    List<PendingWrite> late = queue.takeOverdue(nowNanos);
    if (!late.isEmpty()) {
      effects.add(
          new Effect.Reject(late, tooMany("no leader for " + settings.resource() + " in time")));
    }
    // The batch stays in flight: the next one must not overtake it.
    giveUp(inFlight.stream().filter(write -> write.isOverdue(nowNanos)).toList());
    wanted |= term.isPresent() && somethingExpires(nowMillis);
    if (!busy && queue.isEmpty() && !wanted && nowNanos - usedNanos > IDLE_NANOS) {
      stopRegistry();
    }
    pump(nowNanos);
    return takeEffects();
  }

  private boolean somethingExpires(long nowMillis) {
    return settings
        .timeToLive()
        .map(ttl -> settings.replica().get().nextExpiryMillis(ttl))
        .filter(due -> due.isPresent() && due.getAsLong() <= nowMillis)
        .isPresent();
  }

  /** Whether time matters: not for a resource that nobody writes and of which nothing expires. */
  public boolean isActive() {
    boolean watchesExpiry = term.isPresent() && settings.timeToLive().isPresent();
    return busy || wanted || !queue.isEmpty() || registry.isPresent() || watchesExpiry;
  }

  /** The end: whoever still waits is told what is known. */
  public List<Effect> close() {
    giveUp(inFlight);
    List<PendingWrite> waiting = queue.takeAll();
    if (!waiting.isEmpty()) {
      effects.add(new Effect.Reject(waiting, tooMany("the store is closing")));
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
