package io.luotsi.core.catalog;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The kinds that Luotsi serves by itself: one row a kind. */
public final class BuiltInCatalog implements Catalog {
  /** In upstream's order of preference; resources by name within each. */
  private static final List<Function<BuiltInSchemas, List<TypeRow>>> GROUPS =
      List.of(
          CoreGroup::rows,
          ClusterGroups::registration,
          WorkloadGroups::apps,
          EventsGroup::rows,
          AccessGroups::authentication,
          AccessGroups::authorization,
          WorkloadGroups::autoscaling,
          WorkloadGroups::batch,
          ClusterGroups::certificates,
          NetworkGroups::networking,
          WorkloadGroups::policy,
          AccessGroups::rbac,
          StorageGroups::storage,
          ClusterGroups::admission,
          ClusterGroups::extensions,
          ClusterGroups::scheduling,
          ClusterGroups::coordination,
          ClusterGroups::node,
          NetworkGroups::discovery,
          StorageGroups::resource,
          ClusterGroups::flowControl);

  private final BuiltInSchemas schemas;
  private final List<ResourceType> types = new ArrayList<>();
  private final Map<GroupVersionResource, ResourceType> byResource = new HashMap<>();
  private final Map<GroupVersionKind, ResourceType> byKind = new HashMap<>();
  private final Map<GroupResource, ResourceType> byStored = new HashMap<>();
  private final Map<GroupResource, List<ResourceType>> versions;

  private BuiltInCatalog(BuiltInSchemas schemas) {
    this.schemas = schemas;
    for (TypeRow row : rows(schemas)) {
      add(row.type(resource -> find(resource).orElseThrow()));
    }
    this.versions =
        types.stream().collect(Collectors.groupingBy(type -> type.stored().groupResource()));
  }

  private void add(ResourceType type) {
    types.add(type);
    byResource.put(type.groupVersionResource(), type);
    byKind.put(type.kind(), type);
    if (type.isStored()) {
      byStored.put(type.groupResource(), type);
    }
  }

  /** Reads the names of the generated types; each is decoded when it is first used. */
  public static BuiltInCatalog load() {
    return new BuiltInCatalog(BuiltInSchemas.load());
  }

  private static List<TypeRow> rows(BuiltInSchemas schemas) {
    return GROUPS.stream().flatMap(group -> group.apply(schemas).stream()).toList();
  }

  /** The types behind the kinds, and of bodies that are no resources. */
  public BuiltInSchemas schemas() {
    return schemas;
  }

  @Override
  public List<ResourceType> types() {
    return Collections.unmodifiableList(types);
  }

  @Override
  public Optional<ResourceType> find(GroupVersionResource resource) {
    return Optional.ofNullable(byResource.get(resource));
  }

  @Override
  public Optional<ResourceType> find(GroupVersionKind kind) {
    return Optional.ofNullable(byKind.get(kind));
  }

  @Override
  public Optional<ResourceType> stored(GroupResource resource) {
    return Optional.ofNullable(byStored.get(resource));
  }

  @Override
  public List<ResourceType> versions(GroupResource resource) {
    return versions.getOrDefault(resource, List.of());
  }
}
