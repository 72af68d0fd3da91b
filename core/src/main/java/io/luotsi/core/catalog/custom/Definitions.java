package io.luotsi.core.catalog.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is read off CustomResourceDefinitions, and written into their status, in several places. */
public final class Definitions {
  /** Keeps a definition until its objects are gone. */
  public static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

  /** One condition; when it changed is not part of it. */
  public record Condition(String type, boolean holds, String reason, String message) {}

  private Definitions() {}

  public static boolean conditionIsTrue(JsonNode definition, String type) {
    for (JsonNode condition : definition.at("/status/conditions")) {
      if (condition.path("type").asText("").equals(type)) {
        return condition.path("status").asText("").equals("True");
      }
    }
    return false;
  }

  /** The version in which objects are stored. */
  public static Optional<String> storageVersion(JsonNode definition) {
    for (JsonNode version : definition.at("/spec/versions")) {
      if (version.path("storage").asBoolean()) {
        return Optional.of(version.path("name").asText());
      }
    }
    return Optional.empty();
  }

  /**
   * Adds a condition, or replaces the one of its type.
   *
   * @param status changed in place
   * @param now when it changed, if its status did
   */
  public static void setCondition(ObjectNode status, Condition condition, String now) {
    ArrayNode conditions = status.withArrayProperty("conditions");
    String holds = condition.holds() ? "True" : "False";
    ObjectNode found = find(conditions, condition.type()).orElseGet(conditions::addObject);
    if (!found.path("status").asText("").equals(holds)) {
      found.put("lastTransitionTime", now);
    }
    found
        .put("message", condition.message())
        .put("reason", condition.reason())
        .put("status", holds)
        .put("type", condition.type());
  }

  private static Optional<ObjectNode> find(ArrayNode conditions, String type) {
    for (JsonNode one : conditions) {
      if (one instanceof ObjectNode condition && one.path("type").asText("").equals(type)) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  /** What a definition says and nobody does, to warn of. */
  public static List<String> notEnforced(JsonNode definition) {
    List<String> warnings = new ArrayList<>();
    for (JsonNode version : definition.at("/spec/versions")) {
      if (hasRules(version.at("/schema/openAPIV3Schema"))) {
        warnings.add(
            "CustomResourceDefinition is stored, but not enforced by this version of Luotsi are"
                + " the rules (x-kubernetes-validations) of version "
                + version.path("name").asText());
      }
    }
    if (definition.at("/spec/conversion/strategy").asText("").equals("Webhook")) {
      warnings.add(
          "CustomResourceDefinition is stored, but its conversion webhook is not called by this"
              + " version of Luotsi: objects are shown in other versions unconverted");
    }
    return warnings;
  }

  private static boolean hasRules(JsonNode schema) {
    if (!schema.isContainerNode()) {
      return false;
    }
    if (schema.isObject() && !schema.path("x-kubernetes-validations").isEmpty()) {
      return true;
    }
    for (JsonNode child : schema) {
      if (hasRules(child)) {
        return true;
      }
    }
    return false;
  }
}
