package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.OwnerReference;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.podsecurity.Level;
import io.luotsi.core.podsecurity.SecurityChecks;
import io.luotsi.core.podsecurity.SecurityPolicy;
import io.luotsi.core.podsecurity.Standard;
import io.luotsi.core.podsecurity.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Upstream's plugin PodSecurity: holds pods to the standard that their namespace's labels name, and
 * warns makers of pods and of what makes pods. What is only to be audited is noted for the audit
 * log. Nobody is exempt.
 *
 * @see "Source: k8s.io/pod-security-admission admission/admission.go"
 */
final class PodSecurity implements Admission {
  private static final String NOTE = "pod-security.kubernetes.io/";
  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
  private static final GroupResource PODS = new GroupResource("", "pods");

  /** Where a kind has the template of its pods. */
  private static final Map<String, String> TEMPLATES =
      Map.of(
          "podtemplates", "/template",
          "replicationcontrollers", "/spec/template",
          "replicasets.apps", "/spec/template",
          "deployments.apps", "/spec/template",
          "statefulsets.apps", "/spec/template",
          "daemonsets.apps", "/spec/template",
          "jobs.batch", "/spec/template",
          "cronjobs.batch", "/spec/jobTemplate/spec/template");

  /** Subresources of a pod that leave what it may do as it is. */
  private static final Set<String> IGNORED =
      Set.of("binding", "eviction", "status", "exec", "attach", "log", "portforward", "proxy");

  /** Pods of a namespace that are looked at when its labels change: upstream's bound. */
  private static final int MOST_PODS = 3_000;

  @Override
  public Optional<Rejection> validate(Request request) {
    if (request.object().isEmpty()) {
      return Optional.empty();
    }
    GroupResource resource = request.target().type().groupResource();
    ObjectNode object = request.object().get();
    if (resource.equals(NAMESPACES)) {
      return request.target().subresource().isEmpty()
          ? namespace(request, object)
          : Optional.empty();
    }
    if (resource.equals(PODS)) {
      return IGNORED.contains(request.target().subresource()) || !isSignificant(request)
          ? Optional.empty()
          : pod(request, object);
    }
    String template = TEMPLATES.get(resource.toString());
    if (template != null && request.target().subresource().isEmpty()) {
      warn(request, object.at(template));
    }
    return Optional.empty();
  }

  /** Of what can be changed of a pod, only images matter, and containers that are added. */
  private static boolean isSignificant(Request request) {
    return request.current().isEmpty()
        || !images(request.object().orElseThrow()).equals(images(request.current().get()));
  }

  private static List<String> images(ObjectNode pod) {
    List<String> images = new ArrayList<>();
    for (String field : List.of("initContainers", "containers", "ephemeralContainers")) {
      pod.path("spec")
          .path(field)
          .forEach(it -> images.add(it.path("name").asText() + " " + it.path("image").asText()));
    }
    return images;
  }

  private static Outcome<SecurityPolicy> policy(Request request) {
    return request
        .reads()
        .find(NAMESPACES, ObjectKey.of(request.target().namespace()))
        .map(found -> SecurityPolicy.of(found.map(StoredObject::labels).orElse(Map.of())));
  }

  private static Optional<Rejection> pod(Request request, ObjectNode pod) {
    return switch (policy(request)) {
      case Outcome.Rejected<SecurityPolicy>(Rejection why) -> Optional.of(why);
      case Outcome.Done<SecurityPolicy>(SecurityPolicy policy) -> {
        request.notes().note(NOTE + "enforce-policy", policy.enforce().toString());
        if (policy.isPrivileged()) {
          yield Optional.empty();
        }
        audit(request, policy, pod);
        List<Violation> enforced = violations(policy.enforce(), pod);
        if (enforced.isEmpty()) {
          warn(request, policy.warn(), pod);
          yield Optional.empty();
        }
        yield Optional.of(
            AdmissionRules.forbidden(
                request,
                "violates PodSecurity \"" + policy.enforce() + "\": " + Violation.details(enforced),
                List.of()));
      }
    };
  }

  private static void warn(Request request, JsonNode template) {
    if (template instanceof MissingNode || template.path("spec").isMissingNode()) {
      return;
    }
    policy(request)
        .ifDone(
            policy -> {
              audit(request, policy, template);
              warn(request, policy.warn(), template);
            });
  }

  private static void audit(Request request, SecurityPolicy policy, JsonNode pod) {
    List<Violation> violations = violations(policy.audit(), pod);
    if (!violations.isEmpty()) {
      request.notes().note(NOTE + "audit-violations", wouldViolate(policy.audit(), violations));
    }
    if (!policy.errors().isEmpty()) {
      List<String> errors = policy.errors().stream().map(FieldError::message).toList();
      request
          .notes()
          .note(
              NOTE + "error",
              "Failed to parse policy: "
                  + (errors.size() == 1 ? errors.getFirst() : errors.toString()));
    }
  }

  private static String wouldViolate(Standard standard, List<Violation> violations) {
    return "would violate PodSecurity \"" + standard + "\": " + Violation.details(violations);
  }

  private static void warn(Request request, Standard standard, JsonNode pod) {
    List<Violation> violations = violations(standard, pod);
    if (!violations.isEmpty()) {
      request.warnings().add(wouldViolate(standard, violations));
    }
  }

  private static List<Violation> violations(Standard standard, JsonNode pod) {
    return standard.level() == Level.PRIVILEGED
        ? List.of()
        : SecurityChecks.violations(standard, pod.path("metadata"), pod.path("spec"));
  }

  private static SecurityPolicy policyOf(ObjectNode namespace) {
    Map<String, String> labels = new LinkedHashMap<>();
    namespace
        .path("metadata")
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return SecurityPolicy.of(labels);
  }

  private static Optional<Rejection> namespace(Request request, ObjectNode namespace) {
    SecurityPolicy after = policyOf(namespace);
    Optional<SecurityPolicy> before = request.current().map(PodSecurity::policyOf);
    boolean newErrors =
        !after.errors().isEmpty()
            && before.filter(it -> it.errors().equals(after.errors())).isEmpty();
    if (newErrors) {
      return Optional.of(
          new Rejection.Invalid(
              request.target().type().kind(), ObjectMeta.name(namespace), after.errors()));
    }
    if (before.isEmpty() || !isStricter(after.enforce(), before.get().enforce())) {
      return Optional.empty();
    }
    request
        .reads()
        .snapshot(PODS)
        .ifDone(
            pods ->
                warnOf(
                    request,
                    after.enforce(),
                    List.copyOf(pods.namespace(ObjectMeta.name(namespace)).values())));
    return Optional.empty();
  }

  private static boolean isStricter(Standard after, Standard before) {
    return !after.equals(before)
        && after.level() != Level.PRIVILEGED
        && (after.minor() != before.minor() || after.level().compareTo(before.level()) > 0);
  }

  /** Pods that are there stay; whoever changes the labels is told of those that would not. */
  private static void warnOf(Request request, Standard standard, List<StoredObject> pods) {
    List<StoredObject> looked = inOrder(pods).stream().limit(MOST_PODS).toList();
    Map<String, List<String>> namesByReason = new LinkedHashMap<>();
    for (StoredObject pod : looked) {
      List<Violation> violations = violations(standard, Json.readObject(pod.json()));
      if (!violations.isEmpty()) {
        namesByReason
            .computeIfAbsent(Violation.reasons(violations), reason -> new ArrayList<>())
            .add(pod.key().name());
      }
    }
    List<String> warnings = request.warnings();
    if (looked.size() < pods.size()) {
      warnings.add(
          "new PodSecurity enforce level only checked against the first "
              + looked.size()
              + " of "
              + pods.size()
              + " existing pods");
    }
    if (!namesByReason.isEmpty()) {
      warnings.add(
          "existing pods in namespace \""
              + request.target().name()
              + "\" violate the new PodSecurity enforce level \""
              + standard
              + "\"");
    }
    warnings.addAll(
        namesByReason.entrySet().stream()
            .map(entry -> names(entry.getValue()) + ": " + entry.getKey())
            .sorted()
            .collect(Collectors.toList()));
  }

  /** One of each controller's pods before all others: they are alike. */
  private static List<StoredObject> inOrder(List<StoredObject> pods) {
    Set<String> controllers = new HashSet<>();
    List<StoredObject> first = new ArrayList<>();
    List<StoredObject> others = new ArrayList<>();
    for (StoredObject pod : pods) {
      Optional<String> controller = pod.controller().map(OwnerReference::uid);
      boolean seen = controller.isPresent() && !controllers.add(controller.get());
      (seen ? others : first).add(pod);
    }
    first.addAll(others);
    return first;
  }

  private static String names(List<String> pods) {
    String first = pods.stream().sorted().findFirst().orElseThrow();
    return switch (pods.size()) {
      case 1 -> first;
      case 2 -> first + " (and 1 other pod)";
      default -> first + " (and " + (pods.size() - 1) + " other pods)";
    };
  }
}
