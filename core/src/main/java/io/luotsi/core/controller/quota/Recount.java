package io.luotsi.core.controller.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Quantity;
import io.luotsi.core.quota.QuotaScopes;
import io.luotsi.core.quota.ResourceLists;
import io.luotsi.core.quota.Usage;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a quota's status is to say.
 *
 * @see "Source: pkg/controller/resourcequota resource_quota_controller.go syncResourceQuota"
 */
public final class Recount {
  private Recount() {}

  /** Of the resources that are given, those whose objects the quota counts. */
  public static List<GroupResource> counted(JsonNode quota, Collection<GroupResource> resources) {
    Set<String> hard = ResourceLists.read(quota.path("spec").path("hard")).keySet();
    return resources.stream().filter(it -> !Usage.matching(it, hard).isEmpty()).toList();
  }

  /** What one object uses of the quota; empty if it is not about it. */
  public static SortedMap<String, Quantity> use(
      JsonNode quota, GroupResource resource, JsonNode object, Instant now) {
    Set<String> hard = ResourceLists.read(quota.path("spec").path("hard")).keySet();
    return QuotaScopes.match(quota, resource.toString(), object)
        ? ResourceLists.only(Usage.of(resource, object, now), Usage.matching(resource, hard))
        : new TreeMap<>();
  }

  /** Nothing, of all that the quota counts. */
  public static SortedMap<String, Quantity> nothing(
      JsonNode quota, Collection<GroupResource> counted) {
    Set<String> hard = ResourceLists.read(quota.path("spec").path("hard")).keySet();
    SortedMap<String, Quantity> nothing = new TreeMap<>();
    counted.forEach(
        resource ->
            Usage.matching(resource, hard).forEach(name -> nothing.put(name, Quantity.ZERO)));
    return nothing;
  }

  /**
   * @param there what is used by what is there
   * @param coming what has been reserved for what is not there yet, or will never be: so much is
   *     not given back
   * @return the quota with its new status; empty if it is right as it is
   */
  public static Optional<ObjectNode> status(
      ObjectNode quota, SortedMap<String, Quantity> there, Map<String, Quantity> coming) {
    SortedMap<String, Quantity> before = ResourceLists.read(quota.at("/status/used"));
    SortedMap<String, Quantity> used = new TreeMap<>(there);
    used.replaceAll(
        (name, amount) -> {
          Quantity with = amount.plus(coming.getOrDefault(name, Quantity.ZERO));
          Quantity was = before.getOrDefault(name, amount);
          Quantity kept = with.compareTo(was) < 0 ? with : was;
          return kept.compareTo(amount) < 0 ? amount : kept;
        });
    JsonNode hard = quota.at("/spec/hard");
    boolean right =
        used.equals(before)
            && ResourceLists.read(hard).equals(ResourceLists.read(quota.at("/status/hard")));
    if (right) {
      return Optional.empty();
    }
    ObjectNode changed = quota.deepCopy();
    ObjectNode status = changed.withObject("status");
    status.set("hard", hard.isObject() ? hard : changed.objectNode());
    status.set("used", ResourceLists.write(used));
    return Optional.of(changed);
  }
}
