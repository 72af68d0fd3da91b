package io.luotsi.core.controller.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.Timestamps;
import io.luotsi.core.flowcontrol.DefaultFlows;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives a cluster the FlowSchemas and priority levels that upstream calls mandatory and suggested.
 * The mandatory ones' spec is put back whatever somebody makes of it; that of the suggested ones
 * only while they carry {@code apf.kubernetes.io/autoupdate-spec: "true"}, or, without a word, have
 * never been changed. Pure.
 *
 * @see "Source: pkg/registry/flowcontrol/ensurer"
 */
public final class FlowUpkeep {
  static final String AUTOUPDATE = "apf.kubernetes.io/autoupdate-spec";

  private static final String DANGLING = "Dangling";

  private FlowUpkeep() {}

  /** Whether a cluster has an object of that name by itself. */
  public static boolean isDefault(GroupVersionResource resource, String name) {
    return mandatory(resource).containsKey(name) || suggested(resource).containsKey(name);
  }

  private static Map<String, ObjectNode> mandatory(GroupVersionResource resource) {
    return resource.equals(Resources.FLOW_SCHEMAS)
        ? DefaultFlows.MANDATORY_SCHEMAS
        : DefaultFlows.MANDATORY_LEVELS;
  }

  private static Map<String, ObjectNode> suggested(GroupVersionResource resource) {
    return resource.equals(Resources.FLOW_SCHEMAS)
        ? DefaultFlows.SUGGESTED_SCHEMAS
        : DefaultFlows.SUGGESTED_LEVELS;
  }

  /**
   * @param name of one of the defaults
   * @param found what there is of that name
   */
  public static List<Action> keep(
      GroupVersionResource resource, String name, Optional<StoredObject> found) {
    boolean isMandatory = mandatory(resource).containsKey(name);
    ObjectNode wanted =
        (isMandatory ? mandatory(resource) : suggested(resource)).get(name).deepCopy();
    if (found.isEmpty()) {
      annotate(wanted, true);
      return List.of(new Action.Create(resource, "", wanted));
    }
    ObjectNode current = Json.readObject(found.get().json());
    ObjectNode kept = current.deepCopy();
    boolean ours = isMandatory || updatesItself(current);
    annotate(kept, ours);
    if (ours) {
      ObjectNode spec = wanted.withObject("spec");
      // As upstream: what the exempt level lends and has by name is for the operator to say.
      JsonNode exempt = current.path("spec").path("exempt");
      if (isMandatory && spec.has("exempt") && exempt.isObject()) {
        spec.set("exempt", exempt);
      }
      if (!contains(current.path("spec"), spec)) {
        kept.set("spec", spec);
      }
    }
    return kept.equals(current)
        ? List.of()
        : List.of(new Action.Update(resource, found.get().key(), "", kept));
  }

  private static void annotate(ObjectNode object, boolean updatesItself) {
    object
        .withObject("metadata")
        .withObject("annotations")
        .put(AUTOUPDATE, Boolean.toString(updatesItself));
  }

  /** As upstream: who says nothing may have changed it only before the annotation was there. */
  private static boolean updatesItself(ObjectNode current) {
    JsonNode metadata = current.path("metadata");
    String said = metadata.path("annotations").path(AUTOUPDATE).asText("");
    return switch (said) {
      case "true" -> true;
      case "false" -> false;
      default -> metadata.path("generation").asLong() == 1;
    };
  }

  /** Whether all that is wanted is there; defaults that were filled in beside it do not matter. */
  private static boolean contains(JsonNode have, JsonNode wanted) {
    if (wanted.isObject()) {
      return have.isObject()
          && wanted.properties().stream()
              .allMatch(field -> contains(have.path(field.getKey()), field.getValue()))
          && !strays(have, wanted);
    }
    if (wanted.isArray()) {
      boolean same = have.isArray() && have.size() == wanted.size();
      for (int i = 0; same && i < wanted.size(); i++) {
        same = contains(have.get(i), wanted.get(i));
      }
      return same;
    }
    return have.equals(wanted);
  }

  /** Whether there is something that nobody wanted and that is no default. */
  private static boolean strays(JsonNode have, JsonNode wanted) {
    return have.properties().stream()
        .anyMatch(
            field ->
                !wanted.has(field.getKey())
                    && !field.getValue().isNull()
                    && !field.getKey().equals("clusterScope"));
  }

  /**
   * The condition {@code Dangling} of a FlowSchema.
   *
   * @param levelFound whether its priority level is there
   */
  public static List<Action> condition(StoredObject schema, boolean levelFound, Instant now) {
    ObjectNode current = Json.readObject(schema.json());
    String level = current.at("/spec/priorityLevelConfiguration/name").asText();
    String status = levelFound ? "False" : "True";
    String reason = levelFound ? "Found" : "NotFound";
    String message =
        "This FlowSchema references the PriorityLevelConfiguration object named \""
            + level
            + "\" "
            + (levelFound ? "and it exists" : "but there is no such object");
    ObjectNode condition =
        Json.object().put("type", DANGLING).put("status", status).put("reason", reason);
    condition.put("message", message);
    String since = Timestamps.format(now);
    ArrayNode conditions = Json.mapper().createArrayNode();
    for (JsonNode old : current.path("status").path("conditions")) {
      if (old.path("type").asText().equals(DANGLING)) {
        if (old.path("status").asText().equals(status)
            && old.path("message").asText().equals(message)) {
          return List.of();
        }
        if (old.path("status").asText().equals(status)) {
          since = old.path("lastTransitionTime").asText(since);
        }
      } else {
        conditions.add(old);
      }
    }
    condition.put("lastTransitionTime", since);
    ObjectNode patch = Json.object();
    patch.putObject("metadata").put("resourceVersion", Long.toString(schema.resourceVersion()));
    patch.putObject("status").set("conditions", conditions.add(condition));
    return List.of(Action.merge(Resources.FLOW_SCHEMAS, schema.key(), "status", patch));
  }
}
