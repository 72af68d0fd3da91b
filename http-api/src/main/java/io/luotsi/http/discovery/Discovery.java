package io.luotsi.http.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.core.catalog.Verb;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The documents that tell clients what is served. Groups and versions come in the catalog's order,
 * resources by name, as upstream lists them.
 */
public final class Discovery {
  /** Whichever of the two aggregated forms a client speaks. */
  public enum Aggregated {
    V2("apidiscovery.k8s.io/v2"),
    V2_BETA1("apidiscovery.k8s.io/v2beta1");

    private final String apiVersion;

    Aggregated(String apiVersion) {
      this.apiVersion = apiVersion;
    }
  }

  private Discovery() {}

  /** {@code /api}. */
  public static ObjectNode coreVersions(String serverAddress) {
    ObjectNode json = Json.object().put("kind", "APIVersions");
    json.putArray("versions").add("v1");
    json.putArray("serverAddressByClientCIDRs")
        .addObject()
        .put("clientCIDR", "0.0.0.0/0")
        .put("serverAddress", serverAddress);
    return json;
  }

  /** {@code /apis}. */
  public static ObjectNode groups(Catalog catalog) {
    ObjectNode json = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
    ArrayNode groups = json.putArray("groups");
    byGroup(catalog)
        .forEach(
            (name, versions) -> {
              if (!name.isEmpty()) {
                groups.add(group(name, versions.keySet()));
              }
            });
    return json;
  }

  /** {@code /apis/GROUP}; empty if there is none. */
  public static Optional<ObjectNode> group(Catalog catalog, String name) {
    return Optional.ofNullable(byGroup(catalog).get(name))
        .map(
            versions -> {
              ObjectNode json = Json.object().put("kind", "APIGroup").put("apiVersion", "v1");
              return json.setAll(group(name, versions.keySet()));
            });
  }

  private static ObjectNode group(String name, Set<String> versions) {
    ObjectNode json = Json.object().put("name", name);
    ArrayNode all = json.putArray("versions");
    for (String version : versions) {
      all.add(groupVersion(name, version));
    }
    json.set("preferredVersion", groupVersion(name, versions.iterator().next()));
    return json;
  }

  private static ObjectNode groupVersion(String group, String version) {
    return Json.object().put("groupVersion", group + "/" + version).put("version", version);
  }

  /** {@code /api/v1} and {@code /apis/GROUP/VERSION}; empty if there is none. */
  public static Optional<ObjectNode> resources(Catalog catalog, String group, String version) {
    List<ResourceType> types =
        byGroup(catalog).getOrDefault(group, Map.of()).getOrDefault(version, List.of());
    if (types.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode json = Json.object().put("kind", "APIResourceList").put("apiVersion", "v1");
    json.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
    ArrayNode resources = json.putArray("resources");
    for (ResourceType type : types) {
      resources.add(resource(type));
      type.subresources().stream()
          .sorted(Comparator.comparing(Subresource::name))
          .forEach(subresource -> resources.add(subresource(type, subresource)));
    }
    return Optional.of(json);
  }

  private static ObjectNode resource(ResourceType type) {
    ObjectNode json =
        Json.object()
            .put("name", type.plural())
            .put("singularName", type.singular())
            .put("namespaced", type.namespaced())
            .put("kind", type.kind().kind());
    json.set("verbs", verbs(type.verbs()));
    names(json, "shortNames", type.shortNames());
    names(json, "categories", type.categories());
    if (type.verbs().contains(Verb.WATCH)) { // what is only asked for is not stored
      json.put("storageVersionHash", storageVersionHash(type.storedKind()));
    }
    return json;
  }

  private static ObjectNode subresource(ResourceType type, Subresource subresource) {
    ObjectNode json =
        Json.object()
            .put("name", type.plural() + "/" + subresource.name())
            .put("singularName", "")
            .put("namespaced", type.namespaced());
    GroupVersionKind kind = subresource.kind();
    if (!kind.group().equals(type.kind().group())
        || !kind.version().equals(type.kind().version())) {
      json.put("group", kind.group()).put("version", kind.version());
    }
    json.put("kind", kind.kind());
    json.set("verbs", verbs(subresource.verbs()));
    return json;
  }

  /** {@code /api} in the aggregated form: the core group. */
  public static ObjectNode aggregatedCore(Catalog catalog, Aggregated form) {
    return aggregated(catalog, form, true);
  }

  /** {@code /apis} in the aggregated form: all groups but the core one. */
  public static ObjectNode aggregatedGroups(Catalog catalog, Aggregated form) {
    return aggregated(catalog, form, false);
  }

  private static ObjectNode aggregated(Catalog catalog, Aggregated form, boolean core) {
    ObjectNode json =
        Json.object().put("kind", "APIGroupDiscoveryList").put("apiVersion", form.apiVersion);
    json.putObject("metadata");
    ArrayNode items = json.putArray("items");
    byGroup(catalog)
        .forEach(
            (name, versions) -> {
              if (name.isEmpty() == core) {
                items.add(aggregatedGroup(name, versions));
              }
            });
    return json;
  }

  private static ObjectNode aggregatedGroup(String name, Map<String, List<ResourceType>> versions) {
    ObjectNode json = Json.object();
    ObjectNode metadata = json.putObject("metadata");
    if (!name.isEmpty()) {
      metadata.put("name", name);
    }
    metadata.putNull("creationTimestamp");
    ArrayNode all = json.putArray("versions");
    versions.forEach(
        (version, types) -> {
          ObjectNode entry = all.addObject().put("version", version);
          ArrayNode resources = entry.putArray("resources");
          types.forEach(type -> resources.add(aggregatedResource(type)));
          entry.put("freshness", "Current");
        });
    return json;
  }

  private static ObjectNode aggregatedResource(ResourceType type) {
    ObjectNode json = Json.object().put("resource", type.plural());
    json.set("responseKind", responseKind(type.kind(), type.kind()));
    json.put("scope", type.namespaced() ? "Namespaced" : "Cluster");
    json.put("singularResource", type.singular());
    json.set("verbs", verbs(type.verbs()));
    names(json, "shortNames", type.shortNames());
    names(json, "categories", type.categories());
    if (!type.subresources().isEmpty()) {
      ArrayNode subresources = json.putArray("subresources");
      type.subresources().stream()
          .sorted(Comparator.comparing(Subresource::name))
          .forEach(
              subresource -> {
                ObjectNode entry = subresources.addObject();
                entry.put("subresource", subresource.name());
                entry.set("responseKind", responseKind(subresource.kind(), type.kind()));
                entry.set("verbs", verbs(subresource.verbs()));
              });
    }
    return json;
  }

  /** Group and version are left empty where they are the resource's own, as upstream does. */
  private static ObjectNode responseKind(GroupVersionKind kind, GroupVersionKind own) {
    boolean same = kind.group().equals(own.group()) && kind.version().equals(own.version());
    return Json.object()
        .put("group", same ? "" : kind.group())
        .put("version", same ? "" : kind.version())
        .put("kind", kind.kind());
  }

  private static ArrayNode verbs(Set<Verb> verbs) {
    ArrayNode words = Json.object().arrayNode();
    Arrays.stream(Verb.values()).filter(verbs::contains).forEach(verb -> words.add(verb.word()));
    return words;
  }

  private static void names(ObjectNode json, String field, List<String> names) {
    if (!names.isEmpty()) {
      ArrayNode list = json.putArray(field);
      names.forEach(list::add);
    }
  }

  /** Group to version to resources by name; groups and versions in the catalog's order. */
  private static Map<String, Map<String, List<ResourceType>>> byGroup(Catalog catalog) {
    Map<String, Map<String, List<ResourceType>>> groups = new LinkedHashMap<>();
    for (ResourceType type : catalog.types()) {
      groups
          .computeIfAbsent(type.kind().group(), name -> new LinkedHashMap<>())
          .computeIfAbsent(type.kind().version(), version -> new ArrayList<>())
          .add(type);
    }
    for (Map<String, List<ResourceType>> versions : groups.values()) {
      versions.values().forEach(types -> types.sort(Comparator.comparing(ResourceType::plural)));
    }
    return groups;
  }

  /** Changes when a resource is stored in another version. */
  private static String storageVersionHash(GroupVersionKind kind) {
    String text = kind.group() + "/" + kind.version() + "/" + kind.kind();
    return Base64.getEncoder().encodeToString(Arrays.copyOf(sha256(text), 8));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /** An entity tag of a document: the same as long as the document is. */
  public static String etag(JsonNode document) {
    byte[] hash = sha256(document.toString());
    return "\"" + java.util.HexFormat.of().withUpperCase().formatHex(hash) + "\"";
  }
}
