package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Defaults of the bindings of rbac.authorization.k8s.io. */
public final class RbacDefaults {
  private static final String GROUP = "rbac.authorization.k8s.io";

  private RbacDefaults() {}

  /** The API groups of the role and of users and groups; service accounts are of the core group. */
  public static void fillBinding(ObjectNode binding) {
    Trees.object(binding, "roleRef").ifPresent(RbacDefaults::fillGroup);
    for (ObjectNode subject : Trees.objects(binding, "subjects")) {
      switch (Trees.text(subject, "kind")) {
        case "User", "Group" -> fillGroup(subject);
        default -> {}
      }
    }
  }

  private static void fillGroup(ObjectNode reference) {
    if (Trees.isUnset(reference, "apiGroup")) {
      reference.put("apiGroup", GROUP);
    }
  }
}
