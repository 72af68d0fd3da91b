package io.luotsi.core.apiserver;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what before there are roles: {@code system:masters} everything, nodes what a kubelet
 * and a proxy need, everybody the public paths, nobody anything else. Which of the objects a node
 * may touch is {@code NodeRestriction}'s to say.
 */
public final class BuiltInAuthorizer implements Authorizer {
  private static final Set<String> PUBLIC_PATHS =
      Set.of("/healthz", "/livez", "/readyz", "/version", "/version/");

  /** What everybody who is known may read; {@code system:discovery} of upstream. */
  private static final List<String> DISCOVERY =
      List.of("/api", "/apis", "/openapi", "/version", "/healthz", "/livez", "/readyz");

  private static final Set<String> READ = Set.of("get", "list", "watch");
  private static final Set<String> WRITE = Set.of("create", "update", "patch", "delete");

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
      case Attributes.Resource resource ->
          user.groups().contains(UserInfo.SYSTEM_NODES) && isOfNodes(resource)
              ? Optional.empty()
              : Optional.of(
                  new Rejection.Forbidden(
                      new GroupResource(resource.group(), resource.resource()),
                      resource.name(),
                      message(user, resource)));
    };
  }

  private static boolean mayRead(UserInfo user, Attributes.Path path) {
    if (!path.verb().equals("get") && !path.verb().equals("head")) {
      return false;
    }
    if (PUBLIC_PATHS.contains(path.path())) {
      return true;
    }
    return user.groups().contains(UserInfo.AUTHENTICATED)
        && DISCOVERY.stream()
            .anyMatch(open -> path.path().equals(open) || path.path().startsWith(open + "/"));
  }

  private static boolean isOfNodes(Attributes.Resource asked) {
    String verb = asked.verb();
    boolean reads = READ.contains(verb);
    boolean main = asked.subresource().isEmpty();
    boolean status = asked.subresource().equals("status");
    return switch (new GroupResource(asked.group(), asked.resource()).toString()) {
      case "services",
          "endpointslices.discovery.k8s.io",
          "namespaces",
          "runtimeclasses.node.k8s.io" ->
          main && reads;
      case "configmaps", "secrets" -> main && reads;
      case "serviceaccounts" ->
          main && verb.equals("get")
              || asked.subresource().equals("token") && verb.equals("create");
      case "nodes" ->
          main && (reads || WRITE.contains(verb) && !verb.equals("delete"))
              || status && (reads || verb.equals("update") || verb.equals("patch"));
      case "pods" ->
          main && (reads || verb.equals("create") || verb.equals("delete"))
              || status && (verb.equals("get") || verb.equals("update") || verb.equals("patch"));
      case "leases.coordination.k8s.io" -> main && (verb.equals("get") || WRITE.contains(verb));
      case "events", "events.events.k8s.io" ->
          main && (verb.equals("create") || verb.equals("update") || verb.equals("patch"));
      default -> false;
    };
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
