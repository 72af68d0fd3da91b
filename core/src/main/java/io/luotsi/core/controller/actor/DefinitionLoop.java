package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.custom.Definitions;
import io.luotsi.core.catalog.custom.Definitions.Condition;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.ObjectList;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.definition.DefinitionNames;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Establishes definitions, and empties those that were told to go. Keys are names of definitions;
 * one at a time, since what one is given another cannot have.
 */
final class DefinitionLoop implements Loop<String> {
  private static final int BATCH = 200;

  /** Objects that are held by finalizers are looked after again. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Informers informers;
  private final Hands hands;
  private final Supplier<? extends Catalog> catalog;
  private final Clock clock;

  DefinitionLoop(
      Informers informers, Hands hands, Supplier<? extends Catalog> catalog, Clock clock) {
    this.informers = informers;
    this.hands = hands;
    this.catalog = catalog;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "customresourcedefinition-controller";
  }

  @Override
  public int atOnce(int usual) {
    return 1;
  }

  @Override
  public void watch(Informers all, Consumer<String> wants) {
    all.listen(
        Resources.DEFINITIONS,
        (key, before, after) -> {
          if (after.isPresent()) {
            wants.accept(key.name());
          } else {
            freed(key.name(), wants);
          }
        });
  }

  /** Others of the group may have waited for the names of one that is gone. */
  private void freed(String name, Consumer<String> wants) {
    String group = group(name);
    informers
        .find(Resources.DEFINITIONS)
        .ifPresent(
            all ->
                all.objects().stream()
                    .map(definition -> definition.key().name())
                    .filter(other -> group(other).equals(group))
                    .forEach(wants));
  }

  /** A definition is called by its plural and its group. */
  private static String group(String name) {
    return name.substring(name.indexOf('.') + 1);
  }

  @Override
  public Result reconcile(String name) throws InterruptedException {
    Optional<StoredObject> found = informers.get(Resources.DEFINITIONS, ObjectKey.of(name));
    if (found.isEmpty()) {
      return Result.DONE;
    }
    ObjectNode definition = Json.readObject(found.get().json());
    Round round = hands.round();
    if (found.get().deleting()) {
      return isHeld(definition) ? clear(definition, round) : Result.DONE;
    }
    String group = group(name);
    List<ObjectNode> others =
        informers.of(Resources.DEFINITIONS).objects().stream()
            .filter(other -> !other.key().name().equals(name))
            .filter(other -> group(other.key().name()).equals(group))
            .map(other -> Json.readObject(other.json()))
            .toList();
    Optional<ObjectNode> status = DefinitionNames.status(definition, others, now());
    if (status.isEmpty()) {
      return Result.DONE;
    }
    definition.set("status", status.get());
    return round.end(round.run(List.of(writeStatus(definition))));
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static boolean isHeld(ObjectNode definition) {
    for (var finalizer : definition.at("/metadata/finalizers")) {
      if (finalizer.asText().equals(Definitions.CLEANUP)) {
        return true;
      }
    }
    return false;
  }

  private static Action writeStatus(ObjectNode definition) {
    String name = definition.at("/metadata/name").asText();
    return new Action.Update(Resources.DEFINITIONS, ObjectKey.of(name), "status", definition);
  }

  /** Tells the objects to go; when none is left the definition may go, too. */
  private Result clear(ObjectNode definition, Round round) throws InterruptedException {
    if (!Definitions.conditionIsTrue(definition, "Established")) {
      return release(definition, round, "NeverEstablished", "resource was never established");
    }
    Optional<ResourceType> type = served(definition);
    if (type.isEmpty()) {
      // Left behind, the objects would come back with the next definition of the name.
      String why = "could not list instances: no version is served";
      say(definition, round, "InstanceDeletionFailed", why);
      return new Result.Failed(why);
    }
    GroupVersionResource resource = type.get().groupVersionResource();
    List<String> failures = new ArrayList<>();
    int left = 0;
    switch (Hands.join(hands.api().list(resource, Selection.EVERYTHING))) {
      case Outcome.Rejected<ObjectList>(Rejection why) ->
          failures.add("could not list instances: " + Hands.message(why));
      case Outcome.Done<ObjectList>(ObjectList list) -> {
        delete(resource, list.items(), round, failures);
        left = list.items().size();
      }
    }
    if (!failures.isEmpty()) {
      say(definition, round, "InstanceDeletionFailed", failures.getFirst());
      return new Result.Failed(failures.getFirst());
    }
    if (left > 0) {
      Optional<Rejection> failure =
          say(
              definition,
              round,
              "InstanceDeletionInProgress",
              "CustomResource deletion is in progress");
      return round.end(failure, Optional.of(AGAIN));
    }
    return release(definition, round, "InstanceDeletionCompleted", "removed all instances");
  }

  private Optional<ResourceType> served(ObjectNode definition) {
    String group = definition.at("/spec/group").asText();
    String plural = definition.at("/spec/names/plural").asText();
    return catalog.get().types().stream()
        .filter(type -> type.custom().isPresent())
        .filter(type -> type.kind().group().equals(group) && type.plural().equals(plural))
        .findFirst();
  }

  private Optional<Rejection> say(ObjectNode definition, Round round, String reason, String message)
      throws InterruptedException {
    ObjectNode status = definition.withObject("status");
    ObjectNode before = status.deepCopy();
    Definitions.setCondition(status, new Condition("Terminating", true, reason, message), now());
    return status.equals(before) ? Optional.empty() : round.run(List.of(writeStatus(definition)));
  }

  private Result release(ObjectNode definition, Round round, String reason, String message)
      throws InterruptedException {
    Definitions.setCondition(
        definition.withObject("status"),
        new Condition("Terminating", false, reason, message),
        now());
    var finalizers = definition.withObject("metadata").withArrayProperty("finalizers");
    for (int i = finalizers.size() - 1; i >= 0; i--) {
      if (finalizers.get(i).asText().equals(Definitions.CLEANUP)) {
        finalizers.remove(i);
      }
    }
    return round.end(round.run(List.of(writeStatus(definition))));
  }

  private static void delete(
      GroupVersionResource resource, List<StoredObject> objects, Round round, List<String> failures)
      throws InterruptedException {
    List<Action> deletions =
        objects.stream()
            .filter(object -> !object.deleting())
            .<Action>map(
                object ->
                    new Action.Delete(
                        resource,
                        object.key(),
                        new DeleteOptions(
                            OptionalInt.empty(),
                            Optional.empty(),
                            Optional.of(object.uid()),
                            Optional.empty())))
            .toList();
    for (int from = 0; from < deletions.size(); from += BATCH) {
      List<Action> batch = deletions.subList(from, Math.min(deletions.size(), from + BATCH));
      List<Outcome<StoredObject>> outcomes = round.runTogether(batch);
      for (int i = 0; i < outcomes.size(); i++) {
        Hands.failure(batch.get(i), outcomes.get(i))
            .ifPresent(why -> failures.add("could not issue all deletes: " + Hands.message(why)));
      }
    }
  }
}
