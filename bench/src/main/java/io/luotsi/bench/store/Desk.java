package io.luotsi.bench.store;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Reads of a member's store for clients in other JVMs. The product has no such thing, as each of
 * its members reads its own replica; writes go through the store's own carriage.
 *
 * <p>A watcher is a cursor here and asks for what follows when it has taken what it was given, so
 * that one which is slow holds nothing up.
 */
final class Desk extends AbstractMatchingBehavior<Desk.Question> {
  /** What goes over the wire; {@link DeskFormat} says how. */
  sealed interface Wire {}

  sealed interface Question extends Wire {
    ActorRef<Answer> replyTo();

    /** The client's number for it. */
    long call();
  }

  /** Answered with {@link Number}: 1 or 0. */
  record Leads(long call, ActorRef<Answer> replyTo) implements Question {}

  /** Answered with {@link Number}: the newest version. */
  record Newest(long call, String table, ActorRef<Answer> replyTo) implements Question {}

  /**
   * Answered with {@link Objects}.
   *
   * @param after name of the last object that the client has; empty for none
   * @param version 0 for the newest
   */
  record Page(
      long call, String table, String after, long version, int limit, ActorRef<Answer> replyTo)
      implements Question {}

  /** Begins a watcher, which {@link Next} names by this call. Answered with {@link Number}. */
  record Watch(long call, String table, long after, ActorRef<Answer> replyTo) implements Question {}

  /** Ends all watchers of the client. Answered with {@link Number}. */
  record Leave(long call, ActorRef<Answer> replyTo) implements Question {}

  /** Answered with {@link Objects} when there are some. */
  record Next(long call, ActorRef<Answer> replyTo) implements Question {}

  sealed interface Answer extends Wire {
    long call();
  }

  record Number(long call, long value) implements Answer {}

  /**
   * @param version of the list; of no meaning to watchers
   * @param last name of the last object if there are more, else empty
   */
  record Objects(long call, long version, String last, List<byte[]> objects) implements Answer {}

  record Failed(long call, String why) implements Answer {}

  /** Watchers of several clients may have the same number. */
  private record Watcher(ActorRef<Answer> client, long call) {}

  static final String NAME = "bench-desk";

  private static final String NAMESPACE = "default";

  private final Store store;
  private final BooleanSupplier leads;
  private final Map<Watcher, WatchCursor> watchers = new HashMap<>();

  private Desk(ActorContext<Question> context, Store store, BooleanSupplier leads) {
    super(context);
    this.store = store;
    this.leads = leads;
  }

  /**
   * @param leads whether the store's member is ready to write
   */
  static Behavior<Question> create(Store store, BooleanSupplier leads) {
    return Behaviors.setup(context -> new Desk(context, store, leads));
  }

  @Override
  public Behavior<Question> onMessage(Question question) {
    switch (question) {
      case Leads asked ->
          asked.replyTo().tell(new Number(asked.call(), leads.getAsBoolean() ? 1 : 0));
      case Newest asked ->
          read(asked, asked.table(), 0, found -> new Number(asked.call(), found.version()));
      case Page asked -> read(asked, asked.table(), asked.version(), found -> page(asked, found));
      case Watch asked -> onWatch(asked);
      case Next asked -> onNext(asked);
      case Leave asked -> onLeave(asked);
    }
    return this;
  }

  private void read(
      Question asked, String table, long version, Function<ResourceSnapshot, Answer> answer) {
    ReadVersion wanted = version == 0 ? ReadVersion.LATEST : new ReadVersion.Exact(version);
    store
        .read(GroupResource.parse(table), wanted)
        .whenComplete((outcome, failure) -> tell(asked, outcome, failure, answer));
  }

  private static <T> void tell(
      Question asked, Outcome<T> outcome, @Nullable Throwable failure, Function<T, Answer> answer) {
    if (failure != null) {
      asked.replyTo().tell(new Failed(asked.call(), failure.toString()));
      return;
    }
    asked
        .replyTo()
        .tell(
            switch (outcome) {
              case Outcome.Done<T>(T value) -> answer.apply(value);
              case Outcome.Rejected<T> rejected ->
                  new Failed(asked.call(), rejected.rejection().toString());
            });
  }

  private static Answer page(Page asked, ResourceSnapshot found) {
    List<byte[]> bodies = new ArrayList<>();
    String last = "";
    var rest =
        asked.after().isEmpty()
            ? found.objects()
            : found.objects().tailMap(ObjectKey.of(NAMESPACE, asked.after() + "\0"));
    for (StoredObject object : rest.values()) {
      if (bodies.size() == asked.limit()) {
        return new Objects(asked.call(), found.version(), last, bodies);
      }
      bodies.add(object.json());
      last = object.key().name();
    }
    return new Objects(asked.call(), found.version(), "", bodies);
  }

  private void onWatch(Watch asked) {
    tell(
        asked,
        store.watch(GroupResource.parse(asked.table()), asked.after()),
        null,
        cursor -> {
          watchers.put(new Watcher(asked.replyTo(), asked.call()), cursor);
          return new Number(asked.call(), cursor.version());
        });
  }

  private void onNext(Next asked) {
    WatchCursor cursor = watchers.get(new Watcher(asked.replyTo(), asked.call()));
    if (cursor == null) {
      asked.replyTo().tell(new Failed(asked.call(), "no such watcher"));
      return;
    }
    cursor
        .next()
        .whenComplete(
            (outcome, failure) ->
                tell(asked, outcome, failure, events -> events(asked.call(), events)));
  }

  private void onLeave(Leave asked) {
    watchers
        .entrySet()
        .removeIf(
            entry -> {
              boolean own = entry.getKey().client().equals(asked.replyTo());
              if (own) {
                entry.getValue().close();
              }
              return own;
            });
    asked.replyTo().tell(new Number(asked.call(), 0));
  }

  private static Answer events(long call, List<WatchEvent> events) {
    return new Objects(call, 0, "", events.stream().map(event -> event.object().json()).toList());
  }
}
