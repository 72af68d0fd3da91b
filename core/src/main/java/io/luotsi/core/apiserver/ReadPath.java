package io.luotsi.core.apiserver;

import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.ListOptions;
import io.luotsi.core.apiserver.Api.Page;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.VersionMatch;
import io.luotsi.core.apiserver.Api.WatchOptions;
import io.luotsi.core.apiserver.Api.WatchStart;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import io.luotsi.core.store.WatchCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Get, list and watch: which version is read, and which part of it is shown; objects as they are
 * stored.
 */
final class ReadPath {
  private static final String EXPIRED_CONTINUE =
      "The provided continue parameter is too old to display a consistent list result. You can"
          + " start a new list without the continue parameter, or use the continue token in this"
          + " response to retrieve the remainder of the results. Continuing with the provided token"
          + " results in an inconsistent list - objects that were created, modified, or deleted"
          + " between the time the first chunk was returned and now may show up in the list.";

  private final Store store;
  private final Executor executor;

  /**
   * @param executor for what costs as much as it shows, which is not for the store's threads
   */
  ReadPath(Store store, Executor executor) {
    this.store = store;
    this.executor = executor;
  }

  CompletionStage<Outcome<StoredObject>> get(Target target, OptionalLong resourceVersion) {
    ObjectKey key = new ObjectKey(target.namespace(), target.name());
    return store
        .read(target.type().stored().groupResource(), freshness(resourceVersion))
        .thenApply(
            outcome ->
                outcome.flatMap(
                    snapshot ->
                        snapshot
                            .get(key)
                            .map(CustomView.of(target.type()))
                            .map(Outcome::done)
                            .orElseGet(
                                () ->
                                    Outcome.rejected(
                                        new Rejection.NotFound(
                                            target.type().groupResource(), key.name())))));
  }

  CompletionStage<Outcome<Page>> list(Target target, ListOptions options) {
    Selection asked = within(target, options.selection());
    Optional<Rejection> refusal =
        checkFields(target.type(), asked).or(() -> checkVersions(options));
    if (refusal.isPresent()) {
      return completed(Outcome.rejected(refusal.get()));
    }
    Selection selection = Conversions.stored(target.type(), asked);
    GroupResource resource = target.type().stored().groupResource();
    if (!options.continueToken().isEmpty()) {
      return switch (ContinueToken.decode(options.continueToken())) {
        case Outcome.Done<ContinueToken>(ContinueToken token) ->
            goOn(target.type(), selection, options.limit(), token);
        case Outcome.Rejected<ContinueToken>(Rejection why) -> completed(Outcome.rejected(why));
      };
    }
    // As upstream: "whatever there is" comes whole, from memory.
    boolean whole = options.match().isEmpty() && options.resourceVersion().orElse(-1) == 0;
    return store
        .read(resource, version(options))
        .thenApplyAsync(
            outcome ->
                outcome.map(
                    snapshot ->
                        page(
                            CustomView.of(target.type(), snapshot),
                            selection,
                            Optional.empty(),
                            whole ? 0 : options.limit())),
            executor);
  }

  private CompletionStage<Outcome<Page>> goOn(
      ResourceType type, Selection selection, long limit, ContinueToken token) {
    ReadVersion version =
        token.version() == ContinueToken.NEWEST
            ? ReadVersion.LATEST
            : new ReadVersion.Exact(token.version());
    return store
        .read(type.stored().groupResource(), version)
        .thenApplyAsync(
            outcome ->
                switch (outcome) {
                  case Outcome.Done<ResourceSnapshot>(ResourceSnapshot snapshot) ->
                      Outcome.done(
                          page(
                              CustomView.of(type, snapshot),
                              selection,
                              Optional.of(token.last()),
                              limit));
                  case Outcome.Rejected<ResourceSnapshot>(Rejection.Expired expired) ->
                      Outcome.rejected(
                          new Rejection.Expired(
                              EXPIRED_CONTINUE,
                              new ContinueToken(ContinueToken.NEWEST, token.last()).encode()));
                  case Outcome.Rejected<ResourceSnapshot>(Rejection why) -> Outcome.rejected(why);
                },
            executor);
  }

  CompletionStage<Outcome<WatchStart>> watch(Target target, WatchOptions options) {
    Selection asked = within(target, options.selection());
    Optional<Rejection> refusal =
        checkFields(target.type(), asked).or(() -> checkVersions(options));
    if (refusal.isPresent()) {
      return completed(Outcome.rejected(refusal.get()));
    }
    Selection selection = Conversions.stored(target.type(), asked);
    GroupResource resource = target.type().stored().groupResource();
    long from = options.resourceVersion().orElse(0);
    boolean sendAll = options.sendInitialEvents().orElse(from == 0);
    if (!sendAll && from > 0) {
      return completed(start(target.type(), selection, from, List.of(), OptionalLong.empty()));
    }
    boolean sayEnd = options.sendInitialEvents().orElse(false);
    return store
        .read(resource, freshness(options.resourceVersion()))
        .thenApplyAsync(
            outcome ->
                outcome.flatMap(
                    snapshot ->
                        start(
                            target.type(),
                            selection,
                            snapshot.version(),
                            sendAll
                                ? select(CustomView.of(target.type(), snapshot), selection)
                                : List.of(),
                            sayEnd ? OptionalLong.of(snapshot.version()) : OptionalLong.empty())),
            executor);
  }

  private Outcome<WatchStart> start(
      ResourceType type,
      Selection selection,
      long from,
      List<StoredObject> initial,
      OptionalLong endOfInitial) {
    return store
        .watch(type.stored().groupResource(), from)
        .map(
            cursor ->
                new WatchStart(
                    initial, endOfInitial, through(CustomView.of(type, cursor), selection)));
  }

  private static WatchCursor through(WatchCursor cursor, Selection selection) {
    return selection.equals(Selection.EVERYTHING) ? cursor : new SelectedCursor(cursor, selection);
  }

  private static ReadVersion freshness(OptionalLong resourceVersion) {
    if (resourceVersion.isEmpty()) {
      return ReadVersion.LATEST;
    }
    long version = resourceVersion.getAsLong();
    return version == 0 ? ReadVersion.ANY : new ReadVersion.NotOlderThan(version);
  }

  private static ReadVersion version(ListOptions options) {
    return options.match().equals(Optional.of(VersionMatch.EXACT)) || isExactByOldRule(options)
        ? new ReadVersion.Exact(options.resourceVersion().orElseThrow())
        : freshness(options.resourceVersion());
  }

  /** A limit with a version but no match means that very version. */
  private static boolean isExactByOldRule(ListOptions options) {
    return options.match().isEmpty()
        && options.limit() > 0
        && options.resourceVersion().orElse(0) > 0;
  }

  static List<StoredObject> select(ResourceSnapshot snapshot, Selection selection) {
    SortedMap<ObjectKey, StoredObject> objects = objects(snapshot, selection);
    if (selectsAll(selection)) {
      return List.copyOf(objects.values());
    }
    List<StoredObject> selected = new ArrayList<>();
    for (StoredObject object : objects.values()) {
      if (selection.matches(object)) {
        selected.add(object);
      }
    }
    return selected;
  }

  /**
   * @param after the last key of the page before
   * @param limit 0 for all
   */
  private static Page page(
      ResourceSnapshot snapshot, Selection selection, Optional<ObjectKey> after, long limit) {
    SortedMap<ObjectKey, StoredObject> objects = objects(snapshot, selection);
    if (after.isPresent()) {
      // The smallest key behind: names cannot hold a NUL.
      objects = objects.tailMap(new ObjectKey(after.get().namespace(), after.get().name() + "\0"));
    }
    if (limit <= 0 && after.isEmpty()) {
      return new Page(snapshot.version(), select(snapshot, selection), "", OptionalLong.empty());
    }
    List<StoredObject> items = new ArrayList<>();
    for (StoredObject object : objects.values()) {
      if (!selection.matches(object)) {
        continue;
      }
      if (limit > 0 && items.size() == limit) {
        String token = new ContinueToken(snapshot.version(), items.getLast().key()).encode();
        return new Page(
            snapshot.version(), items, token, remaining(objects, selection, items.size()));
      }
      items.add(object);
    }
    return new Page(snapshot.version(), items, "", OptionalLong.empty());
  }

  private static OptionalLong remaining(
      SortedMap<ObjectKey, StoredObject> objects, Selection selection, int given) {
    return selectsAll(selection) ? OptionalLong.of(objects.size() - given) : OptionalLong.empty();
  }

  private static boolean selectsAll(Selection selection) {
    return selection.labels().requirements().isEmpty() && selection.fields().terms().isEmpty();
  }

  private static SortedMap<ObjectKey, StoredObject> objects(
      ResourceSnapshot snapshot, Selection selection) {
    return selection.namespace().isPresent()
        ? snapshot.namespace(selection.namespace().get())
        : snapshot.objects();
  }

  /** The selection, narrowed to what the URL names. */
  static Selection within(Target target, Selection selection) {
    Optional<String> namespace =
        target.namespace().isEmpty() ? selection.namespace() : Optional.of(target.namespace());
    if (target.name().isEmpty()) {
      return new Selection(namespace, selection.labels(), selection.fields());
    }
    List<FieldSelector.Term> terms = new ArrayList<>(selection.fields().terms());
    terms.add(new FieldSelector.Term("metadata.name", true, target.name()));
    LabelSelector labels = selection.labels();
    return new Selection(namespace, labels, new FieldSelector(terms));
  }

  static Optional<Rejection> checkFields(ResourceType type, Selection selection) {
    for (FieldSelector.Term term : selection.fields().terms()) {
      if (!type.selectable().contains(term.path())) {
        return Optional.of(
            new Rejection.BadRequest(
                type.selectable().fields().isEmpty()
                    ? "\""
                        + term.path()
                        + "\" is not a known field selector: only \"metadata.name\","
                        + " \"metadata.namespace\""
                    : "field label not supported: " + term.path()));
      }
    }
    return Optional.empty();
  }

  private static Optional<Rejection> checkVersions(ListOptions options) {
    boolean going = !options.continueToken().isEmpty();
    List<FieldError> errors = new ArrayList<>();
    if (options.match().isPresent()) {
      String field = "resourceVersionMatch";
      if (options.resourceVersion().isEmpty()) {
        errors.add(
            FieldError.forbidden(
                field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
      }
      if (going) {
        errors.add(
            FieldError.forbidden(
                field, "resourceVersionMatch is forbidden when continue is provided"));
      }
      if (options.match().get() == VersionMatch.EXACT
          && options.resourceVersion().orElse(-1) == 0) {
        errors.add(
            FieldError.forbidden(
                field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
      }
    }
    if (!errors.isEmpty()) {
      return Optional.of(invalidOptions(errors));
    }
    return going && options.resourceVersion().orElse(0) > 0
        ? Optional.of(
            new Rejection.BadRequest(
                "specifying resource version is not allowed when using continue"))
        : Optional.empty();
  }

  private static Optional<Rejection> checkVersions(WatchOptions options) {
    List<FieldError> errors = new ArrayList<>();
    if (options.sendInitialEvents().isPresent() && options.match().isEmpty()) {
      errors.add(
          FieldError.forbidden(
              "resourceVersionMatch",
              "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (options.match().isPresent()) {
      if (options.sendInitialEvents().isEmpty()) {
        errors.add(
            FieldError.forbidden(
                "resourceVersionMatch",
                "resourceVersionMatch is forbidden for watch unless sendInitialEvents is"
                    + " provided"));
      }
      if (options.match().get() != VersionMatch.NOT_OLDER_THAN) {
        errors.add(
            new FieldError(
                FieldError.Type.NOT_SUPPORTED,
                "resourceVersionMatch",
                "\"Exact\"",
                "supported values: \"NotOlderThan\""));
      }
    }
    return errors.isEmpty() ? Optional.empty() : Optional.of(invalidOptions(errors));
  }

  private static Rejection invalidOptions(List<FieldError> errors) {
    return new Rejection.Invalid(
        new GroupVersionKind("meta.k8s.io", "v1", "ListOptions"), "", errors);
  }

  private static <T> CompletionStage<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
