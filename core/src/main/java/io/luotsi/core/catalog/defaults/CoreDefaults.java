package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Defaults of the smaller kinds of the core group. */
public final class CoreDefaults {
  private static final String NAME_LABEL = "kubernetes.io/metadata.name";

  private CoreDefaults() {}

  /** A namespace carries its name as a label, whatever a client says. */
  public static void fillNamespace(ObjectNode namespace) {
    Trees.object(namespace, "metadata")
        .filter(metadata -> !Trees.isUnset(metadata, "name"))
        .ifPresent(
            metadata ->
                Trees.objectOrNew(metadata, "labels").set(NAME_LABEL, metadata.get("name")));
  }

  /** What a node does not say is allocatable is its capacity; one pod range is the first. */
  public static void fillNode(ObjectNode node) {
    Trees.object(node, "status")
        .filter(status -> !status.has("allocatable") && status.has("capacity"))
        .ifPresent(status -> status.set("allocatable", status.get("capacity").deepCopy()));
    Trees.object(node, "spec")
        .filter(spec -> !Trees.isUnset(spec, "podCIDR") && spec.path("podCIDRs").isEmpty())
        .ifPresent(spec -> spec.putArray("podCIDRs").add(spec.get("podCIDR")));
  }

  /** {@code stringData} is only ever written: it overrides {@code data} and is gone. */
  public static void fillSecret(ObjectNode secret) {
    Trees.object(secret, "stringData")
        .ifPresent(
            plain -> {
              ObjectNode data = Trees.objectOrNew(secret, "data");
              plain
                  .properties()
                  .forEach(entry -> data.put(entry.getKey(), encoded(entry.getValue().asText())));
              secret.remove("stringData");
            });
  }

  /**
   * A container's default limit is the most it may have, and its default request that limit, or
   * else the least it must have.
   */
  public static void fillLimitRange(ObjectNode range) {
    Trees.object(range, "spec")
        .ifPresent(
            spec ->
                Trees.objects(spec, "limits").stream()
                    .filter(limit -> Trees.text(limit, "type").equals("Container"))
                    .forEach(CoreDefaults::fillContainerLimit));
  }

  private static void fillContainerLimit(ObjectNode limit) {
    ObjectNode limits = Trees.objectOrNew(limit, "default");
    ObjectNode requests = Trees.objectOrNew(limit, "defaultRequest");
    addMissing(limit.path("max"), limits);
    addMissing(limits, requests);
    addMissing(limit.path("min"), requests);
    for (String field : List.of("default", "defaultRequest")) {
      if (limit.path(field).isEmpty()) {
        limit.remove(field);
      }
    }
  }

  private static void addMissing(JsonNode from, ObjectNode to) {
    from.properties()
        .forEach(
            entry -> {
              if (!to.has(entry.getKey())) {
                to.set(entry.getKey(), entry.getValue());
              }
            });
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
