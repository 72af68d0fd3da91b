package io.luotsi.core.controller;

import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;

/** The built-in resources that controllers name. */
public final class Resources {
  public static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  public static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  public static final GroupVersionResource SERVICES = GroupVersionResource.of("v1", "services");
  public static final GroupVersionResource NAMESPACES = GroupVersionResource.of("v1", "namespaces");
  public static final GroupVersionResource EVENTS = GroupVersionResource.of("v1", "events");
  public static final GroupVersionResource SERVICE_ACCOUNTS =
      GroupVersionResource.of("v1", "serviceaccounts");
  public static final GroupVersionResource SECRETS = GroupVersionResource.of("v1", "secrets");
  public static final GroupVersionResource CONFIG_MAPS =
      GroupVersionResource.of("v1", "configmaps");
  public static final GroupVersionResource RESOURCE_QUOTAS =
      GroupVersionResource.of("v1", "resourcequotas");
  public static final GroupVersionResource PRIORITY_CLASSES =
      GroupVersionResource.of("scheduling.k8s.io/v1", "priorityclasses");
  public static final GroupVersionResource REPLICATION_CONTROLLERS =
      GroupVersionResource.of("v1", "replicationcontrollers");
  public static final GroupVersionResource REPLICA_SETS =
      GroupVersionResource.of("apps/v1", "replicasets");
  public static final GroupVersionResource DEPLOYMENTS =
      GroupVersionResource.of("apps/v1", "deployments");
  public static final GroupVersionResource ENDPOINT_SLICES =
      GroupVersionResource.of("discovery.k8s.io/v1", "endpointslices");
  public static final GroupVersionResource ENDPOINTS = GroupVersionResource.of("v1", "endpoints");
  public static final GroupVersionResource LEASES =
      GroupVersionResource.of("coordination.k8s.io/v1", "leases");
  public static final GroupVersionResource IP_ADDRESSES =
      GroupVersionResource.of("networking.k8s.io/v1", "ipaddresses");
  public static final GroupVersionResource CLUSTER_ROLES =
      GroupVersionResource.of("rbac.authorization.k8s.io/v1", "clusterroles");
  public static final GroupVersionResource CLUSTER_ROLE_BINDINGS =
      GroupVersionResource.of("rbac.authorization.k8s.io/v1", "clusterrolebindings");
  public static final GroupVersionResource FLOW_SCHEMAS =
      GroupVersionResource.of("flowcontrol.apiserver.k8s.io/v1", "flowschemas");
  public static final GroupVersionResource PRIORITY_LEVELS =
      GroupVersionResource.of("flowcontrol.apiserver.k8s.io/v1", "prioritylevelconfigurations");
  public static final GroupVersionResource DEFINITIONS =
      GroupVersionResource.of("apiextensions.k8s.io/v1", "customresourcedefinitions");

  public static final GroupVersionResource API_SERVICES =
      GroupVersionResource.of("apiregistration.k8s.io/v1", "apiservices");

  public static final GroupVersionResource DISRUPTION_BUDGETS =
      GroupVersionResource.of("policy/v1", "poddisruptionbudgets");
  public static final GroupVersionResource SIGNING_REQUESTS =
      GroupVersionResource.of("certificates.k8s.io/v1", "certificatesigningrequests");

  public static final GroupVersionKind DISRUPTION_BUDGET =
      GroupVersionKind.of("policy/v1", "PodDisruptionBudget");
  public static final GroupVersionKind POD = GroupVersionKind.of("v1", "Pod");
  public static final GroupVersionKind NODE = GroupVersionKind.of("v1", "Node");
  public static final GroupVersionKind SERVICE = GroupVersionKind.of("v1", "Service");
  public static final GroupVersionKind NAMESPACE = GroupVersionKind.of("v1", "Namespace");
  public static final GroupVersionKind REPLICATION_CONTROLLER =
      GroupVersionKind.of("v1", "ReplicationController");
  public static final GroupVersionKind REPLICA_SET = GroupVersionKind.of("apps/v1", "ReplicaSet");
  public static final GroupVersionKind DEPLOYMENT = GroupVersionKind.of("apps/v1", "Deployment");

  private Resources() {}
}
