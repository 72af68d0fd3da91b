package io.luotsi.core.controller.actor;

import java.util.Map;

/** What upstream's controllers call their work queues, by the controllers' names. */
final class QueueNames {
  private static final Map<String, String> UPSTREAMS =
      Map.ofEntries(
          Map.entry("clusterrole-aggregation-controller", "ClusterRoleAggregator"),
          Map.entry("deployment-controller", "deployment"),
          Map.entry("disruption-controller", "disruption"),
          Map.entry("endpoints-controller", "endpoint"),
          Map.entry("endpointslice-controller", "endpoint_slice"),
          Map.entry("endpointslice-mirroring-controller", "endpoint_slice_mirroring"),
          Map.entry("garbage-collector-controller", "garbage_collector_attempt_to_delete"),
          Map.entry("namespace-controller", "namespace"),
          Map.entry("node-lifecycle-controller", "node_lifecycle_controller"),
          Map.entry("pod-garbage-collector-controller", "orphaned_pods_nodes"),
          Map.entry("replicaset-controller", "replicaset"),
          Map.entry("replicationcontroller-controller", "replicationmanager"),
          Map.entry("resourcequota-controller", "resourcequota_primary"),
          Map.entry("root-ca-certificate-publisher-controller", "root_ca_cert_publisher"),
          Map.entry("serviceaccount-controller", "serviceaccount"),
          Map.entry("serviceaccount-token-controller", "serviceaccount_tokens_secret"),
          Map.entry("taint-eviction-controller", "noexec_taint_pod"));

  private QueueNames() {}

  /** One that upstream has no queue for is called as the controller is. */
  static String of(String controller) {
    return UPSTREAMS.getOrDefault(controller, controller);
  }
}
