package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * ResourceQuotas.
 *
 * @see "Source: kubernetes pkg/apis/core/validation ValidateResourceQuota"
 */
public final class QuotaValidation {
  private static final Set<String> SCOPES =
      Set.of(
          "Terminating",
          "NotTerminating",
          "BestEffort",
          "NotBestEffort",
          "PriorityClass",
          "VolumeAttributesClass",
          "CrossNamespacePodAffinity");
  private static final Set<String> WITHOUT_VALUES =
      Set.of(
          "BestEffort",
          "NotBestEffort",
          "Terminating",
          "NotTerminating",
          "CrossNamespacePodAffinity");
  private static final Set<String> OF_PODS =
      Set.of(
          "pods",
          "cpu",
          "memory",
          "limits.cpu",
          "limits.memory",
          "requests.cpu",
          "requests.memory");
  private static final Set<String> OF_CLAIMS = Set.of("persistentvolumeclaims", "requests.storage");
  private static final List<Set<String>> CONTRARY =
      List.of(Set.of("BestEffort", "NotBestEffort"), Set.of("Terminating", "NotTerminating"));

  private QuotaValidation() {}

  public static List<FieldError> validate(ObjectNode quota) {
    List<FieldError> errors =
        MetadataValidation.validate(quota, true, MetadataValidation.SUBDOMAIN);
    spec(errors, quota.path("spec"));
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode quota, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(quota, current);
    spec(errors, quota.path("spec"));
    JsonNode scopes = quota.at("/spec/scopes");
    Set<String> before = new HashSet<>(Checks.texts(current.at("/spec/scopes")));
    if (!before.equals(new HashSet<>(Checks.texts(scopes)))) {
      errors.add(
          FieldError.invalid(
              "spec.scopes",
              scopes.isMissingNode() ? NullNode.instance : scopes,
              Checks.IMMUTABLE));
    }
    return errors;
  }

  public static List<FieldError> validateStatusUpdate(ObjectNode quota, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(quota, current);
    ResourceNames.quota(errors, "status.hard", quota.at("/status/hard"));
    ResourceNames.quota(errors, "status.used", quota.at("/status/used"));
    return errors;
  }

  private static void spec(List<FieldError> errors, JsonNode spec) {
    ResourceNames.quota(errors, "spec.hard", spec.path("hard"));
    Set<String> hard = new TreeSet<>(ResourceNames.names(spec.path("hard")));
    JsonNode scopes = spec.path("scopes");
    for (String scope : Checks.texts(scopes)) {
      scope(errors, "spec.scopes", "spec.scopes", scopes, scope, hard);
    }
    contrary(errors, "spec.scopes", scopes, Checks.texts(scopes));
    JsonNode terms = spec.path("scopeSelector").path("matchExpressions");
    String path = "spec.scopeSelector.matchExpressions";
    Set<String> named = new HashSet<>();
    for (JsonNode term : terms) {
      String scope = Checks.text(term, "scopeName");
      named.add(scope);
      scope(errors, path + ".scopeName", path, spec.path("scopeSelector"), scope, hard);
      term(errors, path, term, scope);
    }
    contrary(errors, path, scopes.isMissingNode() ? NullNode.instance : scopes, named);
  }

  private static void scope(
      List<FieldError> errors,
      String namePath,
      String path,
      JsonNode value,
      String scope,
      Set<String> hard) {
    if (!SCOPES.contains(scope)) {
      errors.add(
          FieldError.invalid(namePath, namePath.equals(path) ? value : scope, "unsupported scope"));
    }
    for (String resource : hard) {
      if (ResourceNames.isQuota(resource) && !fits(scope, resource)) {
        errors.add(FieldError.invalid(path, value, "unsupported scope applied to resource"));
      }
    }
  }

  private static boolean fits(String scope, String resource) {
    return switch (scope) {
      case "BestEffort" -> resource.equals("pods");
      case "Terminating",
          "NotTerminating",
          "NotBestEffort",
          "PriorityClass",
          "CrossNamespacePodAffinity" ->
          OF_PODS.contains(resource);
      case "VolumeAttributesClass" -> OF_CLAIMS.contains(resource);
      default -> true;
    };
  }

  private static void term(List<FieldError> errors, String path, JsonNode term, String scope) {
    String operator = Checks.text(term, "operator");
    if (WITHOUT_VALUES.contains(scope) && !operator.equals("Exists")) {
      errors.add(
          FieldError.invalid(
              path + ".operator",
              operator,
              "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating,"
                  + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                  + " ResourceQuotaScopeNotBestEffort or"
                  + " ResourceQuotaScopeCrossNamespacePodAffinity"));
    }
    JsonNode values = term.path("values");
    switch (operator) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          errors.add(
              FieldError.required(
                  path + ".values",
                  "must be at least one value when `operator` is 'In' or 'NotIn' for scope"
                      + " selector"));
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          errors.add(
              FieldError.invalid(
                  path + ".values",
                  values,
                  "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope"
                      + " selector"));
        }
      }
      default ->
          errors.add(
              FieldError.invalid(path + ".operator", operator, "not a valid selector operator"));
    }
  }

  private static void contrary(
      List<FieldError> errors, String path, JsonNode value, Collection<String> scopes) {
    for (Set<String> pair : CONTRARY) {
      if (scopes.containsAll(pair)) {
        errors.add(FieldError.invalid(path, value, "conflicting scopes"));
      }
    }
  }
}
