package io.luotsi.core.apiserver;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.core.catalog.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The kinds that most tests need, described by hand. */
public final class FixtureCatalog implements Catalog {
  private static final Set<Verb> CHANGE = Set.of(Verb.GET, Verb.UPDATE, Verb.PATCH);
  private static final GroupVersionKind SCALE = GroupVersionKind.of("autoscaling/v1", "Scale");

  private final List<ResourceType> types = new ArrayList<>();

  public FixtureCatalog() {
    add("v1", "Namespace", "namespaces", false, "status.phase", "status", "finalize");
    add("v1", "Node", "nodes", false, "spec.unschedulable", "status");
    add(
        "v1",
        "Pod",
        "pods",
        true,
        "spec.nodeName,spec.restartPolicy,spec.schedulerName,spec.serviceAccountName,"
            + "spec.hostNetwork,status.phase,status.podIP,status.nominatedNodeName",
        "status",
        "binding",
        "log");
    add("apps/v1", "ReplicaSet", "replicasets", true, "status.replicas", "status", "scale");
    add("apps/v1", "Deployment", "deployments", true, "", "status", "scale");
    add("v1", "Service", "services", true, "spec.clusterIP,spec.type", "status");
    add("v1", "ConfigMap", "configmaps", true, "");
    add("v1", "Secret", "secrets", true, "type");
    add("v1", "ServiceAccount", "serviceaccounts", true, "");
    add("v1", "Event", "events", true, "involvedObject.name,involvedObject.uid,reason,type");
    add("discovery.k8s.io/v1", "EndpointSlice", "endpointslices", true, "");
    add("coordination.k8s.io/v1", "Lease", "leases", true, "");
    add("networking.k8s.io/v1", "IPAddress", "ipaddresses", false, "");
  }

  private void add(
      String apiVersion,
      String kind,
      String plural,
      boolean namespaced,
      String selectable,
      String... subresources) {
    GroupVersionKind gvk = GroupVersionKind.of(apiVersion, kind);
    List<Subresource> subs = new ArrayList<>();
    for (String name : subresources) {
      subs.add(
          switch (name) {
            case "scale" -> new Subresource(name, SCALE, CHANGE);
            case "binding" ->
                new Subresource(name, GroupVersionKind.of("v1", "Binding"), Set.of(Verb.CREATE));
            case "log" -> new Subresource(name, gvk, Set.of(Verb.GET));
            case "finalize" -> new Subresource(name, gvk, Set.of(Verb.UPDATE));
            default -> new Subresource(name, gvk, CHANGE);
          });
    }
    types.add(
        new ResourceType(
            gvk,
            plural,
            kind.toLowerCase(Locale.ROOT),
            List.of(),
            List.of(),
            namespaced,
            Verb.ALL,
            subs,
            selectable.isEmpty()
                ? SelectableFields.NONE
                : SelectableFields.of(selectable.split(",")),
            Optional.empty()));
  }

  @Override
  public List<ResourceType> types() {
    return List.copyOf(types);
  }

  @Override
  public Optional<ResourceType> find(GroupVersionResource resource) {
    return types.stream().filter(t -> t.groupVersionResource().equals(resource)).findFirst();
  }

  @Override
  public Optional<ResourceType> find(GroupVersionKind kind) {
    return types.stream().filter(t -> t.kind().equals(kind)).findFirst();
  }

  @Override
  public Optional<ResourceType> stored(GroupResource resource) {
    return types.stream().filter(t -> t.groupResource().equals(resource)).findFirst();
  }
}
