package io.luotsi.core.rbac;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.rbac.Binding.RoleRef;
import io.luotsi.core.rbac.Binding.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All roles and bindings at one time, indexed by who is bound, so that a question looks at nobody
 * else's rules. Immutable.
 *
 * @see "Source: pkg/registry/rbac/validation rule.go; plugin/pkg/auth/authorizer/rbac rbac.go"
 */
public final class Policy {
  static final String GROUP = "rbac.authorization.k8s.io";

  /** Nobody may anything. */
  public static final Policy EMPTY = of(Map.of(), Map.of(), List.of());

  /** The rules that somebody has by a binding; none if the role is not there. */
  private record Grant(Binding binding, Subject subject, Optional<Role> role) {
    private String missing() {
      RoleRef ref = binding.role();
      return ref.kind().toLowerCase(Locale.ROOT)
          + "."
          + GROUP
          + " \""
          + ref.name()
          + "\" not found";
    }
  }

  /** Who is bound in one place. */
  private static final class Bound {
    private static final Bound NOBODY = new Bound();

    private final Map<String, List<Grant>> users = new HashMap<>();
    private final Map<String, List<Grant>> groups = new HashMap<>();

    void add(Grant grant) {
      Subject subject = grant.subject();
      String user = subject.userName(grant.binding().key().namespace());
      if (!user.isEmpty()) {
        users.computeIfAbsent(user, absent -> new ArrayList<>()).add(grant);
      } else if (subject.kind().equals(Binding.GROUP)) {
        groups.computeIfAbsent(subject.name(), absent -> new ArrayList<>()).add(grant);
      }
    }

    List<Grant> user(String name) {
      return users.getOrDefault(name, List.of());
    }

    List<Grant> group(String name) {
      return groups.getOrDefault(name, List.of());
    }
  }

  /** Whether somebody may. */
  public sealed interface Verdict {
    /**
     * @param by the binding, in upstream's words
     */
    record Allowed(String by) implements Verdict {}

    /**
     * @param errors what went wrong on the way, in upstream's words; mostly empty
     */
    record NotAllowed(String errors) implements Verdict {}
  }

  /**
   * @param errors as in {@link Verdict.NotAllowed}
   */
  public record Rules(List<PolicyRule> rules, String errors) {
    public Rules {
      rules = List.copyOf(rules);
    }
  }

  private final Map<ObjectKey, Role> roles;
  private final Map<ObjectKey, Role> clusterRoles;
  private final Bound everywhere = new Bound();
  private final Map<String, Bound> inNamespaces = new HashMap<>();

  private Policy(Map<ObjectKey, Role> roles, Map<ObjectKey, Role> clusterRoles) {
    this.roles = Map.copyOf(roles);
    this.clusterRoles = Map.copyOf(clusterRoles);
  }

  /**
   * @param roles by namespace and name
   * @param clusterRoles by name
   * @param bindings of both kinds
   */
  public static Policy of(
      Map<ObjectKey, Role> roles, Map<ObjectKey, Role> clusterRoles, Collection<Binding> bindings) {
    Policy policy = new Policy(roles, clusterRoles);
    for (Binding binding : bindings) {
      String namespace = binding.key().namespace();
      Bound bound =
          namespace.isEmpty()
              ? policy.everywhere
              : policy.inNamespaces.computeIfAbsent(namespace, absent -> new Bound());
      Optional<Role> role = policy.role(binding.role(), namespace);
      binding.subjects().forEach(subject -> bound.add(new Grant(binding, subject, role)));
    }
    return policy;
  }

  private Optional<Role> role(RoleRef ref, String namespace) {
    if (ref.name().isEmpty()) {
      return Optional.empty();
    }
    return switch (ref.kind()) {
      case RoleRef.ROLE -> Optional.ofNullable(roles.get(ObjectKey.of(namespace, ref.name())));
      case RoleRef.CLUSTER_ROLE -> Optional.ofNullable(clusterRoles.get(ObjectKey.of(ref.name())));
      default -> Optional.empty();
    };
  }

  /** Whether any of somebody's rules allows it; costs a look at each of them at most. */
  public boolean allows(String user, List<String> groups, Asked asked) {
    return find(user, groups, asked).isPresent();
  }

  /** The same with the reason. */
  public Verdict decide(String user, List<String> groups, Asked asked) {
    return find(user, groups, asked)
        .<Verdict>map(grant -> new Verdict.Allowed(grant.binding().describe(grant.subject())))
        .orElseGet(() -> new Verdict.NotAllowed(errors(grants(user, groups, namespace(asked)))));
  }

  private static String namespace(Asked asked) {
    return asked instanceof Asked.OfResource resource ? resource.namespace() : "";
  }

  private Optional<Grant> find(String user, List<String> groups, Asked asked) {
    Optional<Grant> found = find(everywhere, user, groups, asked);
    if (found.isPresent()) {
      return found;
    }
    Bound here = bound(namespace(asked));
    return here == Bound.NOBODY ? found : find(here, user, groups, asked);
  }

  private Bound bound(String namespace) {
    return namespace.isEmpty() ? Bound.NOBODY : inNamespaces.getOrDefault(namespace, Bound.NOBODY);
  }

  private static Optional<Grant> find(Bound bound, String user, List<String> groups, Asked asked) {
    Optional<Grant> found = find(bound.user(user), asked);
    for (int i = 0; i < groups.size() && found.isEmpty(); i++) {
      found = find(bound.group(groups.get(i)), asked);
    }
    return found;
  }

  private static Optional<Grant> find(List<Grant> grants, Asked asked) {
    for (int i = 0; i < grants.size(); i++) {
      Grant grant = grants.get(i);
      if (grant.role().isPresent() && grant.role().get().allows(asked)) {
        return Optional.of(grant);
      }
    }
    return Optional.empty();
  }

  /** All that somebody may in a namespace, or everywhere if it is empty, each rule once. */
  public Rules rulesOf(String user, List<String> groups, String namespace) {
    List<Grant> grants = grants(user, groups, namespace);
    Set<Role> held = new LinkedHashSet<>();
    grants.forEach(grant -> grant.role().ifPresent(held::add));
    return new Rules(held.stream().flatMap(role -> role.rules().stream()).toList(), errors(grants));
  }

  private List<Grant> grants(String user, List<String> groups, String namespace) {
    List<Grant> grants = new ArrayList<>();
    for (Bound bound : List.of(everywhere, bound(namespace))) {
      grants.addAll(bound.user(user));
      groups.forEach(group -> grants.addAll(bound.group(group)));
    }
    return grants;
  }

  private static String errors(List<Grant> grants) {
    List<String> missing =
        grants.stream()
            .filter(grant -> grant.role().isEmpty())
            .map(Grant::missing)
            .distinct()
            .toList();
    return missing.size() == 1
        ? missing.getFirst()
        : missing.isEmpty() ? "" : "[" + String.join(", ", missing) + "]";
  }

  /**
   * What a role allows that somebody is to be bound to.
   *
   * @param namespace of the binding; empty for a ClusterRoleBinding
   * @return rejection: NotFound
   */
  public Outcome<List<PolicyRule>> rulesOf(RoleRef ref, String namespace) {
    return role(ref, namespace)
        .map(role -> Outcome.done(role.rules()))
        .orElseGet(
            () ->
                Outcome.rejected(
                    new Rejection.NotFound(
                        new GroupResource(
                            GROUP, ref.kind().equals(RoleRef.ROLE) ? "role" : "clusterrole"),
                        ref.name())));
  }
}
