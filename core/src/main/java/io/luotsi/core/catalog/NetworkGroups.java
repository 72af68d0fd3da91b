package io.luotsi.core.catalog;

import io.luotsi.core.catalog.columns.NetworkColumns;
import io.luotsi.core.catalog.columns.ServiceColumns;
import io.luotsi.core.catalog.defaults.NetworkDefaults;
import java.util.List;

/** The groups of what directs traffic to pods. */
final class NetworkGroups {
  private NetworkGroups() {}

  static List<TypeRow> networking(BuiltInSchemas schemas) {
    VersionRows networking = VersionRows.of(schemas, "networking.k8s.io/v1", "networking");
    return List.of(
        networking
            .row("ingressclasses", "IngressClass")
            .clusterScoped()
            .columns(NetworkColumns.INGRESS_CLASSES),
        networking
            .row("ingresses", "Ingress")
            .shortNames("ing")
            .status()
            .columns(NetworkColumns.INGRESSES),
        networking
            .row("ipaddresses", "IPAddress")
            .shortNames("ip")
            .clusterScoped()
            .columns(ServiceColumns.IP_ADDRESSES),
        networking
            .row("networkpolicies", "NetworkPolicy")
            .shortNames("netpol")
            .defaults(NetworkDefaults::fillPolicy)
            .columns(NetworkColumns.POLICIES),
        networking
            .row("servicecidrs", "ServiceCIDR")
            .clusterScoped()
            .status()
            .columns(NetworkColumns.SERVICE_RANGES));
  }

  static List<TypeRow> discovery(BuiltInSchemas schemas) {
    return List.of(
        VersionRows.of(schemas, "discovery.k8s.io/v1", "discovery")
            .row("endpointslices", "EndpointSlice")
            .columns(ServiceColumns.ENDPOINT_SLICES));
  }
}
