package io.luotsi.core.catalog;

import io.luotsi.core.catalog.columns.RbacColumns;
import io.luotsi.core.catalog.defaults.RbacDefaults;
import java.util.List;

/** The groups of who somebody is and what they may. */
final class AccessGroups {
  private AccessGroups() {}

  static List<TypeRow> authentication(BuiltInSchemas schemas) {
    return List.of(
        review(schemas, "authentication", "selfsubjectreviews", "SelfSubjectReview")
            .clusterScoped(),
        review(schemas, "authentication", "tokenreviews", "TokenReview").clusterScoped());
  }

  static List<TypeRow> authorization(BuiltInSchemas schemas) {
    return List.of(
        review(schemas, "authorization", "localsubjectaccessreviews", "LocalSubjectAccessReview"),
        review(schemas, "authorization", "selfsubjectaccessreviews", "SelfSubjectAccessReview")
            .clusterScoped(),
        review(schemas, "authorization", "selfsubjectrulesreviews", "SelfSubjectRulesReview")
            .clusterScoped(),
        review(schemas, "authorization", "subjectaccessreviews", "SubjectAccessReview")
            .clusterScoped());
  }

  static List<TypeRow> rbac(BuiltInSchemas schemas) {
    return List.of(
        role(schemas, "clusterrolebindings", "ClusterRoleBinding")
            .clusterScoped()
            .defaults(RbacDefaults::fillBinding)
            .columns(RbacColumns.BINDINGS),
        role(schemas, "clusterroles", "ClusterRole").clusterScoped(),
        role(schemas, "rolebindings", "RoleBinding")
            .defaults(RbacDefaults::fillBinding)
            .columns(RbacColumns.BINDINGS),
        role(schemas, "roles", "Role"));
  }

  private static TypeRow role(BuiltInSchemas schemas, String plural, String kind) {
    return new TypeRow(
        schemas, "rbac.authorization.k8s.io/v1", plural, "io.k8s.api.rbac.v1." + kind);
  }

  /**
   * @param group without {@code .k8s.io}
   */
  private static TypeRow review(BuiltInSchemas schemas, String group, String plural, String kind) {
    return new TypeRow(schemas, group + ".k8s.io/v1", plural, "io.k8s.api." + group + ".v1." + kind)
        .onlyCreated();
  }
}
