package io.luotsi.core.apiserver;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what before there are roles: {@code system:masters} everything, nodes what a kubelet
 * and a proxy need ({@link NodeRules}), everybody the public paths, nobody anything else.
 */
public final class BuiltInAuthorizer implements Authorizer {
  private static final Set<String> PUBLIC_PATHS =
      Set.of("/healthz", "/livez", "/readyz", "/version", "/version/");

  /** What everybody who is known may read; {@code system:discovery} of upstream. */
  private static final List<String> DISCOVERY =
      List.of("/api", "/apis", "/openapi", "/version", "/healthz", "/livez", "/readyz");

  private final Set<String> pathsOfNodes;
  private final NodeRules nodes;

  public BuiltInAuthorizer() {
    this(Set.of(), NodeReferences.NONE);
  }

  /**
   * @param pathsOfNodes which nodes may read besides what everybody may
   * @param references what their pods need
   */
  public BuiltInAuthorizer(Set<String> pathsOfNodes, NodeReferences references) {
    this.pathsOfNodes = Set.copyOf(pathsOfNodes);
    this.nodes = new NodeRules(references);
  }

  @Override
  public Optional<Rejection> authorize(UserInfo user, Attributes attributes) {
    if (user.groups().contains(UserInfo.SYSTEM_MASTERS)) {
      return Optional.empty();
    }
    return switch (attributes) {
      case Attributes.Path path ->
          mayRead(user, path)
              ? Optional.empty()
              : Optional.of(new Rejection.ForbiddenPath(message(user, path)));
      case Attributes.Resource resource -> authorize(user, resource);
    };
  }

  private Optional<Rejection> authorize(UserInfo user, Attributes.Resource asked) {
    Optional<String> node = user.nodeName();
    NodeRules.Decision decision =
        node.isPresent() ? nodes.decide(node.get(), asked) : new NodeRules.Decision.Denied("");
    return switch (decision) {
      case NodeRules.Decision.Allowed allowed -> Optional.empty();
      case NodeRules.Decision.Denied(String why) ->
          Optional.of(
              new Rejection.Forbidden(
                  new GroupResource(asked.group(), asked.resource()),
                  asked.name(),
                  why.isEmpty() ? message(user, asked) : message(user, asked) + ": " + why));
      case NodeRules.Decision.Unknown(Rejection why) -> Optional.of(why);
    };
  }

  private boolean mayRead(UserInfo user, Attributes.Path path) {
    if (!path.verb().equals("get") && !path.verb().equals("head")) {
      return false;
    }
    if (PUBLIC_PATHS.contains(path.path())) {
      return true;
    }
    if (pathsOfNodes.contains(path.path()) && user.groups().contains(UserInfo.SYSTEM_NODES)) {
      return true;
    }
    return user.groups().contains(UserInfo.AUTHENTICATED)
        && DISCOVERY.stream()
            .anyMatch(open -> path.path().equals(open) || path.path().startsWith(open + "/"));
  }

  private static String message(UserInfo user, Attributes.Path path) {
    return "User \"" + user.name() + "\" cannot " + path.verb() + " path \"" + path.path() + "\"";
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
