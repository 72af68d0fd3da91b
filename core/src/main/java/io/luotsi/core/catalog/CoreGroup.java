package io.luotsi.core.catalog;

import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.catalog.columns.CoreColumns;
import io.luotsi.core.catalog.columns.EventColumns;
import io.luotsi.core.catalog.columns.NodeColumns;
import io.luotsi.core.catalog.columns.PodColumns;
import io.luotsi.core.catalog.columns.PolicyColumns;
import io.luotsi.core.catalog.columns.ServiceColumns;
import io.luotsi.core.catalog.columns.VolumeColumns;
import io.luotsi.core.catalog.columns.WorkloadColumns;
import io.luotsi.core.catalog.defaults.CoreDefaults;
import io.luotsi.core.catalog.defaults.PodDefaults;
import io.luotsi.core.catalog.defaults.ServiceDefaults;
import io.luotsi.core.catalog.defaults.WorkloadDefaults;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The kinds of the group that has no name. */
final class CoreGroup {
  private static final Duration EVENTS_LIVE = Duration.ofHours(1);

  private CoreGroup() {}

  /** A table, and therefore longer than a method should be: whoever reads it looks for a row. */
  static List<TypeRow> rows(BuiltInSchemas schemas) {
    VersionRows core = VersionRows.of(schemas, "v1", "core");
    return List.of(
        core.row("bindings", "Binding").onlyCreated(),
        core.row("componentstatuses", "ComponentStatus")
            .shortNames("cs")
            .clusterScoped()
            .onlyRead()
            .columns(CoreColumns.COMPONENT_STATUSES),
        core.row("configmaps", "ConfigMap").shortNames("cm").columns(CoreColumns.CONFIG_MAPS),
        core.row("endpoints", "Endpoints").shortNames("ep").columns(ServiceColumns.ENDPOINTS),
        core.row("events", "Event")
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
        core.row("limitranges", "LimitRange")
            .shortNames("limits")
            .defaults(CoreDefaults::fillLimitRange),
        core.row("namespaces", "Namespace")
            .shortNames("ns")
            .clusterScoped()
            .without(Verb.DELETECOLLECTION)
            .operation("finalize", Verb.UPDATE)
            .status()
            .selectable("status.phase")
            .defaults(CoreDefaults::fillNamespace)
            .columns(CoreColumns.NAMESPACES),
        core.row("nodes", "Node")
            .shortNames("no")
            .clusterScoped()
            .proxy("NodeProxyOptions")
            .status()
            .selectableOr("spec.unschedulable", "false")
            .defaults(CoreDefaults::fillNode)
            .columns(NodeColumns.TABLE),
        core.row("persistentvolumeclaims", "PersistentVolumeClaim")
            .shortNames("pvc")
            .status()
            .columns(VolumeColumns.CLAIMS),
        core.row("persistentvolumes", "PersistentVolume")
            .shortNames("pv")
            .clusterScoped()
            .status()
            .columns(VolumeColumns.VOLUMES),
        core.row("pods", "Pod")
            .shortNames("po")
            .categories("all")
            .subresource(
                "binding",
                new GroupVersionKind("", "v1", "Binding"),
                Set.of(Verb.CREATE),
                core.schema("Binding"))
            .connection("attach", "PodAttachOptions")
            .part("ephemeralcontainers")
            .subresource(
                "eviction",
                new GroupVersionKind("policy", "v1", "Eviction"),
                Set.of(Verb.CREATE),
                schemas.named("io.k8s.api.policy.v1.Eviction"))
            .connection("exec", "PodExecOptions")
            .operation("log", Verb.GET)
            .connection("portforward", "PodPortForwardOptions")
            .proxy("PodProxyOptions")
            .part("resize")
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
        core.row("podtemplates", "PodTemplate")
            .defaults(WorkloadDefaults::fillPodTemplate)
            .columns(WorkloadColumns.POD_TEMPLATES),
        core.row("replicationcontrollers", "ReplicationController")
            .shortNames("rc")
            .categories("all")
            .scale()
            .status()
            .selectableOr("status.replicas", "0")
            .defaults(WorkloadDefaults::fillReplicationController)
            .columns(WorkloadColumns.REPLICATION_CONTROLLERS),
        core.row("resourcequotas", "ResourceQuota")
            .shortNames("quota")
            .status()
            .columns(PolicyColumns.QUOTAS),
        core.row("secrets", "Secret")
            .selectable("type")
            .defaults(CoreDefaults::fillSecret)
            .columns(CoreColumns.SECRETS),
        core.row("serviceaccounts", "ServiceAccount")
            .shortNames("sa")
            .subresource(
                "token",
                new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest"),
                Set.of(Verb.CREATE),
                schemas.named("io.k8s.api.authentication.v1.TokenRequest"))
            .columns(CoreColumns.SERVICE_ACCOUNTS),
        core.row("services", "Service")
            .shortNames("svc")
            .categories("all")
            .proxy("ServiceProxyOptions")
            .status()
            .selectable("spec.clusterIP", "spec.type")
            .defaults(ServiceDefaults::fill)
            .columns(ServiceColumns.SERVICES));
  }
}
