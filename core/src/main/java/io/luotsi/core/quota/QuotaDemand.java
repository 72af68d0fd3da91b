package io.luotsi.core.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Quantity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What storing an object asks of the quotas of its namespace.
 *
 * @param object as it is to be stored
 * @param usage of the object
 * @param before the object as it is stored, and what it uses already
 * @see "Source: apiserver pkg/admission/plugin/resourcequota controller.go CheckRequest"
 */
public record QuotaDemand(
    GroupResource resource,
    JsonNode object,
    SortedMap<String, Quantity> usage,
    Optional<Before> before) {

  /** The object that is replaced. */
  public record Before(JsonNode object, SortedMap<String, Quantity> usage) {}

  /** What one quota says. */
  public sealed interface Verdict {
    /** It is not about the object, or the object needs nothing more. */
    record Indifferent() implements Verdict {}

    /**
     * @param used all that is used then
     */
    record Fits(SortedMap<String, Quantity> used) implements Verdict {}

    /**
     * @param why in upstream's words
     */
    record Refused(String why) implements Verdict {}
  }

  private static final Verdict INDIFFERENT = new Verdict.Indifferent();

  /** What every container must say if a quota limits it. */
  private static final Set<String> TO_BE_SAID =
      Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

  public static QuotaDemand of(
      GroupResource resource, JsonNode object, Optional<? extends JsonNode> current, Instant now) {
    return new QuotaDemand(
        resource,
        object,
        Usage.of(resource, object, now),
        current.map(before -> new Before(before, Usage.of(resource, before, now))));
  }

  /**
   * @param quota the whole ResourceQuota
   * @param used by others, as far as is known
   */
  public Verdict check(JsonNode quota, SortedMap<String, Quantity> used) {
    SortedMap<String, Quantity> hard = ResourceLists.read(quota.path("status").path("hard"));
    Set<String> limited = Usage.matching(resource, hard.keySet());
    if (limited.isEmpty() || !QuotaScopes.match(quota, resource.toString(), object)) {
      return INDIFFERENT;
    }
    String name = quota.path("metadata").path("name").asText();
    String unsaid = before.isEmpty() ? unsaid(limited) : "";
    if (!unsaid.isEmpty()) {
      return new Verdict.Refused("failed quota: " + name + ": must specify " + unsaid);
    }
    if (!used.keySet().containsAll(limited)) {
      return new Verdict.Refused(
          "status unknown for quota: "
              + name
              + ", resources: "
              + String.join(",", new TreeSet<>(limited)));
    }
    SortedMap<String, Quantity> requested = ResourceLists.only(more(quota), hard.keySet());
    return requested.isEmpty() ? INDIFFERENT : fit(name, hard, used, requested);
  }

  /** What is needed more than before. */
  private SortedMap<String, Quantity> more(JsonNode quota) {
    Map<String, Quantity> had =
        before
            .filter(it -> QuotaScopes.match(quota, resource.toString(), it.object()))
            .<Map<String, Quantity>>map(Before::usage)
            .orElse(Map.of());
    return ResourceLists.excess(usage, had);
  }

  private static Verdict fit(
      String name,
      SortedMap<String, Quantity> hard,
      SortedMap<String, Quantity> used,
      SortedMap<String, Quantity> requested) {
    SortedMap<String, Quantity> after = ResourceLists.plus(used, requested);
    List<String> exceeded =
        requested.keySet().stream()
            .filter(it -> after.get(it).compareTo(hard.get(it)) > 0)
            .toList();
    if (exceeded.isEmpty()) {
      return new Verdict.Fits(after);
    }
    return new Verdict.Refused(
        "exceeded quota: "
            + name
            + ", requested: "
            + ResourceLists.text(ResourceLists.only(requested, exceeded))
            + ", used: "
            + ResourceLists.text(ResourceLists.only(used, exceeded))
            + ", limited: "
            + ResourceLists.text(ResourceLists.only(hard, exceeded)));
  }

  /** What containers leave open that the quota must know; empty if nothing. */
  private String unsaid(Set<String> limited) {
    if (!resource.toString().equals("pods")) {
      return "";
    }
    SortedMap<String, Set<String>> missing = new TreeMap<>();
    JsonNode spec = object.path("spec");
    for (String field : List.of("containers", "initContainers")) {
      for (JsonNode container : spec.path(field)) {
        for (String name : limited) {
          if (TO_BE_SAID.contains(name) && !says(spec, container, name)) {
            missing
                .computeIfAbsent(name, first -> new TreeSet<>())
                .add(container.path("name").asText());
          }
        }
      }
    }
    List<String> parts = new ArrayList<>();
    missing.forEach(
        (name, containers) -> parts.add(name + " for: " + String.join(",", containers)));
    return String.join("; ", parts);
  }

  private static boolean says(JsonNode spec, JsonNode container, String name) {
    int dot = name.indexOf('.');
    String part = dot < 0 ? "requests" : name.substring(0, dot);
    String bare = name.substring(dot + 1);
    return container.path("resources").path(part).has(bare)
        || spec.path("resources").path(part).has(bare);
  }
}
