package io.luotsi.core.apiserver;

import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import java.util.Set;

/**
 * What a kubelet and the service proxy beside it may ask for, in upstream's words: their own node,
 * lease and pods, what those pods refer to, and the Services of all. What they write is looked at
 * once more by {@link NodeRestriction}, which sees the objects.
 *
 * @see "Source: plugin/pkg/auth/authorizer/node node_authorizer.go; system:node-proxier"
 */
final class NodeRules {
  private static final Set<String> READ = Set.of("get", "list", "watch");
  private static final Set<String> WRITE_IN_PLACE = Set.of("create", "update", "patch");
  private static final Set<String> PATCH = Set.of("update", "patch");

  /** What is decided of a request. */
  sealed interface Decision {
    record Allowed() implements Decision {}

    /**
     * @param why may be empty
     */
    record Denied(String why) implements Decision {}

    record Unknown(Rejection why) implements Decision {}
  }

  static final Decision ALLOWED = new Decision.Allowed();
  static final Decision DENIED = new Decision.Denied("");

  private final NodeReferences references;

  NodeRules(NodeReferences references) {
    this.references = references;
  }

  Decision decide(String node, Attributes.Resource asked) {
    String verb = asked.verb();
    boolean main = asked.subresource().isEmpty();
    String resource =
        asked.group().isEmpty() ? asked.resource() : asked.resource() + "." + asked.group();
    return switch (resource) {
      case "services", "runtimeclasses.node.k8s.io" -> allowedIf(main && READ.contains(verb));
      case "endpointslices.discovery.k8s.io" ->
          allowedIf(main && (verb.equals("list") || verb.equals("watch")));
      case "events", "events.events.k8s.io" -> allowedIf(main && WRITE_IN_PLACE.contains(verb));
      case "secrets", "configmaps" -> read(node, asked);
      case "serviceaccounts" -> token(node, asked);
      case "leases.coordination.k8s.io" -> lease(node, asked);
      case "nodes" -> node(node, asked);
      case "pods" -> pod(node, asked);
      default -> DENIED;
    };
  }

  private static Decision allowedIf(boolean condition) {
    return condition ? ALLOWED : DENIED;
  }

  private static Decision denied(String why) {
    return new Decision.Denied(why);
  }

  private Decision read(String node, Attributes.Resource asked) {
    if (!READ.contains(asked.verb())) {
      return denied("can only read resources of this type");
    }
    if (!asked.subresource().isEmpty()) {
      return denied("cannot read subresource");
    }
    if (asked.namespace().isEmpty()) {
      return denied("can only read namespaced object of this type");
    }
    return related(node, asked);
  }

  private Decision token(String node, Attributes.Resource asked) {
    if (!asked.verb().equals("create") || asked.name().isEmpty()) {
      return denied("can only create tokens for individual service accounts");
    }
    return asked.subresource().equals("token")
        ? related(node, asked)
        : denied("can only create token subresource of serviceaccount");
  }

  private Decision related(String node, Attributes.Resource asked) {
    if (asked.name().isEmpty()) {
      return denied("No Object name found");
    }
    return switch (references.needs(
        node,
        new GroupResource(asked.group(), asked.resource()),
        new ObjectKey(asked.namespace(), asked.name()))) {
      case Outcome.Done<Boolean>(Boolean needed) ->
          needed
              ? ALLOWED
              : denied("no relationship found between node '" + node + "' and this object");
      case Outcome.Rejected<Boolean>(Rejection why) -> new Decision.Unknown(why);
    };
  }

  private static Decision lease(String node, Attributes.Resource asked) {
    boolean allowed =
        asked.verb().equals("get")
            || asked.verb().equals("delete")
            || WRITE_IN_PLACE.contains(asked.verb());
    if (!allowed) {
      return denied("can only get, create, update, patch, or delete a node lease");
    }
    if (!asked.namespace().equals(NodeRestriction.LEASES)) {
      return denied(NodeRestriction.LEASE_ELSEWHERE);
    }
    // The name of what is created is known to NodeRestriction alone.
    return asked.verb().equals("create") || asked.name().equals(node)
        ? ALLOWED
        : denied(NodeRestriction.FOREIGN_LEASE);
  }

  private static Decision node(String node, Attributes.Resource asked) {
    return switch (asked.subresource()) {
      case "" -> {
        if (!READ.contains(asked.verb())) {
          yield allowedIf(WRITE_IN_PLACE.contains(asked.verb()));
        }
        if (asked.name().equals(node)) {
          yield ALLOWED;
        }
        String what =
            asked.name().isEmpty() ? "cannot read all nodes" : "cannot read '" + asked.name() + "'";
        yield denied("node '" + node + "' " + what + ", only its own Node object");
      }
      case "status" -> allowedIf(PATCH.contains(asked.verb()));
      default -> DENIED;
    };
  }

  private Decision pod(String node, Attributes.Resource asked) {
    return switch (asked.subresource()) {
      case "" ->
          switch (asked.verb()) {
            case "get" -> related(node, asked);
            case "list", "watch" -> {
              if (asked.fields().terms().contains(own(node))) {
                yield ALLOWED;
              }
              yield asked.name().isEmpty()
                  ? denied("can only list/watch pods with spec.nodeName field selector")
                  : related(node, asked);
            }
            case "create", "delete" -> ALLOWED;
            default -> DENIED;
          };
      case "status" -> allowedIf(PATCH.contains(asked.verb()));
      case "eviction" -> allowedIf(asked.verb().equals("create"));
      default -> DENIED;
    };
  }

  private static FieldSelector.Term own(String node) {
    return new FieldSelector.Term("spec.nodeName", true, node);
  }
}
