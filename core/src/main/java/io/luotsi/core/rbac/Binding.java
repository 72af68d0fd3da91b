package io.luotsi.core.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Who has the rules of a role, and where: of a RoleBinding in its namespace, of a
 * ClusterRoleBinding everywhere.
 *
 * @param key without a namespace for a ClusterRoleBinding
 */
public record Binding(ObjectKey key, RoleRef role, List<Subject> subjects) {
  public static final String USER = "User";
  public static final String GROUP = "Group";
  public static final String SERVICE_ACCOUNT = "ServiceAccount";

  private static final String SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:";

  public Binding {
    subjects = List.copyOf(subjects);
  }

  /**
   * @param kind {@code Role} or {@code ClusterRole}
   */
  public record RoleRef(String kind, String name) {
    public static final String ROLE = "Role";
    public static final String CLUSTER_ROLE = "ClusterRole";

    /** The {@code roleRef} of a decoded binding. */
    public static RoleRef read(JsonNode roleRef) {
      return new RoleRef(roleRef.path("kind").asText(""), roleRef.path("name").asText(""));
    }
  }

  /**
   * @param namespace of a service account; empty for the binding's own
   */
  public record Subject(String kind, String namespace, String name) {
    /** What the subject is called as a user; empty if it is none, or none can be it. */
    String userName(String bindingNamespace) {
      return switch (kind) {
        case USER -> name;
        case SERVICE_ACCOUNT -> {
          String home = namespace.isEmpty() ? bindingNamespace : namespace;
          yield home.isEmpty() ? "" : SERVICE_ACCOUNT_PREFIX + home + ":" + name;
        }
        default -> "";
      };
    }

    private String describe(String bindingNamespace) {
      String home = namespace.isEmpty() ? bindingNamespace : namespace;
      return kind.equals(SERVICE_ACCOUNT)
          ? "ServiceAccount \"" + name + "/" + home + "\""
          : kind + " \"" + name + "\"";
    }
  }

  static Binding read(StoredObject object) {
    ObjectNode json = Json.readObject(object.json());
    List<Subject> subjects = new ArrayList<>();
    for (JsonNode subject : json.path("subjects")) {
      subjects.add(
          new Subject(
              subject.path("kind").asText(""),
              subject.path("namespace").asText(""),
              subject.path("name").asText("")));
    }
    return new Binding(object.key(), RoleRef.read(json.path("roleRef")), subjects);
  }

  /** In upstream's words, for those who ask why they may. */
  String describe(Subject subject) {
    String self =
        key.namespace().isEmpty()
            ? "ClusterRoleBinding \"" + key.name() + "\""
            : "RoleBinding \"" + key.name() + "/" + key.namespace() + "\"";
    return self
        + " of "
        + role.kind()
        + " \""
        + role.name()
        + "\" to "
        + subject.describe(key.namespace());
  }
}
