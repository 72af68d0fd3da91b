package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Rejection;
import java.util.List;
import java.util.Optional;

/** Holds a kubelet to its own node: that Node, its Lease, and the pods that are bound to it. */
final class NodeRestriction implements Admission {
  private static final String NODE_PREFIX = "system:node:";
  private static final String LEASES = "kube-node-lease";

  @Override
  public Optional<Rejection> admit(Request request) {
    UserInfo user = request.target().user();
    if (!user.groups().contains(UserInfo.SYSTEM_NODES) || !user.name().startsWith(NODE_PREFIX)) {
      return Optional.empty();
    }
    String node = user.name().substring(NODE_PREFIX.length());
    return violation(request, node).map(why -> AdmissionRules.forbidden(request, why, List.of()));
  }

  private static Optional<String> violation(Request request, String node) {
    return switch (request.target().type().groupResource().toString()) {
      case "nodes" ->
          name(request).equals(node)
              ? Optional.empty()
              : Optional.of(
                  "node \"" + node + "\" is not allowed to modify node \"" + name(request) + "\"");
      case "leases.coordination.k8s.io" -> lease(request, node);
      case "pods" -> pod(request, node);
      default -> Optional.empty();
    };
  }

  private static Optional<String> lease(Request request, String node) {
    if (!request.target().namespace().equals(LEASES)) {
      return Optional.of("can only access leases in the \"" + LEASES + "\" system namespace");
    }
    return name(request).equals(node)
        ? Optional.empty()
        : Optional.of("can only access node lease with the same name as the requesting node");
  }

  private static Optional<String> pod(Request request, String node) {
    String what =
        switch (request.operation()) {
          case CREATE -> "create pods";
          case UPDATE -> "update pod status for pods";
          case DELETE -> "delete pods";
        };
    Optional<ObjectNode> pod =
        request.operation() == Operation.CREATE ? request.object() : request.current();
    if (request.operation() == Operation.CREATE
        && pod.filter(NodeRestriction::isMirror).isEmpty()) {
      return Optional.of(
          "pod does not have \"kubernetes.io/config.mirror\" annotation, node \""
              + node
              + "\" can only create mirror pods");
    }
    boolean own = pod.filter(p -> p.at("/spec/nodeName").asText("").equals(node)).isPresent();
    return own
        ? Optional.empty()
        : Optional.of(
            "node \"" + node + "\" can only " + what + " with spec.nodeName set to itself");
  }

  private static boolean isMirror(ObjectNode pod) {
    return pod.path("metadata").path("annotations").has("kubernetes.io/config.mirror");
  }

  private static String name(Request request) {
    return request.target().name().isEmpty()
        ? request.object().map(ObjectMeta::name).orElse("")
        : request.target().name();
  }
}
