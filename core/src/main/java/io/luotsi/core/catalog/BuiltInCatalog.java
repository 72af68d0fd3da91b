package io.luotsi.core.catalog;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.catalog.columns.CoreColumns;
import io.luotsi.core.catalog.columns.EventColumns;
import io.luotsi.core.catalog.columns.NodeColumns;
import io.luotsi.core.catalog.columns.PodColumns;
import io.luotsi.core.catalog.columns.ServiceColumns;
import io.luotsi.core.catalog.columns.WorkloadColumns;
import io.luotsi.core.catalog.defaults.CoreDefaults;
import io.luotsi.core.catalog.defaults.PodDefaults;
import io.luotsi.core.catalog.defaults.ServiceDefaults;
import io.luotsi.core.catalog.defaults.WorkloadDefaults;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The kinds that Luotsi serves by itself: one row a kind. */
public final class BuiltInCatalog implements Catalog {
  private static final String CORE = "io.k8s.api.core.v1.";
  private static final String APPS = "io.k8s.api.apps.v1.";
  private static final Duration EVENTS_LIVE = Duration.ofHours(1);

  private final BuiltInSchemas schemas;
  private final List<ResourceType> types;
  private final Map<GroupVersionResource, ResourceType> byResource = new HashMap<>();
  private final Map<GroupVersionKind, ResourceType> byKind = new HashMap<>();
  private final Map<GroupResource, ResourceType> byStored = new HashMap<>();

  private BuiltInCatalog(BuiltInSchemas schemas) {
    this.schemas = schemas;
    this.types = rows(schemas).stream().map(TypeRow::type).toList();
    for (ResourceType type : types) {
      byResource.put(type.groupVersionResource(), type);
      byKind.put(type.kind(), type);
      byStored.put(type.groupResource(), type);
    }
  }

  /** Reads the names of the generated types; each is decoded when it is first used. */
  public static BuiltInCatalog load() {
    return new BuiltInCatalog(BuiltInSchemas.load());
  }

  /**
   * Groups in upstream's order of preference; resources by name within each. A table, and therefore
   * longer than a method should be: whoever reads it looks for a row.
   */
  private static List<TypeRow> rows(BuiltInSchemas schemas) {
    return Stream.of(
            coreAndApps(schemas),
            AccessGroups.authentication(schemas),
            AccessGroups.authorization(schemas),
            networking(schemas),
            AccessGroups.rbac(schemas),
            others(schemas))
        .flatMap(List::stream)
        .toList();
  }

  private static List<TypeRow> coreAndApps(BuiltInSchemas schemas) {
    return List.of(
        core(schemas, "configmaps", "ConfigMap").shortNames("cm").columns(CoreColumns.CONFIG_MAPS),
        core(schemas, "events", "Event")
            .shortNames("ev")
            .timeToLive(EVENTS_LIVE)
            .columns(EventColumns.TABLE)
            .selectable(
                "involvedObject.kind",
                "involvedObject.namespace",
                "involvedObject.name",
                "involvedObject.uid",
                "involvedObject.apiVersion",
                "involvedObject.resourceVersion",
                "involvedObject.fieldPath",
                "reason",
                "reportingComponent",
                "type")
            .selectableFrom("source", "source.component"),
        core(schemas, "namespaces", "Namespace")
            .shortNames("ns")
            .clusterScoped()
            .without(Verb.DELETECOLLECTION)
            .operation("finalize", Verb.UPDATE)
            .status()
            .selectable("status.phase")
            .defaults(CoreDefaults::fillNamespace)
            .columns(CoreColumns.NAMESPACES),
        core(schemas, "nodes", "Node")
            .shortNames("no")
            .clusterScoped()
            .status()
            .selectableOr("spec.unschedulable", "false")
            .defaults(CoreDefaults::fillNode)
            .columns(NodeColumns.TABLE),
        core(schemas, "pods", "Pod")
            .shortNames("po")
            .categories("all")
            .subresource(
                "binding",
                new GroupVersionKind("", "v1", "Binding"),
                Set.of(Verb.CREATE),
                schemas.named(CORE + "Binding"))
            .operation("log", Verb.GET)
            .status()
            .selectable(
                "spec.nodeName",
                "spec.restartPolicy",
                "spec.schedulerName",
                "spec.serviceAccountName",
                "status.phase",
                "status.podIP",
                "status.nominatedNodeName")
            .selectableOr("spec.hostNetwork", "false")
            .defaults(PodDefaults::fill)
            .columns(PodColumns.TABLE),
        core(schemas, "secrets", "Secret")
            .selectable("type")
            .defaults(CoreDefaults::fillSecret)
            .columns(CoreColumns.SECRETS),
        core(schemas, "serviceaccounts", "ServiceAccount")
            .shortNames("sa")
            .columns(CoreColumns.SERVICE_ACCOUNTS),
        core(schemas, "services", "Service")
            .shortNames("svc")
            .categories("all")
            .status()
            .selectable("spec.clusterIP", "spec.type")
            .defaults(ServiceDefaults::fill)
            .columns(ServiceColumns.SERVICES),
        apps(schemas, "deployments", "Deployment")
            .shortNames("deploy")
            .defaults(WorkloadDefaults::fillDeployment)
            .columns(WorkloadColumns.DEPLOYMENTS),
        apps(schemas, "replicasets", "ReplicaSet")
            .shortNames("rs")
            .selectableOr("status.replicas", "0")
            .defaults(WorkloadDefaults::fillReplicaSet)
            .columns(WorkloadColumns.REPLICA_SETS));
  }

  private static List<TypeRow> networking(BuiltInSchemas schemas) {
    return List.of(
        new TypeRow(
                schemas,
                "networking.k8s.io/v1",
                "ipaddresses",
                "io.k8s.api.networking.v1.IPAddress")
            .shortNames("ip")
            .columns(ServiceColumns.IP_ADDRESSES)
            .clusterScoped());
  }

  private static List<TypeRow> others(BuiltInSchemas schemas) {
    return List.of(
        new TypeRow(schemas, "coordination.k8s.io/v1", "leases", "io.k8s.api.coordination.v1.Lease")
            .columns(CoreColumns.LEASES),
        new TypeRow(
                schemas,
                "discovery.k8s.io/v1",
                "endpointslices",
                "io.k8s.api.discovery.v1.EndpointSlice")
            .columns(ServiceColumns.ENDPOINT_SLICES));
  }

  private static TypeRow core(BuiltInSchemas schemas, String plural, String kind) {
    return new TypeRow(schemas, "v1", plural, CORE + kind);
  }

  /** A workload of apps/v1: in category "all", with a status and a scale. */
  private static TypeRow apps(BuiltInSchemas schemas, String plural, String kind) {
    return new TypeRow(schemas, "apps/v1", plural, APPS + kind).categories("all").scale().status();
  }

  /** The types behind the kinds, and of bodies that are no resources. */
  public BuiltInSchemas schemas() {
    return schemas;
  }

  @Override
  public List<ResourceType> types() {
    return types;
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
}
