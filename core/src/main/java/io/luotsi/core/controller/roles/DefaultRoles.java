package io.luotsi.core.controller.roles;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The ClusterRoles and ClusterRoleBindings of every cluster, as objects to create. */
public final class DefaultRoles {
  private static final String API_GROUP = "rbac.authorization.k8s.io";
  private static final String AUTHENTICATED = "system:authenticated";

  private static final Map<String, ObjectNode> ROLES = new TreeMap<>();
  private static final Map<String, ObjectNode> BINDINGS = new TreeMap<>();

  static {
    Stream.concat(UserRoles.ALL_OF_THEM.stream(), ComponentRoles.ALL_OF_THEM.stream())
        .forEach(role -> ROLES.put(role.name(), role.json()));
    bind("cluster-admin", "Group", "system:masters");
    bind("system:basic-user", "Group", AUTHENTICATED);
    bind("system:discovery", "Group", AUTHENTICATED);
    bind("system:public-info-viewer", "Group", AUTHENTICATED, "system:unauthenticated");
    bind("system:monitoring", "Group", "system:monitoring");
    bind("system:kube-controller-manager", "User", "system:kube-controller-manager");
    bind("system:kube-scheduler", "User", "system:kube-scheduler");
    bind("system:volume-scheduler", "User", "system:kube-scheduler");
    bind("system:node-proxier", "User", "system:kube-proxy");
    bind("system:service-account-issuer-discovery", "Group", "system:serviceaccounts");
    bind("system:node", "Group");
    bind("system:kube-dns", "User");
    ArrayNode dns = BINDINGS.get("system:kube-dns").putArray("subjects");
    dns.addObject()
        .put("kind", "ServiceAccount")
        .put("name", "kube-dns")
        .put("namespace", "kube-system");
  }

  private DefaultRoles() {}

  /** By name, in order of names; copies that the caller may change. */
  public static Map<String, ObjectNode> roles() {
    return copies(ROLES);
  }

  /** By name, in order of names; copies that the caller may change. */
  public static Map<String, ObjectNode> bindings() {
    return copies(BINDINGS);
  }

  private static Map<String, ObjectNode> copies(Map<String, ObjectNode> objects) {
    Map<String, ObjectNode> copies = new TreeMap<>();
    objects.forEach((name, object) -> copies.put(name, object.deepCopy()));
    return copies;
  }

  /** Binds the role of that name by a binding of that name. */
  private static void bind(String name, String kind, String... subjects) {
    ObjectNode binding = object("ClusterRoleBinding", name);
    binding
        .putObject("roleRef")
        .put("apiGroup", API_GROUP)
        .put("kind", "ClusterRole")
        .put("name", name);
    if (subjects.length > 0) {
      ArrayNode all = binding.putArray("subjects");
      List.of(subjects)
          .forEach(
              subject ->
                  all.addObject()
                      .put("apiGroup", API_GROUP)
                      .put("kind", kind)
                      .put("name", subject));
    }
    BINDINGS.put(name, binding);
  }

  static ObjectNode object(String kind, String name) {
    ObjectNode object = Json.object();
    object.put("apiVersion", API_GROUP + "/v1").put("kind", kind);
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    metadata.putObject("annotations").put(RoleReconcile.AUTOUPDATE, "true");
    metadata.putObject("labels").put("kubernetes.io/bootstrapping", "rbac-defaults");
    return object;
  }
}
