package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Admission.Operation;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.Deleted;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.apiserver.Attempts.Plan;
import io.luotsi.core.apiserver.Attempts.Planner;
import io.luotsi.core.apiserver.Completion.Complete;
import io.luotsi.core.apiserver.warnings.FinalizerWarnings;
import io.luotsi.core.apiserver.warnings.KindWarnings;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Verb;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.patch.apply.FieldManager;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Creation, update and deletion of whole objects and their status: mutate, default, validate. */
final class WritePath {
  private final PipelineParts parts;
  private final Attempts attempts;
  private final Strategies strategies;
  private final Reservation.Maker reservations;
  private final QuotaReservations quotas;
  private final List<Admission> admission;
  private final Completion completion;

  WritePath(
      PipelineParts parts,
      Strategies strategies,
      Reservation.Maker reservations,
      List<Admission> admission,
      FieldManagers fields) {
    this.parts = parts;
    this.attempts = new Attempts(parts.store(), parts.executor());
    this.strategies = strategies;
    this.reservations = reservations;
    this.quotas =
        new QuotaReservations(
            parts.store(),
            parts.clock(),
            !parts.settings().disabledAdmission().contains("ResourceQuota"));
    this.admission = List.copyOf(admission);
    this.completion = new Completion(fields, parts.clock());
  }

  CompletionStage<Outcome<Written>> create(Target target, Body body, WriteOptions options) {
    Change whole = new Change.Whole(body);
    return run(target, reads -> planCreate(target, Change.copy(body), whole, options, reads));
  }

  /** Applies a change to what is stored; to the status alone if the target says so. */
  CompletionStage<Outcome<Written>> update(Target target, Change change, WriteOptions options) {
    return run(target, reads -> planUpdate(target, change, options, reads));
  }

  /**
   * Stores what {@code change} makes of what is stored, as it is: for operations that are checked
   * by themselves.
   */
  CompletionStage<Outcome<Written>> replace(Target target, Change change, boolean dryRun) {
    return attempts.run(
        reads ->
            found(target, reads)
                .flatMap(
                    stored ->
                        change
                            .apply(Json.readObject(stored.json()))
                            .map(body -> planReplacement(target, stored, body.object(), dryRun))));
  }

  private static Plan<Written> planReplacement(
      Target target, StoredObject stored, ObjectNode object, boolean dryRun) {
    ObjectDraft draft = draft(target.type(), object);
    if (dryRun) {
      return new Plan.Answer<>(new Written(draft.seal(stored.resourceVersion()), false, List.of()));
    }
    return new Plan.Commit<>(
        resource(target),
        new Write.Update(draft, Precondition.unchanged(stored)),
        written -> new Written(written, false, List.of()),
        Attempts::isStale);
  }

  private Instant now() {
    return parts.clock().instant();
  }

  private CompletionStage<Outcome<Written>> run(Target target, Planner<Written> planner) {
    return reservations.concerns(target) ? attempts.runAside(planner) : attempts.run(planner);
  }

  /** What stores call the resource. */
  private static GroupResource resource(Target target) {
    return target.type().stored().groupResource();
  }

  private static ObjectDraft draft(ResourceType type, ObjectNode object) {
    return type.custom().isPresent()
        ? CustomView.draft(type, object)
        : ObjectDraft.of(object, type.stored().selectable());
  }

  private static Outcome<StoredObject> found(Target target, Reads reads) {
    GroupResource asked = target.type().groupResource();
    return reads
        .find(resource(target), new ObjectKey(target.namespace(), target.name()))
        .flatMap(
            found ->
                found
                    .map(Outcome::done)
                    .orElseGet(
                        () -> Outcome.rejected(new Rejection.NotFound(asked, target.name()))));
  }

  CompletionStage<Outcome<Deleted>> delete(Target target, DeleteOptions options, boolean dryRun) {
    return attempts.run(reads -> planDelete(target, options, dryRun, reads));
  }

  /**
   * @param body changed in place
   * @param change what made the body of nothing
   */
  private Outcome<Plan<Written>> planCreate(
      Target target, Body body, Change change, WriteOptions options, Reads reads) {
    ObjectNode object = body.object();
    // A generated name that is taken is drawn anew; an update that creates becomes one that does
    // not.
    boolean again = MetadataRules.generatesName(object) || !target.name().isEmpty();
    return completion
        .ofNew(target, body, change, options)
        .flatMap(complete -> planCreate(target, complete, again, options, reads));
  }

  private Outcome<Plan<Written>> planCreate(
      Target target, Complete complete, boolean again, WriteOptions options, Reads reads) {
    ObjectNode object = complete.object();
    Strategy strategy = strategies.of(target);
    Admission.Request request =
        new Admission.Request(
            Operation.CREATE,
            target,
            Optional.of(object),
            Optional.empty(),
            reads,
            new ArrayList<>(complete.warnings()),
            options.notes());
    return refuse(
        MetadataRules.checkIdentity(target, object)
            .or(() -> admit(request))
            .or(() -> prepareForCreate(target, strategy, object))
            .or(() -> invalid(target.type(), ObjectMeta.name(object), strategy.validate(object)))
            .or(() -> validate(request)),
        () ->
            reserve(request, options)
                .map(
                    reservation ->
                        commitCreation(
                            target.type(),
                            object,
                            again,
                            reservation,
                            new Answering(options.dryRun(), warnings(request)))));
  }

  private Optional<Rejection> prepareForCreate(
      Target target, Strategy strategy, ObjectNode object) {
    Optional<Rejection> refusal = MetadataRules.prepareForCreate(object, parts.identities(), now());
    if (refusal.isPresent()) {
      return refusal;
    }
    if (target.type().subresource("status").isPresent() && !strategy.keepsStatusOnCreate()) {
      object.remove("status");
      ObjectNode status = strategy.initialStatus(object);
      if (!status.isEmpty()) {
        object.set("status", status);
      }
    }
    if (strategy.countsGenerations()) {
      ObjectMeta.of(object).put("generation", 1);
    }
    strategy.prepareForCreate(object, target.user());
    if (ObjectMeta.name(object).isEmpty()) {
      return invalid(
          target.type(),
          "",
          List.of(FieldError.required("metadata.name", "name or generateName is required")));
    }
    return Optional.empty();
  }

  /** How a write is to be answered. */
  private record Answering(boolean dryRun, List<String> warnings) {}

  /** The quota last: what is refused for any other reason uses nothing of it. */
  private Outcome<Reservation> reserve(Admission.Request request, WriteOptions options) {
    Target target = request.target();
    Outcome<Reservation> own =
        reservations.concerns(target)
            ? reservations.reserve(
                target, request.object().orElseThrow(), request.current(), options.dryRun())
            : Outcome.done(Reservation.NONE);
    return own.flatMap(
        taken -> {
          Outcome<Reservation> quota = quotas.reserve(request, options.dryRun()).map(used -> taken);
          if (!quota.isDone()) {
            taken.cancel().run();
          }
          return quota;
        });
  }

  private static Plan<Written> commitCreation(
      ResourceType type,
      ObjectNode object,
      boolean again,
      Reservation reservation,
      Answering answering) {
    ObjectDraft draft = draft(type, object);
    return answering.dryRun()
        ? new Plan.Answer<>(new Written(draft.seal(0), true, answering.warnings()))
        : new Plan.Commit<>(
            type.stored().groupResource(),
            new Write.Create(draft),
            stored -> new Written(stored, true, answering.warnings()),
            why -> again && why instanceof Rejection.AlreadyExists,
            reservation.cancel());
  }

  private Outcome<Plan<Written>> planUpdate(
      Target target, Change change, WriteOptions options, Reads reads) {
    return reads
        .find(resource(target), new ObjectKey(target.namespace(), target.name()))
        .flatMap(
            found ->
                found.isPresent()
                    ? planUpdate(target, found.get(), change, options, reads)
                    : planCreation(target, change, options, reads));
  }

  private Outcome<Plan<Written>> planUpdate(
      Target target, StoredObject stored, Change change, WriteOptions options, Reads reads) {
    ObjectNode current = CustomView.read(target.type(), stored);
    ObjectNode shown = target.type().conversion().fromStored(current);
    return change
        .apply(shown)
        .flatMap(body -> completion.of(target, body, shown, change, options))
        .flatMap(
            complete ->
                planReplacement(
                    new Replacement(target, stored, current, change.isPatch(), reads),
                    complete,
                    options));
  }

  /** An update of an object that is not there. */
  private Outcome<Plan<Written>> planCreation(
      Target target, Change change, WriteOptions options, Reads reads) {
    boolean updateCreates =
        strategies.of(target).createsOnUpdate() && target.subresource().isEmpty();
    Optional<Outcome<Body>> made = change.ofNothing(updateCreates);
    if (made.isEmpty()) {
      return Outcome.rejected(
          change
              .wrong(target, options)
              .orElseGet(
                  () -> new Rejection.NotFound(target.type().groupResource(), target.name())));
    }
    return made.get()
        .flatMap(
            body ->
                refuse(
                    parts
                        .authorizer()
                        .authorize(target.user(), Authorizer.Attributes.of(target, Verb.CREATE)),
                    () -> planCreate(target, body, change, options, reads)));
  }

  /**
   * An update of an object that is there.
   *
   * @param current what is stored, read
   * @param byPatch whether the client has said what is to be different
   */
  private record Replacement(
      Target target, StoredObject stored, ObjectNode current, boolean byPatch, Reads reads) {}

  private Outcome<Plan<Written>> planReplacement(
      Replacement what, Complete complete, WriteOptions options) {
    Target target = what.target();
    Strategy strategy = strategies.of(target);
    ObjectNode object = complete.object();
    Admission.Request request =
        new Admission.Request(
            Operation.UPDATE,
            target,
            Optional.of(object),
            Optional.of(what.current()),
            what.reads(),
            new ArrayList<>(complete.warnings()),
            options.notes());
    return refuse(
        (what.byPatch()
                ? Optional.<Rejection>empty()
                : MetadataRules.checkUid(target, object, what.current()))
            .or(() -> MetadataRules.prepareForUpdate(target, strategy, object, what.current()))
            .or(() -> admit(request))
            .or(() -> prepareForUpdate(target, strategy, object, what.current()))
            .or(() -> validate(request)),
        () -> commitReplacement(what, request, options));
  }

  private Optional<Rejection> prepareForUpdate(
      Target target, Strategy strategy, ObjectNode object, ObjectNode current) {
    Instant now = now();
    ResourceType type = target.type();
    List<FieldError> errors;
    if (target.subresource().equals("status")) {
      MetadataRules.keepAllButStatus(type, object, current);
      strategy.prepareForStatusUpdate(object, current, now);
      errors = strategy.validateStatusUpdate(object, current);
    } else {
      if (type.subresource("status").isPresent() && !strategy.changesStatus()) {
        ObjectMeta.copy(current, object, "status");
      }
      strategy.prepareForUpdate(object, current, now);
      if (strategy.countsGenerations() && MetadataRules.changesSpec(object, current)) {
        ObjectMeta.countGeneration(object);
      }
      errors = strategy.validateUpdate(object, current);
    }
    return invalid(type, target.name(), errors);
  }

  private Outcome<Plan<Written>> commitReplacement(
      Replacement what, Admission.Request request, WriteOptions options) {
    ObjectNode object = request.object().orElseThrow();
    List<String> warnings = warnings(request);
    ResourceType type = what.target().type();
    StoredObject stored = what.stored();
    return reserve(request, options)
        .map(
            reservation -> {
              FieldManager.keepTimes(object, what.current());
              if (object.equals(what.current()) && CustomView.isStored(type, object, stored)) {
                return new Plan.Answer<>(new Written(stored, false, warnings));
              }
              ObjectDraft draft = draft(type, object);
              if (options.dryRun()) {
                return new Plan.Answer<>(
                    new Written(draft.seal(stored.resourceVersion()), false, warnings));
              }
              boolean last = strategies.of(what.target()).completesDeletion(object, what.current());
              Precondition unchanged = Precondition.unchanged(stored);
              return new Plan.Commit<>(
                  resource(what.target()),
                  last
                      ? new Write.Delete(stored.key(), unchanged)
                      : new Write.Update(draft, unchanged),
                  written -> {
                    reservation.confirm().run();
                    if (last) {
                      released(what.target(), object);
                    }
                    return new Written(
                        last ? draft.seal(written.resourceVersion()) : written, false, warnings);
                  },
                  Attempts::isStale,
                  reservation.cancel());
            });
  }

  /** Those that the request has met so far, and those of the object itself. */
  private static List<String> warnings(Admission.Request request) {
    List<String> warnings = new ArrayList<>(request.warnings());
    GroupResource resource = request.target().type().stored().groupResource();
    ObjectNode object = request.object().orElseThrow();
    if (request.target().type().custom().isPresent()) {
      warnings.addAll(FinalizerWarnings.of(object, request.current()));
      return warnings;
    }
    switch (request.target().subresource()) {
      case "" -> warnings.addAll(KindWarnings.of(resource, object, request.current()));
      case "status" -> warnings.addAll(KindWarnings.ofStatus(resource, object));
      default -> {} // upstream warns of nothing there
    }
    return warnings;
  }

  private void released(Target target, ObjectNode gone) {
    if (reservations.concerns(target)) {
      reservations.release(gone);
    }
  }

  private Outcome<Plan<Deleted>> planDelete(
      Target target, DeleteOptions options, boolean dryRun, Reads reads) {
    return found(target, reads)
        .flatMap(
            stored -> {
              ObjectNode current = Json.readObject(stored.json());
              Admission.Request request =
                  new Admission.Request(
                      Operation.DELETE,
                      target,
                      Optional.empty(),
                      Optional.of(current),
                      reads,
                      new ArrayList<>(),
                      AuditNotes.NONE);
              return refuse(
                  checkPreconditions(target, stored, options)
                      .or(() -> admit(request))
                      .or(() -> validate(request)),
                  () -> Outcome.done(planDelete(target, stored, current, options, dryRun)));
            });
  }

  private Plan<Deleted> planDelete(
      Target target,
      StoredObject stored,
      ObjectNode current,
      DeleteOptions options,
      boolean dryRun) {
    Strategy strategy = strategies.of(target);
    Precondition unchanged = Precondition.unchanged(stored);
    return switch (strategy.delete(current, options, now())) {
      case Deletion.Pending() -> new Plan.Answer<>(new Deleted(stored, false));
      case Deletion.Remove() when dryRun -> new Plan.Answer<>(new Deleted(stored, true));
      case Deletion.Remove() ->
          new Plan.Commit<>(
              resource(target),
              new Write.Delete(stored.key(), unchanged),
              gone -> {
                released(target, current);
                return new Deleted(gone, true);
              },
              Attempts::isStale);
      case Deletion.Mark(ObjectNode marked) -> {
        ObjectDraft draft = draft(target.type(), marked);
        yield dryRun
            ? new Plan.Answer<>(new Deleted(draft.seal(stored.resourceVersion()), false))
            : new Plan.Commit<>(
                resource(target),
                new Write.Update(draft, unchanged),
                written -> new Deleted(written, false),
                Attempts::isStale);
      }
    };
  }

  private static Optional<Rejection> checkPreconditions(
      Target target, StoredObject stored, DeleteOptions options) {
    if (options.uid().isPresent() && !options.uid().get().equals(stored.uid())) {
      return Optional.of(
          MetadataRules.conflict(
              target,
              "the UID in the precondition ("
                  + options.uid().get()
                  + ") does not match the UID in record ("
                  + stored.uid()
                  + "). The object might have been deleted and then recreated"));
    }
    String version = Long.toString(stored.resourceVersion());
    if (options.resourceVersion().isPresent() && !options.resourceVersion().get().equals(version)) {
      return Optional.of(
          MetadataRules.conflict(
              target,
              "the ResourceVersion in the precondition ("
                  + options.resourceVersion().get()
                  + ") does not match the ResourceVersion in record ("
                  + version
                  + "). The object might have been modified"));
    }
    return Optional.empty();
  }

  private Optional<Rejection> admit(Admission.Request request) {
    return first(plugin -> plugin.admit(request));
  }

  private Optional<Rejection> validate(Admission.Request request) {
    return first(plugin -> plugin.validate(request));
  }

  private Optional<Rejection> first(Function<Admission, Optional<Rejection>> refusal) {
    return admission.stream().map(refusal).flatMap(Optional::stream).findFirst();
  }

  private static Optional<Rejection> invalid(
      ResourceType type, String name, List<FieldError> errors) {
    return errors.isEmpty()
        ? Optional.empty()
        : Optional.of(new Rejection.Invalid(type.stored().kind(), name, new ArrayList<>(errors)));
  }

  private static <T> Outcome<T> refuse(
      Optional<Rejection> refusal, Supplier<Outcome<T>> otherwise) {
    return refusal.<Outcome<T>>map(Outcome::rejected).orElseGet(otherwise);
  }
}
