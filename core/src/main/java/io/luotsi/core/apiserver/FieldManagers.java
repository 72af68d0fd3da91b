package io.luotsi.core.apiserver;

import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.core.patch.apply.FieldManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The field manager of each type and subresource, made when it is first needed. */
final class FieldManagers {
  /**
   * @param versions of the type's resource, as the catalog of the request has them
   */
  private record Key(ResourceType type, String subresource, List<ResourceType> versions) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && key.type == type
          && key.versions == versions
          && key.subresource.equals(subresource);
    }

    /** A type's own takes long, and there is but one instance of it. */
    @Override
    public int hashCode() {
      return 31 * type.kind().hashCode() + subresource.hashCode();
    }
  }

  private static final int MOST = 10_000;

  private final Supplier<? extends Catalog> catalog;
  private final Map<Key, FieldManager> managers = new ConcurrentHashMap<>();

  FieldManagers(Supplier<? extends Catalog> catalog) {
    this.catalog = catalog;
  }

  FieldManager of(ResourceType type, String subresource) {
    List<ResourceType> versions = catalog.get().versions(type.stored().groupResource());
    if (managers.size() > MOST) {
      managers.clear(); // most were of kinds that have been defined anew
    }
    return managers.computeIfAbsent(new Key(type, subresource, versions), FieldManagers::make);
  }

  private static FieldManager make(Key key) {
    ResourceType type = key.type();
    Optional<Subresource> part = type.subresource(key.subresource());
    GroupVersionKind kind = part.map(Subresource::kind).orElse(type.kind());
    if (!kind.equals(type.kind())) {
      return new FieldManager(kind, part.orElseThrow().schema(), key.subresource(), List.of());
    }
    List<FieldManager.Version> others =
        key.versions().stream()
            .filter(version -> !version.kind().equals(kind))
            .map(version -> version(version, key.subresource()))
            .toList();
    return new FieldManager(version(type, key.subresource()), key.subresource(), others);
  }

  /** Those of a subresource that is about a part of a pod's spec. */
  private static List<List<String>> allOfSpecBut(ResourceType type, Set<String> written) {
    List<List<String>> resets = new ArrayList<>();
    resets.add(List.of("status"));
    for (String field : type.schema().property("spec").orElseThrow().properties().keySet()) {
      if (!written.contains(field)) {
        resets.add(List.of("spec", field));
      }
    }
    return resets;
  }

  private static FieldManager.Version version(ResourceType type, String subresource) {
    return new FieldManager.Version(
        type.kind(), type.schema(), resets(type, subresource), type.conversion());
  }

  /**
   * What a write keeps as it was: the status, or all but the status.
   *
   * @see "Source: GetResetFields of the strategies in kubernetes pkg/registry"
   */
  private static List<List<String>> resets(ResourceType type, String subresource) {
    if (type.subresource("status").isEmpty()) {
      return List.of();
    }
    if (subresource.equals("approval")) {
      return List.of(List.of("spec"), List.of("status", "certificate"));
    }
    if (subresource.equals("ephemeralcontainers")) {
      return allOfSpecBut(type, Set.of("ephemeralContainers"));
    }
    if (subresource.equals("resize")) {
      return allOfSpecBut(type, Set.of("containers", "initContainers"));
    }
    if (!subresource.equals("status")) {
      return List.of(List.of("status"));
    }
    List<List<String>> resets = new ArrayList<>();
    resets.add(List.of("spec"));
    if (type.custom().isPresent()) {
      resets.add(List.of("metadata"));
      return resets;
    }
    switch (type.groupResource().toString()) {
      case "pods" -> {
        resets.add(List.of("metadata", "deletionTimestamp"));
        resets.add(List.of("metadata", "ownerReferences"));
      }
      case "deployments.apps" -> resets.add(List.of("metadata", "labels"));
      case "flowschemas.flowcontrol.apiserver.k8s.io",
          "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
          "resourceclaims.resource.k8s.io",
          "volumeattachments.storage.k8s.io" ->
          resets.add(List.of("metadata"));
      default -> {}
    }
    return resets;
  }
}
