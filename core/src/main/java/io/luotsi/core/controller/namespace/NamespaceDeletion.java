package io.luotsi.core.controller.namespace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a namespace that is about to go says of itself, and when it may.
 *
 * @see "Source: kube-controller-manager, namespace deletion: status_condition_utils"
 */
public final class NamespaceDeletion {
  private static final String FINALIZER = "kubernetes";

  private NamespaceDeletion() {}

  /**
   * What is left in it.
   *
   * @param remaining objects a resource, none with 0
   * @param finalizers objects a finalizer that holds them, none with 0
   * @param failures of deletions, in words
   */
  public record Content(
      Map<GroupResource, Integer> remaining,
      Map<String, Integer> finalizers,
      List<String> failures) {
    public Content {
      remaining = new TreeMap<>(remaining);
      finalizers = new TreeMap<>(finalizers);
      failures = List.copyOf(failures);
    }

    public boolean isEmpty() {
      return remaining.isEmpty() && failures.isEmpty();
    }
  }

  /** Whether the namespace still waits for its content to be deleted. */
  public static boolean waits(StoredObject namespace) {
    if (!namespace.deleting()) {
      return false;
    }
    for (JsonNode finalizer : Json.readObject(namespace.json()).at("/spec/finalizers")) {
      if (finalizer.asText().equals(FINALIZER)) {
        return true;
      }
    }
    return false;
  }

  /** Lets it go: its content is gone. */
  public static Action finish(StoredObject namespace) {
    ObjectNode body = Json.readObject(namespace.json());
    ArrayNode kept = Json.mapper().createArrayNode();
    for (JsonNode finalizer : body.at("/spec/finalizers")) {
      if (!finalizer.asText().equals(FINALIZER)) {
        kept.add(finalizer);
      }
    }
    body.withObject("/spec").set("finalizers", kept);
    return new Action.Update(Resources.NAMESPACES, namespace.key(), "finalize", body);
  }

  /** The phase and the five conditions, unless it says so already. */
  public static Optional<Action> status(StoredObject namespace, Content content, Instant now) {
    JsonNode status = Json.readObject(namespace.json()).path("status");
    ArrayNode conditions = Json.mapper().createArrayNode();
    for (Condition wanted : conditions(content)) {
      conditions.add(wanted.json(PodView.condition(status, wanted.type()), now));
    }
    if (status.path("conditions").equals(conditions)
        && status.path("phase").asText().equals("Terminating")) {
      return Optional.empty();
    }
    ObjectNode patch = Json.object();
    patch
        .putObject("metadata")
        .put("uid", namespace.uid())
        .put("resourceVersion", Long.toString(namespace.resourceVersion()));
    patch.putObject("status").put("phase", "Terminating").set("conditions", conditions);
    return Optional.of(Action.merge(Resources.NAMESPACES, namespace.key(), "status", patch));
  }

  private record Condition(String type, boolean holds, String reason, String message) {
    ObjectNode json(JsonNode known, Instant now) {
      String word = holds ? "True" : "False";
      boolean same = known.path("status").asText().equals(word);
      return Json.object()
          .put("type", type)
          .put("status", word)
          .put(
              "lastTransitionTime",
              same ? known.path("lastTransitionTime").asText() : Timestamps.format(now))
          .put("reason", reason)
          .put("message", message);
    }
  }

  private static List<Condition> conditions(Content content) {
    List<Condition> conditions = new ArrayList<>();
    conditions.add(
        new Condition(
            "NamespaceDeletionDiscoveryFailure",
            false,
            "ResourcesDiscovered",
            "All resources successfully discovered"));
    conditions.add(
        new Condition(
            "NamespaceDeletionGroupVersionParsingFailure",
            false,
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed"));
    conditions.add(
        content.failures().isEmpty()
            ? new Condition(
                "NamespaceDeletionContentFailure",
                false,
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization")
            : new Condition(
                "NamespaceDeletionContentFailure",
                true,
                "ContentDeletionFailed",
                "Failed to delete all resource types, %d remaining: %s"
                    .formatted(content.failures().size(), String.join(", ", content.failures()))));
    conditions.add(remaining(content));
    conditions.add(held(content));
    return conditions;
  }

  private static Condition remaining(Content content) {
    List<String> words = new ArrayList<>();
    content
        .remaining()
        .forEach(
            (type, count) -> words.add(spelled(type) + " has " + count + " resource instances"));
    return words.isEmpty()
        ? new Condition(
            "NamespaceContentRemaining",
            false,
            "ContentRemoved",
            "All content successfully removed")
        : new Condition(
            "NamespaceContentRemaining",
            true,
            "SomeResourcesRemain",
            "Some resources are remaining: " + String.join(", ", words));
  }

  private static Condition held(Content content) {
    List<String> words = new ArrayList<>();
    content
        .finalizers()
        .forEach(
            (finalizer, count) -> words.add(finalizer + " in " + count + " resource instances"));
    return words.isEmpty()
        ? new Condition(
            "NamespaceFinalizersRemaining",
            false,
            "ContentHasNoFinalizers",
            "All content-preserving finalizers finished")
        : new Condition(
            "NamespaceFinalizersRemaining",
            true,
            "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: " + String.join(", ", words));
  }

  /** Upstream spells core resources with a dot after them: {@code pods.}. */
  private static String spelled(GroupResource type) {
    return type.resource() + "." + type.group();
  }
}
