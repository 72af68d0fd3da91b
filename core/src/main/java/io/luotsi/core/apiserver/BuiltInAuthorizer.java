package io.luotsi.core.apiserver;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.rbac.Asked;
import io.luotsi.core.rbac.Policy;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may do what: {@code system:masters} everything, nodes what a kubelet and a proxy need ({@link
 * NodeRules}), and everybody what roles allow that they are bound to. Of these only the roles are
 * objects: a cluster whose roles are not there yet, or cannot be read, serves masters and nodes.
 */
public final class BuiltInAuthorizer implements Authorizer {
  /** How nodes find a server that is ready, before there are roles that would let them. */
  private static final Set<String> HEALTH = Set.of("/healthz", "/livez", "/readyz");

  private final Set<String> pathsOfNodes;
  private final NodeRules nodes;
  private final Supplier<Outcome<Policy>> policy;

  /**
   * @param pathsOfNodes which nodes may read besides what roles let them
   * @param references what their pods need
   * @param policy asked anew for each question of others than masters; answers at once
   */
  public BuiltInAuthorizer(
      Set<String> pathsOfNodes, NodeReferences references, Supplier<Outcome<Policy>> policy) {
    this.pathsOfNodes =
        Stream.concat(pathsOfNodes.stream(), HEALTH.stream()).collect(Collectors.toSet());
    this.nodes = new NodeRules(references);
    this.policy = policy;
  }

  /** Where there are no roles. */
  public static BuiltInAuthorizer withoutRoles(
      Set<String> pathsOfNodes, NodeReferences references) {
    return new BuiltInAuthorizer(pathsOfNodes, references, () -> Outcome.done(Policy.EMPTY));
  }

  @Override
  public Outcome<Policy> policy() {
    return policy.get();
  }

  @Override
  public Optional<Rejection> authorize(UserInfo user, Attributes attributes) {
    if (user.isMaster()) {
      return Optional.empty();
    }
    NodeRules.Decision asNode = asNode(user, attributes);
    if (asNode instanceof NodeRules.Decision.Allowed) {
      return Optional.empty();
    }
    if (asNode instanceof NodeRules.Decision.Unknown(Rejection why)) {
      return Optional.of(why);
    }
    return switch (policy.get()) {
      case Outcome.Rejected<Policy>(Rejection why) -> Optional.of(why);
      case Outcome.Done<Policy>(Policy roles) ->
          roles.allows(user.name(), user.groups(), asked(attributes))
              ? Optional.empty()
              : Optional.of(forbidden(user, attributes));
    };
  }

  private Rejection forbidden(UserInfo user, Attributes attributes) {
    return switch (decide(user, attributes)) {
      case Decision.NotAllowed(String reason) -> Forbidden.of(user, attributes, reason);
      // Allowed by now: what was asked was refused all the same.
      case Decision.Allowed allowed -> Forbidden.of(user, attributes, "");
      case Decision.Unknown(Rejection why) -> why;
    };
  }

  @Override
  public Decision decide(UserInfo user, Attributes attributes) {
    if (user.isMaster()) {
      return new Decision.Allowed("");
    }
    return switch (asNode(user, attributes)) {
      case NodeRules.Decision.Allowed allowed -> new Decision.Allowed("");
      case NodeRules.Decision.Unknown(Rejection why) -> new Decision.Unknown(why);
      case NodeRules.Decision.Denied(String why) -> byRoles(user, attributes, why);
    };
  }

  private Decision byRoles(UserInfo user, Attributes attributes, String asNode) {
    return switch (policy.get()) {
      case Outcome.Rejected<Policy>(Rejection why) -> new Decision.Unknown(why);
      case Outcome.Done<Policy>(Policy roles) ->
          switch (roles.decide(user.name(), user.groups(), asked(attributes))) {
            case Policy.Verdict.Allowed(String by) ->
                new Decision.Allowed("RBAC: allowed by " + by);
            case Policy.Verdict.NotAllowed(String errors) ->
                new Decision.NotAllowed(
                    Stream.of(asNode, errors.isEmpty() ? "" : "RBAC: " + errors)
                        .filter(reason -> !reason.isEmpty())
                        .collect(Collectors.joining("\n")));
          };
    };
  }

  private NodeRules.Decision asNode(UserInfo user, Attributes attributes) {
    Optional<String> node = user.nodeName();
    if (node.isEmpty()) {
      return NodeRules.DENIED;
    }
    return switch (attributes) {
      case Attributes.Resource resource -> nodes.decide(node.get(), resource);
      case Attributes.Path path ->
          path.verb().equals("get") && pathsOfNodes.contains(path.path())
              ? NodeRules.ALLOWED
              : NodeRules.DENIED;
    };
  }

  private static Asked asked(Attributes attributes) {
    return switch (attributes) {
      case Attributes.Path(String verb, String path) -> new Asked.OfPath(verb, path);
      case Attributes.Resource asked ->
          Asked.OfResource.of(
              asked.verb(),
              asked.group(),
              asked.resource(),
              asked.subresource(),
              asked.namespace(),
              asked.name());
    };
  }

  /** Upstream's words for a refusal. */
  private static final class Forbidden {
    private Forbidden() {}

    static Rejection of(UserInfo user, Attributes attributes, String reason) {
      String because = reason.isEmpty() ? "" : ": " + reason;
      return switch (attributes) {
        case Attributes.Path path ->
            new Rejection.ForbiddenPath(
                "User \""
                    + user.name()
                    + "\" cannot "
                    + path.verb()
                    + " path \""
                    + path.path()
                    + "\""
                    + because);
        // What can be no resource's name has none to be told of.
        case Attributes.Resource asked when asked.resource().indexOf('.') >= 0 ->
            new Rejection.ForbiddenPath(message(user, asked) + because);
        case Attributes.Resource asked ->
            new Rejection.Forbidden(
                new GroupResource(asked.group(), asked.resource()),
                asked.name(),
                message(user, asked) + because);
      };
    }

    private static String message(UserInfo user, Attributes.Resource asked) {
      String resource =
          asked.subresource().isEmpty()
              ? asked.resource()
              : asked.resource() + "/" + asked.subresource();
      String where =
          asked.namespace().isEmpty()
              ? " at the cluster scope"
              : " in the namespace \"" + asked.namespace() + "\"";
      return "User \""
          + user.name()
          + "\" cannot "
          + asked.verb()
          + " resource \""
          + resource
          + "\" in API group \""
          + asked.group()
          + "\""
          + where;
    }
  }
}
