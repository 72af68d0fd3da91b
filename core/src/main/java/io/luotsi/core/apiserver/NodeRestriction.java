package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Holds a kubelet to its own node: that Node, without the taints and labels by which others steer
 * pods, its Lease, and the pods that are bound to it.
 *
 * @see "Source: plugin/pkg/admission/noderestriction admission.go"
 */
final class NodeRestriction implements Admission {
  static final String LEASES = "kube-node-lease";
  static final String LEASE_ELSEWHERE =
      "can only access leases in the \"" + LEASES + "\" system namespace";
  static final String FOREIGN_LEASE =
      "can only access node lease with the same name as the requesting node";

  private static final GroupResource PODS = new GroupResource("", "pods");
  private static final GroupResource NODES = new GroupResource("", "nodes");

  /** Labels of Kubernetes that a kubelet may give its node. */
  private static final Set<String> LABELS_OF_KUBELETS =
      Set.of(
          "kubernetes.io/hostname",
          "kubernetes.io/os",
          "kubernetes.io/arch",
          "beta.kubernetes.io/os",
          "beta.kubernetes.io/arch",
          "beta.kubernetes.io/instance-type",
          "node.kubernetes.io/instance-type",
          "topology.kubernetes.io/zone",
          "topology.kubernetes.io/region",
          "failure-domain.beta.kubernetes.io/zone",
          "failure-domain.beta.kubernetes.io/region");

  private static final Set<String> PREFIXES_OF_KUBELETS =
      Set.of("kubelet.kubernetes.io", "node.kubernetes.io");

  private static final String RESTRICTED_PREFIX = "node-restriction.kubernetes.io";

  @Override
  public Optional<Rejection> admit(Request request) {
    Optional<String> node = request.target().user().nodeName();
    if (node.isEmpty()) {
      return Optional.empty();
    }
    return switch (request.target().type().groupResource().toString()) {
      case "nodes" -> refused(request, node(request, node.get()));
      case "leases.coordination.k8s.io" -> refused(request, lease(request, node.get()));
      case "pods" -> pod(request, node.get());
      default -> Optional.empty();
    };
  }

  /** A kubelet may have tokens of the pods that it runs, bound to them, and no others. */
  static Optional<Rejection> token(Api.Target target, ObjectNode request, Reads reads) {
    Optional<String> node = target.user().nodeName();
    if (node.isEmpty()) {
      return Optional.empty();
    }
    JsonNode bound = request.at("/spec/boundObjectRef");
    String uid = bound.path("uid").asText("");
    String name = bound.path("name").asText("");
    if (!bound.path("apiVersion").asText().equals("v1")
        || !bound.path("kind").asText().equals("Pod")
        || name.isEmpty()) {
      return refusedToken(target, "node requested token not bound to a pod");
    }
    if (uid.isEmpty()) {
      return refusedToken(target, "node requested token with a pod binding without a uid");
    }
    return switch (reads.find(PODS, ObjectKey.of(target.namespace(), name))) {
      case Outcome.Rejected<Optional<StoredObject>>(Rejection why) -> Optional.of(why);
      case Outcome.Done<Optional<StoredObject>>(Optional<StoredObject> found) -> {
        if (found.isEmpty()) {
          yield Optional.of(new Rejection.NotFound(PODS, name));
        }
        if (!found.get().uid().equals(uid)) {
          yield refusedToken(
              target,
              "the UID in the bound object reference ("
                  + uid
                  + ") does not match the UID in record. The object might have been deleted and"
                  + " then recreated");
        }
        yield found.get().field("spec.nodeName").equals(node.get())
            ? Optional.empty()
            : refusedToken(
                target, "node requested token bound to a pod scheduled on a different node");
      }
    };
  }

  private static Optional<Rejection> refusedToken(Api.Target target, String why) {
    return Optional.of(new Rejection.Forbidden(target.type().groupResource(), target.name(), why));
  }

  private static Optional<Rejection> refused(Request request, Optional<String> why) {
    return why.map(words -> AdmissionRules.forbidden(request, words, List.of()));
  }

  private static Optional<String> node(Request request, String node) {
    if (!name(request).equals(node)) {
      return Optional.of(
          "node \"" + node + "\" is not allowed to modify node \"" + name(request) + "\"");
    }
    if (request.object().isEmpty()) {
      return Optional.empty();
    }
    ObjectNode wanted = request.object().get();
    JsonNode labels = wanted.at("/metadata/labels");
    if (request.operation() == Operation.CREATE) {
      String forbidden = forbiddenLabels(labels, labels.path("none"));
      return forbidden.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "node \"" + node + "\" is not allowed to set the following labels: " + forbidden);
    }
    ObjectNode before = request.current().orElseThrow();
    if (!taints(wanted).equals(taints(before))) {
      return Optional.of("node \"" + node + "\" is not allowed to modify taints");
    }
    String forbidden = forbiddenLabels(labels, before.at("/metadata/labels"));
    return forbidden.isEmpty()
        ? Optional.empty()
        : Optional.of("is not allowed to modify labels: " + forbidden);
  }

  private static List<JsonNode> taints(ObjectNode node) {
    return node.at("/spec/taints").valueStream().toList();
  }

  /** Those that differ and are not a kubelet's to set, in order. */
  private static String forbiddenLabels(JsonNode after, JsonNode before) {
    Set<String> forbidden = new TreeSet<>();
    after.fieldNames().forEachRemaining(forbidden::add);
    before.fieldNames().forEachRemaining(forbidden::add);
    forbidden.removeIf(
        label -> after.path(label).equals(before.path(label)) || isOfKubelets(label));
    return String.join(", ", forbidden);
  }

  private static boolean isOfKubelets(String label) {
    int slash = label.indexOf('/');
    String prefix = slash < 0 ? "" : label.substring(0, slash);
    if (isWithin(prefix, RESTRICTED_PREFIX)) {
      return false;
    }
    boolean ofKubernetes = isWithin(prefix, "kubernetes.io") || isWithin(prefix, "k8s.io");
    return !ofKubernetes
        || LABELS_OF_KUBELETS.contains(label)
        || PREFIXES_OF_KUBELETS.stream().anyMatch(allowed -> isWithin(prefix, allowed));
  }

  private static boolean isWithin(String prefix, String domain) {
    return prefix.equals(domain) || prefix.endsWith("." + domain);
  }

  private static Optional<String> lease(Request request, String node) {
    if (!request.target().namespace().equals(LEASES)) {
      return Optional.of(LEASE_ELSEWHERE);
    }
    return name(request).equals(node) ? Optional.empty() : Optional.of(FOREIGN_LEASE);
  }

  private static Optional<Rejection> pod(Request request, String node) {
    return switch (request.target().subresource()) {
      case "" ->
          switch (request.operation()) {
            case CREATE -> {
              ObjectNode pod = request.object().orElseThrow();
              Optional<Rejection> refused = refused(request, mirrorPod(pod, node));
              yield refused.isPresent() ? refused : ownedByThisVeryNode(request, pod, node);
            }
            case DELETE -> refused(request, bound(request, node, "delete pods"));
            case UPDATE ->
                refused(
                    request,
                    Optional.of(
                        "unexpected operation \"UPDATE\", node \""
                            + node
                            + "\" can only create and delete mirror pods"));
          };
      case "status" -> refused(request, status(request, node));
      case String other ->
          refused(
              request,
              Optional.of(
                  "unexpected pod subresource \""
                      + other
                      + "\", only 'status' and 'eviction' are allowed"));
    };
  }

  private static Optional<String> bound(Request request, String node, String what) {
    return request.current().filter(pod -> isBound(pod, node)).isPresent()
        ? Optional.empty()
        : Optional.of(
            "node \"" + node + "\" can only " + what + " with spec.nodeName set to itself");
  }

  private static boolean isBound(ObjectNode pod, String node) {
    return pod.at("/spec/nodeName").asText("").equals(node);
  }

  private static Optional<String> status(Request request, String node) {
    Optional<String> foreign = bound(request, node, "update pod status for pods");
    if (foreign.isPresent() || request.object().isEmpty()) {
      return foreign;
    }
    JsonNode after = request.object().get().at("/metadata/labels");
    JsonNode before = request.current().orElseThrow().at("/metadata/labels");
    return after.isEmpty() && before.isEmpty() || after.equals(before)
        ? Optional.empty()
        : Optional.of("node \"" + node + "\" cannot update labels through pod status");
  }

  /** A pod that a kubelet runs by itself, as the API shows it: it must not reach for anything. */
  private static Optional<String> mirrorPod(ObjectNode pod, String node) {
    if (!pod.path("metadata").path("annotations").has("kubernetes.io/config.mirror")) {
      return Optional.of(
          "pod does not have \"kubernetes.io/config.mirror\" annotation, node \""
              + node
              + "\" can only create mirror pods");
    }
    String can = "node \"" + node + "\" can only create pods with ";
    if (!isBound(pod, node)) {
      return Optional.of(can + "spec.nodeName set to itself");
    }
    JsonNode owners = pod.at("/metadata/ownerReferences");
    JsonNode owner = owners.path(0);
    if (owners.size() > 1) {
      return Optional.of(can + "a single owner reference set to itself");
    }
    if (!owner.path("apiVersion").asText().equals("v1")
        || !owner.path("kind").asText().equals("Node")
        || !owner.path("name").asText().equals(node)) {
      return Optional.of(can + "an owner reference set to itself");
    }
    if (!owner.path("controller").asBoolean()) {
      return Optional.of(can + "a controller owner reference set to itself");
    }
    if (owner.path("blockOwnerDeletion").asBoolean()) {
      return Optional.of(
          "node \"" + node + "\" must not set blockOwnerDeletion on an owner reference");
    }
    return reach(pod.path("spec"))
        .map(what -> "node \"" + node + "\" can not create pods that reference " + what);
  }

  private static Optional<String> reach(JsonNode spec) {
    if (!spec.path("serviceAccountName").asText("").isEmpty()) {
      return Optional.of("a service account");
    }
    if (PodReferences.refersToAny(spec, "secrets")) {
      return Optional.of("secrets");
    }
    if (PodReferences.refersToAny(spec, "configmaps")) {
      return Optional.of("configmaps");
    }
    return spec.findValues("persistentVolumeClaim").isEmpty()
        ? Optional.empty()
        : Optional.of("persistentvolumeclaims");
  }

  private static Optional<Rejection> ownedByThisVeryNode(
      Request request, ObjectNode pod, String node) {
    String said = pod.at("/metadata/ownerReferences/0/uid").asText();
    return switch (request.reads().find(NODES, ObjectKey.of(node))) {
      case Outcome.Rejected<Optional<StoredObject>>(Rejection why) -> Optional.of(why);
      case Outcome.Done<Optional<StoredObject>>(Optional<StoredObject> found) -> {
        if (found.isEmpty()) {
          yield Optional.of(new Rejection.NotFound(NODES, node));
        }
        String uid = found.get().uid();
        yield uid.equals(said)
            ? Optional.empty()
            : refused(
                request,
                Optional.of("node " + node + " UID mismatch: expected " + said + " got " + uid));
      }
    };
  }

  private static String name(Request request) {
    return request.target().name().isEmpty()
        ? request.object().map(ObjectMeta::name).orElse("")
        : request.target().name();
  }
}
