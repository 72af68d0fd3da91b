package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.CustomKind;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.core.catalog.Verb;
import io.luotsi.core.catalog.custom.ScalePaths;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.patch.apply.FieldManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The one way to the objects: authorize, mutate, default, validate, store.
 *
 * <p>Reads of the newest version and all writes are linearizable. A write is committed on condition
 * that the object is as it was when the write was planned, and planned anew if it is not, unless
 * the client itself named the version. {@code TooManyRequests} and {@code Timeout} of the store are
 * passed on and never retried.
 */
public final class RequestPipeline implements Api {
  /** Deletions of a collection that are under way at once. */
  private static final int DELETIONS_AT_ONCE = 64;

  /** Nobody says of custom kinds how their lists merge in that way. */
  private static final Rejection UNSUPPORTED_PATCH =
      new Rejection.UnsupportedMediaType(
          "the body of the request was in an unknown format - accepted media types include:"
              + " application/json-patch+json, application/merge-patch+json,"
              + " application/apply-patch+yaml");

  private final PipelineParts parts;
  private final ReadPath reading;
  private final WritePath writing;
  private final FieldManagers fields;
  private final Reviews reviews;
  private final PodEvictions evictions;
  private final TokenReviews tokenReviews;
  private final TokenRequests tokenRequests;
  private final ComponentStatuses components;

  public RequestPipeline(PipelineParts parts) {
    this.parts = parts;
    this.reading = new ReadPath(parts.store(), parts.executor());
    this.reviews = new Reviews(parts.authorizer());
    this.fields = new FieldManagers(parts.catalog());
    this.tokenReviews = new TokenReviews(parts.tokens().authenticator());
    this.tokenRequests = new TokenRequests(parts);
    this.components = new ComponentStatuses(parts.components());
    this.writing =
        new WritePath(
            parts,
            new Strategies(parts.settings()),
            new ServiceAddresses(parts),
            AdmissionRules.all(
                parts.authorizer(), parts.identities(), parts.settings().disabledAdmission()),
            fields);
    this.evictions = new PodEvictions(parts, writing);
  }

  @Override
  public Catalog catalog() {
    return parts.catalog().get();
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> get(Target target, OptionalLong resourceVersion) {
    return allowed(
        target,
        Verb.GET,
        () -> {
          if (ComponentStatuses.concern(target.type())) {
            return components.get(target);
          }
          CompletionStage<Outcome<StoredObject>> object =
              served(target, reading.get(target, resourceVersion), Conversions::served);
          return isScale(target)
              ? object.thenApply(outcome -> outcome.flatMap(found -> scaleOf(target, found)))
              : object;
        });
  }

  @Override
  public CompletionStage<Outcome<Page>> list(Target target, ListOptions options) {
    FieldSelector fields = options.selection().fields();
    return allowed(
        target,
        Verb.LIST,
        fields,
        () ->
            ComponentStatuses.concern(target.type())
                ? components.list(target, options)
                : served(target, reading.list(target, options), Conversions::served));
  }

  @Override
  public CompletionStage<Outcome<WatchStart>> watch(Target target, WatchOptions options) {
    FieldSelector fields = options.selection().fields();
    return allowed(
        target,
        Verb.WATCH,
        fields,
        () -> served(target, reading.watch(target, options), Conversions::served));
  }

  @Override
  public CompletionStage<Outcome<Written>> create(Target target, Body body, WriteOptions options) {
    return allowed(
        target,
        Verb.CREATE,
        () ->
            switch (target.subresource()) {
              case "" -> createObject(target, body, options);
              case "eviction" -> evictions.create(target, body, options);
              case "token" -> tokenRequests.create(target, body, options);
              case "binding" -> bind(target, body, options);
              default -> completed(Outcome.rejected(new Rejection.NoSuchResource()));
            });
  }

  private CompletionStage<Outcome<Written>> createObject(
      Target target, Body body, WriteOptions options) {
    if (Reviews.concern(target.type())) {
      return completed(reviews.create(target, body, options));
    }
    if (TokenReviews.concern(target.type())) {
      return tokenReviews.create(target, body, options);
    }
    return target.type().groupResource().equals(Bindings.RESOURCE)
        ? bindNamed(target, body, options)
        : shown(target, writing.create(target, body, options));
  }

  /** {@code bindings}, from before there was {@code pods/binding}: the body names the pod. */
  private CompletionStage<Outcome<Written>> bindNamed(
      Target target, Body body, WriteOptions options) {
    ResourceType pods = parts.catalog().get().find(Bindings.PODS).orElseThrow();
    String name = body.object().path("metadata").path("name").asText("");
    return name.isEmpty()
        ? completed(Outcome.rejected(new Rejection.BadRequest("name must be provided")))
        : bind(new Target(target.user(), pods, target.namespace(), name, "binding"), body, options);
  }

  private CompletionStage<Outcome<Written>> bind(Target target, Body body, WriteOptions options) {
    Subresource binding = target.type().subresource("binding").orElseThrow();
    ObjectNode object = body.object().deepCopy();
    Outcome<List<String>> complete =
        Bodies.complete(
            binding.kind(), binding.schema(), object, body.complaints(), options.fieldValidation());
    if (complete instanceof Outcome.Rejected<List<String>>(Rejection why)) {
      return completed(Outcome.rejected(why));
    }
    return writing.replace(
        target,
        pod ->
            Bindings.bind(pod, object, parts.clock().instant())
                .map(bound -> new Body(bound, List.of())),
        options.dryRun());
  }

  @Override
  public CompletionStage<Outcome<Written>> update(Target target, Body body, WriteOptions options) {
    return allowed(
        target,
        Verb.UPDATE,
        () ->
            isScale(target)
                ? updateScale(target, body, options)
                : update(target, new Change.Whole(body), options));
  }

  private CompletionStage<Outcome<Written>> updateScale(
      Target target, Body body, WriteOptions options) {
    Subresource scale = target.type().subresource("scale").orElseThrow();
    ObjectNode object = body.object().deepCopy();
    Outcome<List<String>> read =
        Bodies.complete(
                scale.kind(), scale.schema(), object, body.complaints(), options.fieldValidation())
            .flatMap(
                warnings ->
                    MetadataRules.checkIdentity(target, object)
                        .<Outcome<List<String>>>map(Outcome::rejected)
                        .orElseGet(() -> Outcome.done(warnings)));
    return switch (read) {
      case Outcome.Rejected<List<String>>(Rejection why) -> completed(Outcome.rejected(why));
      case Outcome.Done<List<String>>(List<String> warnings) ->
          scale(target, new Change.Whole(new Body(object, List.of())), options)
              .thenApply(outcome -> outcome.map(written -> written.after(warnings)));
    };
  }

  @Override
  public CompletionStage<Outcome<Written>> patch(
      Target target, PatchType type, PatchBody patch, boolean force, WriteOptions options) {
    return allowed(
        target,
        Verb.PATCH,
        () -> {
          if (type == PatchType.STRATEGIC_MERGE && target.type().custom().isPresent()) {
            return completed(Outcome.rejected(UNSUPPORTED_PATCH));
          }
          Change change =
              type == PatchType.APPLY
                  ? new Change.Apply(
                      fields.of(target.type(), target.subresource()),
                      patch.patch(),
                      force,
                      target,
                      options,
                      parts.clock())
                  : new Change.Patch(schema(target), type, patch);
          return isScale(target) ? scale(target, change, options) : update(target, change, options);
        });
  }

  private CompletionStage<Outcome<Written>> update(
      Target target, Change change, WriteOptions options) {
    return shown(target, writing.update(target, change, options));
  }

  private CompletionStage<Outcome<Written>> shown(
      Target target, CompletionStage<Outcome<Written>> written) {
    return served(target, written, Conversions::served)
        .thenApply(outcome -> CustomView.written(target.type(), outcome))
        .thenApply(outcome -> outcome.map(RequestPipeline::withoutNoVersion));
  }

  /** What only would have been created has no version yet. */
  private static Written withoutNoVersion(Written written) {
    StoredObject object = written.object();
    return object.resourceVersion() > 0
        ? written
        : new Written(object.unversioned(), written.created(), written.warnings());
  }

  private static StructuralSchema schema(Target target) {
    return target
        .type()
        .subresource(target.subresource())
        .map(Subresource::schema)
        .orElseGet(() -> target.type().schema());
  }

  private static Outcome<StoredObject> scaleOf(Target target, StoredObject object) {
    return scalePaths(target)
        .map(paths -> CustomScale.of(object, paths))
        .orElseGet(() -> Outcome.done(ScaleSubresource.of(object)));
  }

  private static Optional<ScalePaths> scalePaths(Target target) {
    return target.type().custom().flatMap(CustomKind::scale);
  }

  private static boolean isScale(Target target) {
    return target.subresource().equals("scale");
  }

  private CompletionStage<Outcome<Written>> scale(
      Target target, Change change, WriteOptions options) {
    Target workload =
        new Target(target.user(), target.type(), target.namespace(), target.name(), "");
    return update(workload, scaling(target, change, options), options)
        .thenApply(
            outcome ->
                outcome.map(
                    written ->
                        new Written(
                            scalePaths(target)
                                .map(paths -> CustomScale.written(written.object(), paths))
                                .orElseGet(() -> ScaleSubresource.of(written.object())),
                            written.created(),
                            written.warnings())));
  }

  private Change scaling(Target target, Change change, WriteOptions options) {
    FieldManager scales = fields.of(target.type(), "scale");
    return scalePaths(target)
        .<Change>map(
            paths ->
                new CustomScale.Scaling(
                    paths, change, scales, options.fieldManager(), parts.clock()))
        .orElseGet(
            () ->
                new ScaleSubresource.Scaling(
                    change, scales, options.fieldManager(), parts.clock()));
  }

  @Override
  public CompletionStage<Outcome<Deleted>> delete(
      Target target, DeleteOptions options, boolean dryRun) {
    return allowed(
        target,
        Verb.DELETE,
        () ->
            served(target, writing.delete(target, options, dryRun), Conversions::served)
                .thenApply(outcome -> CustomView.deleted(target.type(), outcome)));
  }

  @Override
  public CompletionStage<Outcome<Page>> deleteCollection(
      Target target, ListOptions selection, DeleteOptions options, boolean dryRun) {
    return allowed(
        target,
        Verb.DELETECOLLECTION,
        selection.selection().fields(),
        () ->
            served(
                target,
                reading
                    .list(target, selection)
                    .thenCompose(outcome -> deleteAll(target, outcome, options, dryRun)),
                Conversions::served));
  }

  private CompletionStage<Outcome<Page>> deleteAll(
      Target target, Outcome<Page> selected, DeleteOptions options, boolean dryRun) {
    return switch (selected) {
      case Outcome.Rejected<Page>(Rejection why) -> completed(Outcome.rejected(why));
      case Outcome.Done<Page>(Page page) ->
          CompletableFuture.supplyAsync(
              () -> deleteAll(target, page, options, dryRun), parts.executor());
    };
  }

  /** Deletes in key order, some at once; ends at the first that is refused. */
  private Outcome<Page> deleteAll(Target target, Page page, DeleteOptions options, boolean dryRun) {
    List<StoredObject> deleted = new ArrayList<>();
    List<StoredObject> items = page.items();
    for (int from = 0; from < items.size(); from += DELETIONS_AT_ONCE) {
      List<CompletableFuture<Outcome<Deleted>>> pending =
          items.subList(from, Math.min(items.size(), from + DELETIONS_AT_ONCE)).stream()
              .map(item -> writing.delete(one(target, item), options, dryRun))
              .map(CompletionStage::toCompletableFuture)
              .toList();
      for (CompletableFuture<Outcome<Deleted>> deletion : pending) {
        switch (deletion.join()) {
          case Outcome.Done<Deleted>(Deleted done) -> deleted.add(done.object());
          // Somebody else was faster, which is what we wanted.
          case Outcome.Rejected<Deleted>(Rejection.NotFound gone) -> {}
          case Outcome.Rejected<Deleted>(Rejection why) -> {
            return Outcome.rejected(why);
          }
        }
      }
    }
    return Outcome.done(new Page(page.version(), deleted, page.continueToken(), page.remaining()));
  }

  private static Target one(Target collection, StoredObject item) {
    return new Target(
        collection.user(), collection.type(), item.key().namespace(), item.key().name(), "");
  }

  /** What the paths below answer, which know but what is stored, as the target's version has it. */
  private static <T> CompletionStage<Outcome<T>> served(
      Target target, CompletionStage<Outcome<T>> stored, BiFunction<ResourceType, T, T> form) {
    ResourceType type = target.type();
    return type.isStored()
        ? stored
        : stored.thenApply(
            outcome -> Conversions.asAsked(type, outcome.map(value -> form.apply(type, value))));
  }

  private <T> CompletionStage<Outcome<T>> allowed(
      Target target, Verb verb, Supplier<CompletionStage<Outcome<T>>> action) {
    return allowed(target, verb, FieldSelector.EVERYTHING, action);
  }

  private <T> CompletionStage<Outcome<T>> allowed(
      Target target,
      Verb verb,
      FieldSelector fields,
      Supplier<CompletionStage<Outcome<T>>> action) {
    Optional<Rejection> refusal =
        parts.authorizer().authorize(target.user(), attributes(target, verb, fields));
    if (refusal.isEmpty()) {
      refusal = ServedVerbs.refusal(target, verb);
    }
    if (refusal.isPresent()) {
      return completed(Outcome.rejected(refusal.get()));
    }
    try {
      return action.get();
    } catch (RuntimeException e) {
      // A bug; it must reach the caller where it looks for one, whatever thread found it.
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Authorizer.Attributes attributes(Target target, Verb verb, FieldSelector fields) {
    String name = target.name().isEmpty() ? onlyName(fields) : target.name();
    return Authorizer.Attributes.of(target, verb, name, fields);
  }

  /** As upstream: who selects one object of a collection by its name has named it. */
  private static String onlyName(FieldSelector fields) {
    return fields.terms().stream()
        .filter(term -> term.equal() && term.path().equals("metadata.name"))
        .map(FieldSelector.Term::value)
        .findFirst()
        .orElse("");
  }

  private static <T> CompletionStage<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
