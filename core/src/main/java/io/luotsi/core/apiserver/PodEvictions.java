package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.Propagation;
import io.luotsi.core.controller.disruption.DisruptionBudget;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code pods/eviction}: deletes a pod if the budget that covers it allows one disruption more. The
 * disruption is taken from the budget, on condition that it is as it was read, before the pod is
 * touched: so evictions at the same time never take more than there is. What a crash between the
 * two leaves is a pod in {@code disruptedPods} that nobody deletes; the disruption controller gives
 * it back.
 *
 * @see "Source: pkg/registry/core/pod/storage eviction.go"
 */
final class PodEvictions {
  private static final GroupResource PODS = new GroupResource("", "pods");

  private static final int MAX_ATTEMPTS = 100;

  private static final Set<String> NEVER_COUNTED = Set.of("Succeeded", "Failed", "Pending", "");

  private final PipelineParts parts;
  private final WritePath writing;
  private final Disruptions disruptions;

  PodEvictions(PipelineParts parts, WritePath writing) {
    this.parts = parts;
    this.writing = writing;
    this.disruptions = new Disruptions(parts);
  }

  CompletionStage<Outcome<Written>> create(Target target, Body body, WriteOptions options) {
    Subresource eviction = target.type().subresource("eviction").orElseThrow();
    ObjectNode object = body.object().deepCopy();
    Outcome<List<String>> complete =
        Bodies.complete(
            eviction.kind(),
            eviction.schema(),
            object,
            body.complaints(),
            options.fieldValidation());
    return switch (complete) {
      case Outcome.Rejected<List<String>>(Rejection why) ->
          CompletableFuture.completedFuture(Outcome.rejected(why));
      case Outcome.Done<List<String>>(List<String> warnings) ->
          CompletableFuture.supplyAsync(
              () ->
                  asked(target, object, options)
                      .flatMap(this::evict)
                      .map(pod -> new Written(pod, true, warnings)),
              parts.executor());
    };
  }

  /**
   * What is wanted.
   *
   * @param pod of the pod itself
   */
  private record Asked(Target pod, DeleteOptions options, boolean dryRun) {
    boolean namesVersion() {
      return options.resourceVersion().isPresent();
    }

    /** Of that version of the pod and no other, unless the client has named one itself. */
    Asked of(StoredObject seen) {
      return namesVersion()
          ? this
          : new Asked(
              pod,
              new DeleteOptions(
                  options.gracePeriodSeconds(),
                  options.propagation(),
                  options.uid(),
                  Optional.of(Long.toString(seen.resourceVersion()))),
              dryRun);
    }
  }

  private static Outcome<Asked> asked(Target target, ObjectNode eviction, WriteOptions options) {
    if (!ObjectMeta.name(eviction).equals(target.name())) {
      return Outcome.rejected(
          new Rejection.BadRequest("name in URL does not match name in Eviction object"));
    }
    JsonNode delete = eviction.path("deleteOptions");
    JsonNode grace = delete.path("gracePeriodSeconds");
    JsonNode conditions = delete.path("preconditions");
    Target pod = new Target(target.user(), target.type(), target.namespace(), target.name(), "");
    return propagation(delete)
        .map(
            propagation ->
                new Asked(
                    pod,
                    new DeleteOptions(
                        grace.isNumber()
                            ? OptionalInt.of(
                                Math.clamp(grace.asLong(), Integer.MIN_VALUE, Integer.MAX_VALUE))
                            : OptionalInt.empty(),
                        propagation,
                        text(conditions, "uid"),
                        text(conditions, "resourceVersion")),
                    options.dryRun() || !delete.path("dryRun").isEmpty()));
  }

  private static Outcome<Optional<Propagation>> propagation(JsonNode delete) {
    String policy = delete.path("propagationPolicy").asText("");
    return switch (policy) {
      case "" -> Outcome.done(Optional.empty());
      case "Orphan" -> Outcome.done(Optional.of(Propagation.ORPHAN));
      case "Background" -> Outcome.done(Optional.of(Propagation.BACKGROUND));
      case "Foreground" -> Outcome.done(Optional.of(Propagation.FOREGROUND));
      default -> Outcome.rejected(new Rejection.BadRequest("unknown propagationPolicy " + policy));
    };
  }

  private static Optional<String> text(JsonNode object, String field) {
    return Optional.of(object.path(field)).filter(JsonNode::isTextual).map(JsonNode::asText);
  }

  private Outcome<StoredObject> evict(Asked asked) {
    Outcome<StoredObject> outcome = Outcome.rejected(conflict(asked));
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Outcome<StoredObject> found = found(asked);
      if (!(found instanceof Outcome.Done<StoredObject>(StoredObject stored))) {
        return found;
      }
      ObjectNode pod = Json.readObject(stored.json());
      String phase = pod.at("/status/phase").asText("");
      if (!NEVER_COUNTED.contains(phase) && !stored.deleting()) {
        return evictCounted(asked, stored, pod);
      }
      // One that has ended, or goes already, is no disruption; one that has not begun must not
      // begin meanwhile.
      boolean mayBegin = (phase.equals("Pending") || phase.isEmpty()) && !stored.deleting();
      outcome = delete(mayBegin ? asked.of(stored) : asked);
      boolean again =
          outcome instanceof Outcome.Rejected<StoredObject>(Rejection.Conflict stale)
              && !asked.namesVersion();
      if (!again) {
        return outcome;
      }
    }
    return outcome;
  }

  private static Rejection conflict(Asked asked) {
    return new Rejection.Conflict(PODS, asked.pod().name(), "the pod keeps changing");
  }

  private Outcome<StoredObject> found(Asked asked) {
    Target target = asked.pod();
    Outcome<StoredObject> found =
        latest(PODS)
            .flatMap(
                all ->
                    all.get(ObjectKey.of(target.namespace(), target.name()))
                        .map(Outcome::done)
                        .orElseGet(
                            () -> Outcome.rejected(new Rejection.NotFound(PODS, target.name()))));
    return found.flatMap(pod -> ofOwnNode(target, pod));
  }

  /** A kubelet may evict what it runs. */
  private static Outcome<StoredObject> ofOwnNode(Target target, StoredObject pod) {
    Optional<String> node = target.user().nodeName();
    return node.isEmpty() || pod.field("spec.nodeName").equals(node.get())
        ? Outcome.done(pod)
        : Outcome.rejected(
            new Rejection.Forbidden(
                PODS,
                target.name(),
                "node \""
                    + node.get()
                    + "\" can only evict pods with spec.nodeName set to itself"));
  }

  private Outcome<ResourceSnapshot> latest(GroupResource resource) {
    return parts.store().read(resource, ReadVersion.LATEST).toCompletableFuture().join();
  }

  private Outcome<StoredObject> evictCounted(Asked asked, StoredObject stored, ObjectNode pod) {
    Outcome<List<StoredObject>> budgets =
        latest(Disruptions.BUDGETS)
            .map(
                all ->
                    all.namespace(stored.key().namespace()).values().stream()
                        .filter(
                            it ->
                                DisruptionBudget.covers(
                                    Json.readObject(it.json()), stored.labels()))
                        .toList());
    return budgets.flatMap(
        covering ->
            switch (covering.size()) {
              case 0 -> mark(asked).flatMap(this::delete);
              case 1 -> evictCovered(asked, stored, pod, covering.getFirst());
              default ->
                  Outcome.rejected(
                      new Rejection.Unclassified(
                          "This pod has more than one PodDisruptionBudget, which the eviction"
                              + " subresource does not support."));
            });
  }

  private Outcome<StoredObject> evictCovered(
      Asked asked, StoredObject stored, ObjectNode pod, StoredObject budget) {
    if (Disruptions.isFree(pod, Json.readObject(budget.json()))) {
      // Not ready, so that it is missed by nobody; it must not become ready meanwhile.
      Outcome<StoredObject> outcome = mark(asked.of(stored)).flatMap(this::delete);
      boolean changed =
          outcome instanceof Outcome.Rejected<StoredObject>(Rejection.Conflict stale)
              && !asked.namesVersion();
      return changed ? Outcome.rejected(Disruptions.beingProcessed(budget.key().name())) : outcome;
    }
    return disruptions
        .take(budget, stored.key().name(), asked.dryRun())
        .flatMap(taken -> mark(asked))
        .flatMap(this::delete);
  }

  /** Says on the pod why it goes; what is returned names the version that says so, if one was. */
  private Outcome<Asked> mark(Asked asked) {
    if (asked.dryRun()) {
      return Outcome.done(asked);
    }
    Outcome<Written> marked =
        writing
            .replace(asked.pod(), pod -> checked(asked, pod).map(this::marked), false)
            .toCompletableFuture()
            .join();
    return marked.map(
        written ->
            asked.namesVersion()
                ? new Asked(
                    asked.pod(),
                    new DeleteOptions(
                        asked.options().gracePeriodSeconds(),
                        asked.options().propagation(),
                        asked.options().uid(),
                        Optional.of(Long.toString(written.object().resourceVersion()))),
                    false)
                : asked);
  }

  private static Outcome<ObjectNode> checked(Asked asked, ObjectNode pod) {
    Optional<String> uid = asked.options().uid();
    Optional<String> version = asked.options().resourceVersion();
    boolean other =
        uid.isPresent() && !uid.get().equals(ObjectMeta.text(pod, "uid"))
            || version.isPresent()
                && !version.get().equals(ObjectMeta.text(pod, "resourceVersion"));
    return other
        ? Outcome.rejected(
            new Rejection.Conflict(
                PODS,
                asked.pod().name(),
                "the object has been modified; please apply your changes to the latest version and"
                    + " try again"))
        : Outcome.done(pod.deepCopy());
  }

  private Body marked(ObjectNode pod) {
    ArrayNode conditions = pod.withObject("status").withArray("conditions");
    List<JsonNode> others = new ArrayList<>();
    conditions.forEach(
        condition -> {
          if (!condition.path("type").asText().equals("DisruptionTarget")) {
            others.add(condition);
          }
        });
    conditions.removeAll();
    conditions.addAll(others);
    ObjectNode condition =
        conditions
            .addObject()
            .put("type", "DisruptionTarget")
            .put("status", "True")
            .putNull("lastProbeTime")
            .put("lastTransitionTime", ObjectMeta.time(parts.clock().instant()))
            .put("reason", "EvictionByEvictionAPI")
            .put("message", "Eviction API: evicting");
    if (pod.at("/metadata/generation").isNumber()) {
      condition.set("observedGeneration", pod.at("/metadata/generation"));
    }
    return new Body(pod, List.of());
  }

  private Outcome<StoredObject> delete(Asked asked) {
    return writing
        .delete(asked.pod(), asked.options(), asked.dryRun())
        .toCompletableFuture()
        .join()
        .map(Api.Deleted::object);
  }
}
