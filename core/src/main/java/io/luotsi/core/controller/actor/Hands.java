package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Statuses;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.ObjectList;
import io.luotsi.core.client.EventRecorder;
import io.luotsi.core.controller.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Carries out actions as one component, and waits until the caches have caught up with what was
 * written: the next reconcile never decides on a state older than its own last writes, which is
 * what upstream has its expectations for.
 */
final class Hands {
  /** How long caches are waited for; a broken informer must not hold a key for ever. */
  private static final Duration CATCH_UP = Duration.ofSeconds(10);

  /** A list of nothing, that costs a consistent read and says its version. */
  private static final Selection NOTHING = Selection.byField("metadata.name", "");

  private final ApiClient api;
  private final EventRecorder events;
  private final Informers informers;

  Hands(ApiClient api, EventRecorder events, Informers informers) {
    this.api = api;
    this.events = events;
    this.informers = informers;
  }

  ApiClient api() {
    return api;
  }

  /** The writes of one reconcile. For one thread. */
  Round round() {
    return new Round();
  }

  /**
   * One round of actions after which something is there; see {@link #unlessThere}.
   *
   * @param actions done in order, up to the first that fails
   */
  Result ensure(List<Action> actions) throws InterruptedException {
    Round round = round();
    return round.end(unlessThere(round.run(actions)));
  }

  /**
   * A failure, unless it is that another has made the object meanwhile: the watch tells of it, and
   * whoever minds what it says looks again.
   */
  static Optional<Rejection> unlessThere(Optional<Rejection> failure) {
    return failure.filter(why -> !(why instanceof Rejection.AlreadyExists));
  }

  /** Upstream's message of a rejection, as it stands in events and conditions. */
  static String message(Rejection why) {
    return Statuses.of(why).path("message").asText();
  }

  final class Round {
    private final Map<GroupVersionResource, Long> written = new HashMap<>();

    /**
     * Carries out actions in order, up to the first that fails.
     *
     * @return why it failed; see {@link #failure}
     */
    Optional<Rejection> run(List<Action> actions) throws InterruptedException {
      for (Action action : actions) {
        if (action instanceof Action.Event event) {
          say(event);
        } else {
          Optional<Rejection> failure = failure(action, await(start(action)));
          if (failure.isPresent()) {
            return failure;
          }
        }
      }
      return Optional.empty();
    }

    /** Carries out actions that do not depend on each other, all at once; outcomes in order. */
    List<Outcome<StoredObject>> runTogether(List<? extends Action> actions)
        throws InterruptedException {
      List<CompletionStage<Outcome<StoredObject>>> pending = new ArrayList<>(actions.size());
      List<GroupVersionResource> resources = new ArrayList<>(actions.size());
      for (Action action : actions) {
        Started started = start(action);
        pending.add(started.stage());
        resources.add(started.resource());
      }
      List<Outcome<StoredObject>> outcomes = new ArrayList<>(actions.size());
      for (int i = 0; i < pending.size(); i++) {
        outcomes.add(await(new Started(resources.get(i), pending.get(i))));
      }
      return outcomes;
    }

    void say(Action.Event event) {
      events.event(event.about(), event.type(), event.reason(), event.message());
    }

    Outcome<StoredObject> create(GroupVersionResource resource, String namespace, ObjectNode body)
        throws InterruptedException {
      return await(new Started(resource, api.create(resource, namespace, body)));
    }

    Outcome<StoredObject> get(GroupVersionResource resource, ObjectKey key)
        throws InterruptedException {
      return join(api.get(resource, key));
    }

    /** Waits for the caches, then says how the round went. */
    Result end(Optional<Rejection> failure, Optional<Duration> again) throws InterruptedException {
      catchUp();
      return failure
          .filter(why -> !(why instanceof Rejection.NotFound))
          .<Result>map(why -> new Result.Failed(message(why)))
          .orElse(new Result.Done(again));
    }

    Result end(Optional<Rejection> failure) throws InterruptedException {
      return end(failure, Optional.empty());
    }

    /** Waits until the caches of these resources know all that has been written so far. */
    void catchUp(List<GroupVersionResource> resources) throws InterruptedException {
      List<CompletionStage<Outcome<ObjectList>>> pending =
          resources.stream().map(resource -> api.list(resource, NOTHING)).toList();
      for (int i = 0; i < pending.size(); i++) {
        GroupVersionResource resource = resources.get(i);
        join(pending.get(i)).ifDone(list -> written.merge(resource, list.version(), Math::max));
      }
      catchUp();
    }

    void catchUp() throws InterruptedException {
      for (Map.Entry<GroupVersionResource, Long> entry : written.entrySet()) {
        var informer = informers.find(entry.getKey());
        if (informer.isPresent()) {
          try {
            informer
                .get()
                .reached(entry.getValue())
                .toCompletableFuture()
                .get(CATCH_UP.toMillis(), TimeUnit.MILLISECONDS);
          } catch (TimeoutException e) {
            // The informer says itself what is wrong with it; the round goes on with what it has.
          } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
          }
        }
      }
      written.clear();
    }

    private record Started(
        GroupVersionResource resource, CompletionStage<Outcome<StoredObject>> stage) {}

    private Started start(Action action) {
      return switch (action) {
        case Action.Create create ->
            new Started(
                create.resource(),
                api.create(create.resource(), create.namespace(), create.body()));
        case Action.Patch patch ->
            new Started(
                patch.resource(),
                api.patch(
                    patch.resource(),
                    patch.key(),
                    patch.subresource(),
                    patch.type(),
                    patch.patch()));
        case Action.Update update ->
            new Started(
                update.resource(),
                api.update(update.resource(), update.key(), update.subresource(), update.body()));
        case Action.Delete delete ->
            new Started(
                delete.resource(), api.delete(delete.resource(), delete.key(), delete.options()));
        case Action.Event event -> throw new IllegalArgumentException("an event is not awaited");
      };
    }

    private Outcome<StoredObject> await(Started started) throws InterruptedException {
      Outcome<StoredObject> outcome = join(started.stage());
      switch (outcome) {
        case Outcome.Done<StoredObject>(StoredObject object) ->
            written.merge(started.resource(), object.resourceVersion(), Math::max);
        case Outcome.Rejected<StoredObject>(Rejection.Timeout unknown) ->
            awaitAll(started.resource());
        case Outcome.Rejected<StoredObject> refused -> {}
      }
      return outcome;
    }

    /** Nobody knows whether the write was done: look again when everything so far has been seen. */
    private void awaitAll(GroupVersionResource resource) throws InterruptedException {
      join(api.list(resource, NOTHING))
          .ifDone(list -> written.merge(resource, list.version(), Math::max));
    }
  }

  /**
   * Why an action failed. A deletion of what is gone, or is another object by now, did not; but one
   * that named the version it saw must look again.
   */
  static Optional<Rejection> failure(Action action, Outcome<StoredObject> outcome) {
    return switch (outcome) {
      case Outcome.Done<StoredObject> done -> Optional.empty();
      case Outcome.Rejected<StoredObject>(Rejection why) -> {
        boolean settled =
            action instanceof Action.Delete delete
                && (why instanceof Rejection.NotFound
                    || why instanceof Rejection.Conflict
                        && delete.options().resourceVersion().isEmpty());
        yield settled ? Optional.empty() : Optional.of(why);
      }
    };
  }

  static <T> T join(CompletionStage<T> stage) throws InterruptedException {
    try {
      return stage.toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }
}
