package io.luotsi.core.controller.roles;

import static io.luotsi.core.controller.roles.DefaultRole.ALL;
import static io.luotsi.core.controller.roles.DefaultRole.READ;
import static io.luotsi.core.controller.roles.DefaultRole.READ_WRITE;
import static io.luotsi.core.controller.roles.DefaultRole.WRITE;
import static io.luotsi.core.controller.roles.DefaultRole.aggregate;
import static io.luotsi.core.controller.roles.DefaultRole.may;
import static io.luotsi.core.controller.roles.DefaultRole.of;
import static io.luotsi.core.controller.roles.DefaultRole.read;

import io.luotsi.core.rbac.PolicyRule;
import java.util.List;

/**
 * Roles for people and their programs. Resources that are not served yet are named as upstream
 * names them, so that nobody has to be let in anew when they are.
 *
 * @see "Source: plugin/pkg/auth/authorizer/rbac/bootstrappolicy policy.go"
 */
final class UserRoles {
  private static final String CORE = "";

  static final List<DefaultRole> ALL_OF_THEM =
      List.of(
          of("cluster-admin", may(ALL, "*", "*"), PolicyRule.ofPaths(List.of("*"), ALL)),
          aggregate("admin"),
          aggregate("edit").to("admin"),
          aggregate("view").to("edit"),
          admin(),
          edit(),
          view(),
          of(
              "system:discovery",
              read(
                  "/api",
                  "/api/*",
                  "/apis",
                  "/apis/*",
                  "/healthz",
                  "/livez",
                  "/openapi",
                  "/openapi/*",
                  "/readyz",
                  "/version",
                  "/version/")),
          of(
              "system:public-info-viewer",
              read("/healthz", "/livez", "/readyz", "/version", "/version/")),
          of(
              "system:basic-user",
              may(
                  "create",
                  "authorization.k8s.io",
                  "selfsubjectaccessreviews",
                  "selfsubjectrulesreviews"),
              may("create", "authentication.k8s.io", "selfsubjectreviews")),
          of(
              "system:monitoring",
              read(
                  "/healthz",
                  "/healthz/*",
                  "/livez",
                  "/livez/*",
                  "/metrics",
                  "/metrics/slis",
                  "/readyz",
                  "/readyz/*")));

  private UserRoles() {}

  private static DefaultRole admin() {
    return of(
            "system:aggregate-to-admin",
            may("create", "authorization.k8s.io", "localsubjectaccessreviews"),
            may(READ_WRITE, "rbac.authorization.k8s.io", "rolebindings", "roles"))
        .to("admin");
  }

  private static DefaultRole edit() {
    return of(
            "system:aggregate-to-edit",
            may(
                READ,
                CORE,
                "pods/attach",
                "pods/exec",
                "pods/portforward",
                "pods/proxy",
                "secrets",
                "services/proxy"),
            may("impersonate", CORE, "serviceaccounts"),
            may(WRITE, CORE, "pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"),
            may("create", CORE, "pods/eviction"),
            may(
                WRITE,
                CORE,
                "configmaps",
                "events",
                "persistentvolumeclaims",
                "replicationcontrollers",
                "replicationcontrollers/scale",
                "secrets",
                "serviceaccounts",
                "services",
                "services/proxy"),
            may("create", CORE, "serviceaccounts/token"),
            may(
                WRITE,
                "apps",
                "daemonsets",
                "deployments",
                "deployments/rollback",
                "deployments/scale",
                "replicasets",
                "replicasets/scale",
                "statefulsets",
                "statefulsets/scale"),
            may(WRITE, "autoscaling", "horizontalpodautoscalers"),
            may(WRITE, "batch", "cronjobs", "jobs"),
            may(
                WRITE,
                "extensions",
                "daemonsets",
                "deployments",
                "deployments/rollback",
                "deployments/scale",
                "ingresses",
                "networkpolicies",
                "replicasets",
                "replicasets/scale",
                "replicationcontrollers/scale"),
            may(WRITE, "policy", "poddisruptionbudgets"),
            may(WRITE, "networking.k8s.io", "ingresses", "networkpolicies"),
            may(READ_WRITE, "coordination.k8s.io", "leases"),
            may(WRITE, "resource.k8s.io", "resourceclaims", "resourceclaimtemplates"))
        .to("edit");
  }

  private static DefaultRole view() {
    return of(
            "system:aggregate-to-view",
            may(
                READ,
                CORE,
                "configmaps",
                "endpoints",
                "persistentvolumeclaims",
                "persistentvolumeclaims/status",
                "pods",
                "replicationcontrollers",
                "replicationcontrollers/scale",
                "serviceaccounts",
                "services",
                "services/status"),
            may(
                READ,
                CORE,
                "bindings",
                "events",
                "limitranges",
                "namespaces/status",
                "pods/log",
                "pods/status",
                "replicationcontrollers/status",
                "resourcequotas",
                "resourcequotas/status"),
            may(READ, CORE, "namespaces"),
            may(READ, "discovery.k8s.io", "endpointslices"),
            may(
                READ,
                "apps",
                "controllerrevisions",
                "daemonsets",
                "daemonsets/status",
                "deployments",
                "deployments/scale",
                "deployments/status",
                "replicasets",
                "replicasets/scale",
                "replicasets/status",
                "statefulsets",
                "statefulsets/scale",
                "statefulsets/status"),
            may(READ, "autoscaling", "horizontalpodautoscalers", "horizontalpodautoscalers/status"),
            may(READ, "batch", "cronjobs", "cronjobs/status", "jobs", "jobs/status"),
            may(
                READ,
                "extensions",
                "daemonsets",
                "daemonsets/status",
                "deployments",
                "deployments/scale",
                "deployments/status",
                "ingresses",
                "ingresses/status",
                "networkpolicies",
                "replicasets",
                "replicasets/scale",
                "replicasets/status",
                "replicationcontrollers/scale"),
            may(READ, "policy", "poddisruptionbudgets", "poddisruptionbudgets/status"),
            may(READ, "networking.k8s.io", "ingresses", "ingresses/status", "networkpolicies"),
            may(
                READ,
                "resource.k8s.io",
                "resourceclaims",
                "resourceclaims/status",
                "resourceclaimtemplates"))
        .to("view");
  }
}
