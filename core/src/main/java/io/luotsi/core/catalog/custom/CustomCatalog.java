package io.luotsi.core.catalog.custom;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The built-in kinds, and those that are defined at this moment. */
final class CustomCatalog implements Catalog {
  private final Catalog builtIn;
  private final boolean complete;
  private final List<ResourceType> types;
  private final Map<GroupVersionResource, ResourceType> byResource = new HashMap<>();
  private final Map<GroupVersionKind, ResourceType> byKind = new HashMap<>();
  private final Map<GroupResource, ResourceType> byStored = new HashMap<>();
  private final Map<GroupResource, List<ResourceType>> versions = new HashMap<>();

  private CustomCatalog(Catalog builtIn, List<ResourceType> custom, boolean complete) {
    this.builtIn = builtIn;
    this.complete = complete;
    this.types = Stream.concat(builtIn.types().stream(), custom.stream()).toList();
    for (ResourceType type : custom) {
      byResource.put(type.groupVersionResource(), type);
      byKind.putIfAbsent(type.kind(), type);
      byStored.merge(type.groupResource(), type, CustomCatalog::stored);
    }
  }

  private static ResourceType stored(ResourceType one, ResourceType other) {
    return other.kind().equals(other.storedKind()) ? other : one;
  }

  /** One in which kinds may be missing that nobody has read yet. */
  static CustomCatalog incomplete(Catalog builtIn) {
    return new CustomCatalog(builtIn, List.of(), false);
  }

  /**
   * @param definitions the types of each definition, in order of preference; groups that are built
   *     in are nobody else's
   */
  static CustomCatalog of(Catalog builtIn, List<List<ResourceType>> definitions) {
    Set<String> taken = new HashSet<>();
    builtIn.types().forEach(type -> taken.add(type.kind().group()));
    // Versions of a group stand in order of preference, whatever definition they come from.
    Map<String, Map<String, List<ResourceType>>> groups = new TreeMap<>();
    for (List<ResourceType> definition : definitions) {
      for (ResourceType type : definition) {
        if (!taken.contains(type.kind().group())) {
          groups
              .computeIfAbsent(
                  type.kind().group(), group -> new TreeMap<>(VersionOrder.PREFERRED_FIRST))
              .computeIfAbsent(type.kind().version(), version -> new ArrayList<>())
              .add(type);
        }
      }
    }
    List<ResourceType> custom = new ArrayList<>();
    groups.values().forEach(versions -> versions.values().forEach(custom::addAll));
    CustomCatalog catalog = new CustomCatalog(builtIn, custom, true);
    for (List<ResourceType> definition : definitions) {
      if (!definition.isEmpty()) {
        catalog.versions.putIfAbsent(definition.getFirst().groupResource(), definition);
      }
    }
    return catalog;
  }

  @Override
  public List<ResourceType> types() {
    return types;
  }

  @Override
  public Optional<ResourceType> find(GroupVersionResource resource) {
    return builtIn.find(resource).or(() -> Optional.ofNullable(byResource.get(resource)));
  }

  @Override
  public Optional<ResourceType> find(GroupVersionKind kind) {
    return builtIn.find(kind).or(() -> Optional.ofNullable(byKind.get(kind)));
  }

  @Override
  public Optional<ResourceType> stored(GroupResource resource) {
    return builtIn.stored(resource).or(() -> Optional.ofNullable(byStored.get(resource)));
  }

  @Override
  public List<ResourceType> versions(GroupResource resource) {
    return versions.getOrDefault(resource, builtIn.versions(resource));
  }

  @Override
  public boolean complete() {
    return complete;
  }
}
