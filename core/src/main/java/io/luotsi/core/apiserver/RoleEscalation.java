package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.rbac.Binding.RoleRef;
import io.luotsi.core.rbac.Coverage;
import io.luotsi.core.rbac.Policy;
import io.luotsi.core.rbac.PolicyRule;
import java.util.List;
import java.util.Optional;

/**
 * Nobody grants what they do not have: neither by writing it into a role nor by binding somebody to
 * a role that has it. Who may {@code escalate} roles, or {@code bind} a role, is excepted, and so
 * are {@code system:masters}.
 *
 * @see "Source: pkg/registry/rbac policybased storages; escalation_check.go"
 */
final class RoleEscalation implements Admission {
  private static final String GROUP = "rbac.authorization.k8s.io";
  private static final List<PolicyRule> EVERYTHING =
      List.of(
          PolicyRule.ofResources(List.of("*"), List.of("*"), List.of("*")),
          PolicyRule.ofPaths(List.of("*"), List.of("*")));

  private final Authorizer authorizer;

  RoleEscalation(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  @Override
  public Optional<Rejection> admit(Request request) {
    if (request.object().isEmpty()
        || !request.target().type().kind().group().equals(GROUP)
        || request.target().user().isMaster()
        || onlyReleases(request)) {
      return Optional.empty();
    }
    return switch (request.target().type().plural()) {
      case "roles", "clusterroles" -> role(request, request.object().get());
      case "rolebindings", "clusterrolebindings" -> binding(request, request.object().get());
      default -> Optional.empty();
    };
  }

  /** Whether only that is changed which keeps an object from being collected. */
  private static boolean onlyReleases(Request request) {
    return request.current().isPresent()
        && withoutHolds(request.object().orElseThrow())
            .equals(withoutHolds(request.current().get()));
  }

  private static ObjectNode withoutHolds(ObjectNode object) {
    ObjectNode rest = object.deepCopy();
    ObjectMeta.of(rest).remove(List.of("finalizers", "ownerReferences", "managedFields"));
    return rest;
  }

  private Optional<Rejection> role(Request request, ObjectNode role) {
    if (may(request.target(), "escalate", request.target().type().plural(), path(request))) {
      return Optional.empty();
    }
    return exceeded(request, PolicyRule.readAll(role.path("rules")))
        .or(
            () ->
                aggregates(role) || request.current().map(RoleEscalation::aggregates).orElse(false)
                    ? exceeded(request, EVERYTHING)
                        .map(
                            why ->
                                why instanceof Rejection.Forbidden
                                    ? AdmissionRules.forbidden(
                                        request,
                                        "must have cluster-admin privileges to use the"
                                            + " aggregationRule",
                                        List.of())
                                    : why)
                    : Optional.empty());
  }

  /** The name in the request's path: what is created has none there. */
  private static String path(Request request) {
    return request.operation() == Operation.CREATE ? "" : request.target().name();
  }

  private static boolean aggregates(ObjectNode role) {
    return !role.at("/aggregationRule/clusterRoleSelectors").isEmpty();
  }

  private Optional<Rejection> binding(Request request, ObjectNode binding) {
    JsonNode ref = binding.path("roleRef");
    RoleRef role = RoleRef.read(ref);
    String resource =
        switch (role.kind()) {
          case RoleRef.ROLE -> "roles";
          case RoleRef.CLUSTER_ROLE -> "clusterroles";
          default -> "";
        };
    if (resource.isEmpty() || role.name().isEmpty()) {
      return Optional.empty(); // validation has the words for it
    }
    if (ref.path("apiGroup").asText("").equals(GROUP)
        && may(request.target(), "bind", resource, role.name())) {
      return Optional.empty();
    }
    Outcome<List<PolicyRule>> rules =
        authorizer.policy().flatMap(policy -> policy.rulesOf(role, request.target().namespace()));
    return switch (rules) {
      case Outcome.Rejected<List<PolicyRule>>(Rejection why) -> Optional.of(why);
      case Outcome.Done<List<PolicyRule>>(List<PolicyRule> granted) -> exceeded(request, granted);
    };
  }

  private boolean may(Target target, String verb, String resource, String name) {
    return authorizer
        .authorize(
            target.user(),
            new Authorizer.Attributes.Resource(verb, GROUP, resource, "", target.namespace(), name))
        .isEmpty();
  }

  /** Why the rules may not be granted; empty if the user has them all. */
  private Optional<Rejection> exceeded(Request request, List<PolicyRule> granted) {
    UserInfo user = request.target().user();
    return switch (authorizer.policy()) {
      case Outcome.Rejected<Policy>(Rejection why) -> Optional.of(why);
      case Outcome.Done<Policy>(Policy policy) -> {
        Policy.Rules held =
            policy.rulesOf(user.name(), user.groups(), request.target().namespace());
        List<PolicyRule> missing = Coverage.missing(held.rules(), granted);
        yield missing.isEmpty()
            ? Optional.empty()
            : Optional.of(
                AdmissionRules.forbidden(
                    request,
                    "user \""
                        + user.name()
                        + "\" (groups="
                        + PolicyRule.quoted(user.groups())
                        + ") is attempting to grant RBAC permissions not currently held:\n"
                        + Coverage.describe(missing)
                        + (held.errors().isEmpty()
                            ? ""
                            : "; resolution errors: [" + held.errors() + "]"),
                    List.of()));
      }
    };
  }
}
