package io.luotsi.core.controller.roles;

import static io.luotsi.core.controller.roles.DefaultRole.ALL;
import static io.luotsi.core.controller.roles.DefaultRole.READ;
import static io.luotsi.core.controller.roles.DefaultRole.may;
import static io.luotsi.core.controller.roles.DefaultRole.of;
import static io.luotsi.core.controller.roles.DefaultRole.read;

import io.luotsi.core.rbac.PolicyRule;
import java.util.List;

/**
 * Roles for parts of a cluster that run outside of it: another scheduler, a provisioner, a kubelet
 * that is none of ours. Luotsi's own parts need none of them; those of upstream's single
 * controllers are left out, for there is nobody who would be bound to them.
 *
 * @see "Source: plugin/pkg/auth/authorizer/rbac/bootstrappolicy policy.go"
 */
final class ComponentRoles {
  private static final String CORE = "";
  private static final String AUTHENTICATION = "authentication.k8s.io";
  private static final String AUTHORIZATION = "authorization.k8s.io";
  private static final String CERTIFICATES = "certificates.k8s.io";
  private static final String LEASES = "coordination.k8s.io";
  private static final String STORAGE = "storage.k8s.io";
  private static final String DEVICES = "resource.k8s.io";
  private static final List<String> CHANGE = List.of("patch", "update");
  private static final List<String> READ_AND_CHANGE =
      List.of("get", "list", "patch", "update", "watch");
  private static final List<String> LOOK_AROUND = List.of("list", "watch");
  private static final PolicyRule EVENTS =
      PolicyRule.ofResources(
          List.of(CORE, "events.k8s.io"), List.of("events"), List.of("create", "patch", "update"));
  private static final PolicyRule TOKEN_REVIEWS = may("create", AUTHENTICATION, "tokenreviews");
  private static final PolicyRule ACCESS_REVIEWS =
      may("create", AUTHORIZATION, "subjectaccessreviews");

  static final List<DefaultRole> ALL_OF_THEM =
      List.of(
          of("system:auth-delegator", TOKEN_REVIEWS, ACCESS_REVIEWS),
          of(
              "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
              may("create", CERTIFICATES, "certificatesigningrequests/nodeclient")),
          of(
              "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
              may("create", CERTIFICATES, "certificatesigningrequests/selfnodeclient")),
          approver("kube-apiserver-client"),
          approver("kube-apiserver-client-kubelet"),
          approver("kubelet-serving"),
          approver("legacy-unknown"),
          of("system:kube-aggregator", may(READ, CORE, "endpoints", "services")),
          controllerManager(),
          of("system:kube-dns", may(LOOK_AROUND, CORE, "endpoints", "services")),
          scheduler(),
          of(
              "system:kubelet-api-admin",
              may(READ, CORE, "nodes"),
              may("proxy", CORE, "nodes"),
              may(ALL, CORE, "nodes/log", "nodes/metrics", "nodes/proxy", "nodes/stats"),
              may(ALL, CORE, "nodes/configz", "nodes/healthz", "nodes/pods")),
          node(),
          of(
              "system:node-bootstrapper",
              may(
                  List.of("create", "get", "list", "watch"),
                  CERTIFICATES,
                  "certificatesigningrequests")),
          of(
              "system:node-problem-detector",
              may("get", CORE, "nodes"),
              may("patch", CORE, "nodes/status"),
              EVENTS),
          of(
              "system:node-proxier",
              may(LOOK_AROUND, CORE, "endpoints", "services"),
              may(READ, CORE, "nodes"),
              EVENTS,
              may(LOOK_AROUND, "networking.k8s.io", "servicecidrs"),
              may(LOOK_AROUND, "discovery.k8s.io", "endpointslices")),
          of(
              "system:persistent-volume-provisioner",
              may(List.of("create", "delete", "get", "list", "watch"), CORE, "persistentvolumes"),
              may(List.of("get", "list", "update", "watch"), CORE, "persistentvolumeclaims"),
              may(READ, STORAGE, "storageclasses"),
              may("watch", CORE, "events"),
              EVENTS),
          of(
              "system:service-account-issuer-discovery",
              read(
                  "/.well-known/openid-configuration",
                  "/.well-known/openid-configuration/",
                  "/openid/v1/jwks",
                  "/openid/v1/jwks/")),
          of(
              "system:volume-scheduler",
              may(READ_AND_CHANGE, CORE, "persistentvolumes"),
              may(READ, STORAGE, "storageclasses"),
              may(READ_AND_CHANGE, CORE, "persistentvolumeclaims")));

  private ComponentRoles() {}

  private static DefaultRole approver(String signer) {
    return of(
        "system:certificates.k8s.io:" + signer + "-approver",
        may("approve", CERTIFICATES, "signers").named("kubernetes.io/" + signer));
  }

  private static DefaultRole controllerManager() {
    return of(
        "system:kube-controller-manager",
        EVENTS,
        may("create", LEASES, "leases"),
        may(List.of("get", "update"), LEASES, "leases").named("kube-controller-manager"),
        may("create", CORE, "secrets", "serviceaccounts"),
        may("delete", CORE, "secrets"),
        may("get", CORE, "configmaps", "namespaces", "secrets", "serviceaccounts"),
        may("update", CORE, "secrets", "serviceaccounts"),
        TOKEN_REVIEWS,
        ACCESS_REVIEWS,
        may(LOOK_AROUND, "*", "*"),
        may("create", CORE, "serviceaccounts/token"));
  }

  private static DefaultRole scheduler() {
    return of(
        "system:kube-scheduler",
        EVENTS,
        may("create", LEASES, "leases"),
        may(List.of("get", "update"), LEASES, "leases").named("kube-scheduler"),
        may(READ, CORE, "nodes"),
        may(List.of("delete", "get", "list", "watch"), CORE, "pods"),
        may("create", CORE, "bindings", "pods/binding"),
        may(CHANGE, CORE, "pods/status"),
        may(READ, CORE, "replicationcontrollers", "services"),
        PolicyRule.ofResources(List.of("apps", "extensions"), List.of("replicasets"), READ),
        may(READ, "apps", "statefulsets"),
        may(READ, "policy", "poddisruptionbudgets"),
        may(READ, CORE, "persistentvolumeclaims", "persistentvolumes"),
        TOKEN_REVIEWS,
        ACCESS_REVIEWS,
        may(READ, STORAGE, "csinodes"),
        may(READ, STORAGE, "volumeattachments"),
        may(READ, CORE, "namespaces"),
        may(READ, STORAGE, "csidrivers"),
        may(READ, STORAGE, "csistoragecapacities"),
        may(READ, DEVICES, "deviceclasses"),
        may(READ_AND_CHANGE, DEVICES, "resourceclaims"),
        may(READ_AND_CHANGE, DEVICES, "resourceclaims/status"),
        may(READ_AND_CHANGE, CORE, "pods/finalizers"),
        may(READ, DEVICES, "resourceslices"));
  }

  /** Bound to nobody: what a node may is decided by what runs on it. */
  private static DefaultRole node() {
    return of(
        "system:node",
        TOKEN_REVIEWS,
        may("create", AUTHORIZATION, "localsubjectaccessreviews", "subjectaccessreviews"),
        may(READ, CORE, "services"),
        may(List.of("create", "get", "list", "watch"), CORE, "nodes"),
        may(CHANGE, CORE, "nodes/status"),
        may(CHANGE, CORE, "nodes"),
        may(List.of("create", "patch", "update"), CORE, "events"),
        may(READ, CORE, "pods"),
        may(List.of("create", "delete"), CORE, "pods"),
        may(CHANGE, CORE, "pods/status"),
        may("create", CORE, "pods/eviction"),
        may(READ, CORE, "configmaps", "secrets"),
        may("get", CORE, "persistentvolumeclaims", "persistentvolumes"),
        may("get", CORE, "endpoints"),
        may(List.of("create", "get", "list", "watch"), CERTIFICATES, "certificatesigningrequests"),
        may(List.of("create", "delete", "get", "patch", "update"), LEASES, "leases"),
        may("get", STORAGE, "volumeattachments"),
        may("create", CORE, "serviceaccounts/token"),
        may(List.of("get", "patch", "update"), CORE, "persistentvolumeclaims/status"),
        may(READ, STORAGE, "csidrivers"),
        may(List.of("create", "delete", "get", "patch", "update"), STORAGE, "csinodes"),
        may(READ, "node.k8s.io", "runtimeclasses"),
        may("get", DEVICES, "resourceclaims"),
        may("deletecollection", DEVICES, "resourceslices"));
  }
}
