package io.luotsi.core.controller.garbage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.OwnerReference;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.client.ApiClient.Propagation;
import io.luotsi.core.controller.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules of garbage collection, one object at a time.
 *
 * @see "Source: kube-controller-manager, garbagecollector"
 */
public final class GarbageRules {
  public static final String ORPHAN = "orphan";
  public static final String FOREGROUND = "foregroundDeletion";

  private GarbageRules() {}

  /** What is known of an owner that an object names. */
  public enum OwnerState {
    /** It is there, and keeps the object. */
    SOLID,
    /** It is certainly gone. */
    DANGLING,
    /** It waits for its dependents to go first. */
    WAITING
  }

  /** One object and the resource it is of. */
  public record Item(GroupVersionResource resource, StoredObject object) {}

  /** Finalizers of an object, read off its JSON. */
  public static List<String> finalizers(StoredObject object) {
    List<String> finalizers = new ArrayList<>();
    for (JsonNode finalizer : Json.readObject(object.json()).at("/metadata/finalizers")) {
      finalizers.add(finalizer.asText());
    }
    return finalizers;
  }

  /** Whether the object waits for its dependents to go first. */
  public static boolean waitsForDependents(StoredObject object) {
    return object.deleting() && finalizers(object).contains(FOREGROUND);
  }

  /**
   * An object that is to go without its dependents: they forget it, then it is free to go.
   *
   * @param dependents all that name it as an owner
   */
  public static List<Action> orphan(Item owner, List<Item> dependents) {
    List<Action> actions = new ArrayList<>();
    for (Item dependent : dependents) {
      actions.add(disown(dependent, Set.of(owner.object().uid())));
    }
    actions.add(removeFinalizer(owner, ORPHAN));
    return actions;
  }

  /**
   * An object that is to go after its dependents.
   *
   * @return nothing as long as one of them is there that blocks it; the dependents' own turn is
   *     {@link #collect}
   */
  public static List<Action> foreground(Item owner, List<Item> dependents) {
    return blocking(owner, dependents).isEmpty()
        ? List.of(removeFinalizer(owner, FOREGROUND))
        : List.of();
  }

  private static List<Item> blocking(Item owner, List<Item> dependents) {
    return dependents.stream()
        .filter(
            dependent ->
                dependent.object().owners().stream()
                    .anyMatch(
                        reference ->
                            reference.blockOwnerDeletion()
                                && reference.uid().equals(owner.object().uid())))
        .toList();
  }

  /**
   * An object that names owners.
   *
   * @param owners what is known of each, none missing
   * @param dependents of the object itself
   */
  public static List<Action> collect(
      Item item, Map<OwnerReference, OwnerState> owners, List<Item> dependents) {
    Set<String> gone = uids(owners, OwnerState.DANGLING);
    Set<String> waiting = uids(owners, OwnerState.WAITING);
    if (owners.containsValue(OwnerState.SOLID)) {
      gone.addAll(waiting);
      return gone.isEmpty() ? List.of() : List.of(disown(item, gone));
    }
    if (owners.isEmpty()) {
      return List.of();
    }
    if (!waiting.isEmpty() && !dependents.isEmpty()) {
      List<Action> actions = new ArrayList<>();
      if (dependents.stream().anyMatch(dependent -> waitsForDependents(dependent.object()))) {
        actions.add(unblock(item)); // perhaps a circle: nobody must wait for this one
      }
      actions.add(delete(item, Propagation.FOREGROUND));
      return actions;
    }
    List<String> finalizers = finalizers(item.object());
    Propagation policy =
        finalizers.contains(ORPHAN)
            ? Propagation.ORPHAN
            : finalizers.contains(FOREGROUND) ? Propagation.FOREGROUND : Propagation.BACKGROUND;
    return List.of(delete(item, policy));
  }

  private static Set<String> uids(Map<OwnerReference, OwnerState> owners, OwnerState state) {
    return owners.entrySet().stream()
        .filter(owner -> owner.getValue() == state)
        .map(owner -> owner.getKey().uid())
        .collect(Collectors.toSet());
  }

  private static Action delete(Item item, Propagation policy) {
    // The version, too: owners may have come back between our look and the deletion.
    return new Action.Delete(
        item.resource(),
        item.object().key(),
        new DeleteOptions(
            OptionalInt.empty(),
            Optional.of(policy),
            Optional.of(item.object().uid()),
            Optional.of(Long.toString(item.object().resourceVersion()))));
  }

  private static Action disown(Item item, Set<String> owners) {
    ArrayNode kept = Json.mapper().createArrayNode();
    for (JsonNode reference :
        Json.readObject(item.object().json()).at("/metadata/ownerReferences")) {
      if (!owners.contains(reference.path("uid").asText())) {
        kept.add(reference);
      }
    }
    return metadata(item, "ownerReferences", kept);
  }

  private static Action unblock(Item item) {
    ArrayNode references = Json.mapper().createArrayNode();
    for (JsonNode reference :
        Json.readObject(item.object().json()).at("/metadata/ownerReferences")) {
      references.add(((ObjectNode) reference.deepCopy()).put("blockOwnerDeletion", false));
    }
    return metadata(item, "ownerReferences", references);
  }

  private static Action removeFinalizer(Item item, String finalizer) {
    ArrayNode kept = Json.mapper().createArrayNode();
    finalizers(item.object()).stream().filter(f -> !f.equals(finalizer)).forEach(kept::add);
    return metadata(item, "finalizers", kept);
  }

  /** Replaces one list of the metadata, unless anybody wrote meanwhile. */
  private static Action metadata(Item item, String field, ArrayNode list) {
    ObjectNode patch = Json.object();
    ObjectNode metadata = patch.putObject("metadata");
    metadata
        .put("uid", item.object().uid())
        .put("resourceVersion", Long.toString(item.object().resourceVersion()));
    if (list.isEmpty()) {
      metadata.putNull(field);
    } else {
      metadata.set(field, list);
    }
    return new Action.Patch(item.resource(), item.object().key(), "", PatchType.MERGE, patch);
  }
}
