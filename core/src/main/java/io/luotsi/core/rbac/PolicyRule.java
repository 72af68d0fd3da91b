package io.luotsi.core.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One rule of a role: whoever has it may use any of the verbs on any of the resources, or of the
 * paths; {@code *} stands for all. Lists are as the role has them; an empty {@code resourceNames}
 * means all names.
 *
 * @param resources {@code pods}, {@code pods/log}, {@code *}{@code /scale}
 * @param nonResourceUrls paths, with a {@code *} at the end for all that begin so
 */
public record PolicyRule(
    List<String> apiGroups,
    List<String> resources,
    List<String> resourceNames,
    List<String> nonResourceUrls,
    List<String> verbs) {
  static final String ALL = "*";

  public PolicyRule {
    apiGroups = List.copyOf(apiGroups);
    resources = List.copyOf(resources);
    resourceNames = List.copyOf(resourceNames);
    nonResourceUrls = List.copyOf(nonResourceUrls);
    verbs = List.copyOf(verbs);
  }

  /** About resources, by whatever name. */
  public static PolicyRule ofResources(
      List<String> apiGroups, List<String> resources, List<String> verbs) {
    return new PolicyRule(apiGroups, resources, List.of(), List.of(), verbs);
  }

  public static PolicyRule ofPaths(List<String> nonResourceUrls, List<String> verbs) {
    return new PolicyRule(List.of(), List.of(), List.of(), nonResourceUrls, verbs);
  }

  /** The same for objects of these names alone. */
  public PolicyRule named(String... names) {
    return new PolicyRule(apiGroups, resources, List.of(names), nonResourceUrls, verbs);
  }

  /**
   * The {@code rules} of a role.
   *
   * @param rules a list of decoded rules; anything else counts as none
   */
  public static List<PolicyRule> readAll(JsonNode rules) {
    List<PolicyRule> all = new ArrayList<>(rules.size());
    for (JsonNode rule : rules) {
      all.add(
          new PolicyRule(
              texts(rule.path("apiGroups")),
              texts(rule.path("resources")),
              texts(rule.path("resourceNames")),
              texts(rule.path("nonResourceURLs")),
              texts(rule.path("verbs"))));
    }
    return all;
  }

  /** As a role carries it: lists that are empty are absent, but for the verbs. */
  public ObjectNode json() {
    ObjectNode json = Json.object();
    putUnlessEmpty(json, "apiGroups", apiGroups);
    putUnlessEmpty(json, "nonResourceURLs", nonResourceUrls);
    putUnlessEmpty(json, "resourceNames", resourceNames);
    putUnlessEmpty(json, "resources", resources);
    putAll(json.putArray("verbs"), verbs);
    return json;
  }

  /** As upstream's messages write a rule. */
  public String describe() {
    List<String> parts = new ArrayList<>();
    describe(parts, "APIGroups", apiGroups);
    describe(parts, "Resources", resources);
    describe(parts, "NonResourceURLs", nonResourceUrls);
    describe(parts, "ResourceNames", resourceNames);
    describe(parts, "Verbs", verbs);
    return "{" + String.join(", ", parts) + "}";
  }

  private static void describe(List<String> parts, String label, List<String> values) {
    if (!values.isEmpty()) {
      parts.add(label + ":" + quoted(values));
    }
  }

  /** Texts as Go prints a slice of them with {@code %q}. */
  public static String quoted(List<String> values) {
    return values.stream()
        .map(value -> "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .collect(Collectors.joining(" ", "[", "]"));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>(array.size());
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private static void putUnlessEmpty(ObjectNode json, String field, List<String> values) {
    if (!values.isEmpty()) {
      putAll(json.putArray(field), values);
    }
  }

  private static void putAll(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }
}
