package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Admission.Operation;
import io.luotsi.core.apiserver.Admission.Request;
import io.luotsi.core.catalog.CustomKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The admission rules that are on unless an operator says otherwise, named as upstream's plugins,
 * in upstream's order.
 */
final class AdmissionRules {
  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  private AdmissionRules() {}

  /** A plugin under the name that an operator knows it by. */
  private record Named(String name, Admission plugin) {}

  /**
   * @param authorizer also decides what roles may be granted
   * @param identities for names of what the rules add
   * @param disabled names of those that an operator wants none of
   */
  static List<Admission> all(Authorizer authorizer, Identities identities, Set<String> disabled) {
    return Stream.of(
            new Named("NamespaceLifecycle", changing(AdmissionRules::namespaceLifecycle)),
            // No plugin upstream, where what serves custom kinds asks it.
            new Named("", changing(AdmissionRules::definitionLifecycle)),
            new Named("LimitRanger", new LimitRanger()),
            new Named("ServiceAccount", new ServiceAccountAdmission(identities)),
            new Named("NodeRestriction", new NodeRestriction()),
            new Named("TaintNodesByCondition", changing(AdmissionRules::taintNodesByCondition)),
            new Named("PodSecurity", new PodSecurity()),
            new Named("Priority", new PriorityAdmission()),
            new Named(
                "DefaultTolerationSeconds", changing(AdmissionRules::defaultTolerationSeconds)),
            new Named("DefaultStorageClass", DefaultClasses.ofStorage()),
            new Named("RuntimeClass", new RuntimeClassAdmission()),
            // No plugin upstream, where storing a role asks it.
            new Named("", new RoleEscalation(authorizer)),
            new Named("CertificateApproval", SignerPermission.approval(authorizer)),
            new Named("CertificateSigning", SignerPermission.signing(authorizer)),
            new Named("CertificateSubjectRestriction", new CertificateSubjectRestriction()),
            new Named("DefaultIngressClass", DefaultClasses.ofIngresses()))
        .filter(named -> !disabled.contains(named.name()))
        .map(Named::plugin)
        .toList();
  }

  private static Admission changing(Function<Request, Optional<Rejection>> rule) {
    return new Admission() {
      @Override
      public Optional<Rejection> admit(Request request) {
        return rule.apply(request);
      }
    };
  }

  /** Nothing new of a kind whose definition goes. */
  static Optional<Rejection> definitionLifecycle(Request request) {
    boolean goes = request.target().type().custom().filter(CustomKind::terminating).isPresent();
    return goes && request.operation() == Operation.CREATE
        ? Optional.of(
            forbidden(
                request,
                "create not allowed while custom resource definition is terminating",
                List.of()))
        : Optional.empty();
  }

  private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

  /** Nothing new in a namespace that is not there or goes; three of them never go. */
  static Optional<Rejection> namespaceLifecycle(Request request) {
    boolean isNamespace = request.target().type().groupResource().equals(NAMESPACES);
    if (request.operation() == Operation.DELETE
        && isNamespace
        && IMMORTAL.contains(request.target().name())) {
      return Optional.of(
          new Rejection.Forbidden(
              NAMESPACES, request.target().name(), "this namespace may not be deleted"));
    }
    if (request.operation() != Operation.CREATE || !request.target().type().namespaced()) {
      return Optional.empty();
    }
    String namespace = request.target().namespace();
    return switch (request.reads().find(NAMESPACES, ObjectKey.of(namespace))) {
      case Outcome.Rejected<Optional<StoredObject>>(Rejection why) -> Optional.of(why);
      case Outcome.Done<Optional<StoredObject>>(Optional<StoredObject> found) ->
          found.isEmpty()
              ? Optional.of(new Rejection.NotFound(NAMESPACES, namespace))
              : found
                  .filter(
                      there -> there.field("status.phase").equals(NamespaceStrategy.TERMINATING))
                  .map(there -> terminating(request, namespace));
    };
  }

  private static Rejection terminating(Request request, String namespace) {
    return forbidden(
        request,
        "unable to create new content in namespace "
            + namespace
            + " because it is being terminated",
        List.of(
            new Rejection.Cause(
                "NamespaceTerminating",
                "namespace " + namespace + " is being terminated",
                "metadata.namespace")));
  }

  private static final String NOT_READY = "node.kubernetes.io/not-ready";
  private static final List<String> LOST_NODE =
      List.of(NOT_READY, "node.kubernetes.io/unreachable");

  /** Pods stay on a node that is lost for five minutes unless they say how long. */
  static Optional<Rejection> defaultTolerationSeconds(Request request) {
    newPodSpec(request)
        .ifPresent(
            spec -> {
              ArrayNode tolerations = spec.withArray("tolerations");
              for (String taint : LOST_NODE) {
                if (!toleratesNoExecute(tolerations, taint)) {
                  tolerations
                      .addObject()
                      .put("key", taint)
                      .put("operator", "Exists")
                      .put("effect", "NoExecute")
                      .put("tolerationSeconds", PipelineSettings.DEFAULT_TOLERATION_SECONDS);
                }
              }
            });
    return Optional.empty();
  }

  private static boolean toleratesNoExecute(ArrayNode tolerations, String taint) {
    for (JsonNode toleration : tolerations) {
      String key = toleration.path("key").asText("");
      String effect = toleration.path("effect").asText("");
      if ((key.isEmpty() || key.equals(taint))
          && (effect.isEmpty() || effect.equals("NoExecute"))) {
        return true;
      }
    }
    return false;
  }

  /** Nothing is scheduled to a new node until the node controller knows how it is. */
  static Optional<Rejection> taintNodesByCondition(Request request) {
    request
        .creationOf("nodes")
        .map(node -> node.withObject("spec").withArray("taints"))
        .filter(
            taints ->
                taints
                    .valueStream()
                    .noneMatch(
                        it ->
                            it.path("key").asText().equals(NOT_READY)
                                && it.path("effect").asText().equals("NoSchedule")))
        .ifPresent(taints -> taints.addObject().put("key", NOT_READY).put("effect", "NoSchedule"));
    return Optional.empty();
  }

  static Optional<ObjectNode> newPodSpec(Request request) {
    return request.creationOf("pods").map(pod -> pod.withObject("spec"));
  }

  /** Forbidden, naming the object as far as it has a name yet. */
  static Rejection forbidden(Request request, String message, List<Rejection.Cause> causes) {
    String name =
        request
            .object()
            .or(request::current)
            .map(
                object ->
                    ObjectMeta.name(object).isEmpty()
                        ? ObjectMeta.text(object, "generateName")
                        : ObjectMeta.name(object))
            .orElse(request.target().name());
    return new Rejection.Forbidden(request.target().type().groupResource(), name, message, causes);
  }
}
