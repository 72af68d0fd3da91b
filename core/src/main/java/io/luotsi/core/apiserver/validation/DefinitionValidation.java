package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import io.luotsi.core.catalog.BuiltInSchemas;
import io.luotsi.core.catalog.CustomSchemas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * CustomResourceDefinitions, but for what they say under {@code openAPIV3Schema}.
 *
 * @see "Source: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go"
 */
public final class DefinitionValidation {
  private static final String APPROVAL = "api-approved.kubernetes.io";
  private static final Pattern URL = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://[^/\\s]+\\S*");
  private static final String APPROVAL_NEEDED =
      "protected groups must have approval annotation \"" + APPROVAL + "\"";
  private static final String APPROVAL_READ =
      ", see https://github.com/kubernetes/enhancements/pull/1111";

  /** Read when the first definition comes. */
  private static final class Schemas {
    static final CustomSchemas ALL = new CustomSchemas(BuiltInSchemas.load());
  }

  private DefinitionValidation() {}

  public static List<FieldError> validate(ObjectNode definition) {
    List<FieldError> errors = new ArrayList<>();
    JsonNode spec = definition.path("spec");
    String name = Checks.text(spec.path("names"), "plural") + "." + Checks.text(spec, "group");
    MetadataValidation.validate(
        errors,
        definition.path("metadata"),
        false,
        said -> {
          List<String> wrong = new ArrayList<>(Names.dnsSubdomain(said));
          if (!said.equals(name)) {
            wrong.add("must be spec.names.plural+\".\"+spec.group");
          }
          return wrong;
        });
    spec(errors, spec);
    status(errors, definition);
    approval(errors, definition.path("metadata"), spec, Approval.NEVER_ASKED);
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode definition, ObjectNode current) {
    List<FieldError> errors = new ArrayList<>();
    MetadataValidation.validateUpdate(
        errors, definition.path("metadata"), current.path("metadata"));
    JsonNode spec = definition.path("spec");
    JsonNode before = current.path("spec");
    spec(errors, spec);
    if (isEstablished(current)) {
      immutable(errors, spec, before, "scope");
      immutable(errors, spec, before, "names.kind");
    }
    immutable(errors, spec, before, "group");
    immutable(errors, spec, before, "names.plural");
    status(errors, definition);
    approval(errors, definition.path("metadata"), spec, Approval.of(current.path("metadata")));
    return errors;
  }

  public static List<FieldError> validateStatusUpdate(ObjectNode definition, ObjectNode current) {
    List<FieldError> errors = new ArrayList<>();
    MetadataValidation.validateUpdate(
        errors, definition.path("metadata"), current.path("metadata"));
    names(errors, definition.at("/status/acceptedNames"), "status.acceptedNames");
    return errors;
  }

  private static boolean isEstablished(JsonNode definition) {
    for (JsonNode condition : definition.at("/status/conditions")) {
      if (Checks.text(condition, "type").equals("Established")) {
        return Checks.text(condition, "status").equals("True");
      }
    }
    return false;
  }

  private static void immutable(
      List<FieldError> errors, JsonNode spec, JsonNode before, String path) {
    String pointer = "/" + path.replace('.', '/');
    String now = spec.at(pointer).asText("");
    if (!now.equals(before.at(pointer).asText(""))) {
      errors.add(FieldError.invalid("spec." + path, now, Checks.IMMUTABLE));
    }
  }

  private static void joined(
      List<FieldError> errors, String path, String value, List<String> wrong, String before) {
    if (!wrong.isEmpty()) {
      errors.add(FieldError.invalid(path, value, before + String.join(",", wrong)));
    }
  }

  private static void spec(List<FieldError> errors, JsonNode spec) {
    String group = Checks.text(spec, "group");
    if (group.isEmpty()) {
      errors.add(FieldError.required("spec.group", ""));
    } else if (!Names.dnsSubdomain(group).isEmpty()) {
      joined(errors, "spec.group", group, Names.dnsSubdomain(group), "");
    } else if (group.indexOf('.') < 0) {
      errors.add(
          FieldError.invalid("spec.group", group, "should be a domain with at least one dot"));
    }
    Checks.oneOf(
        errors, "spec.scope", Checks.text(spec, "scope"), false, List.of("Cluster", "Namespaced"));
    versions(errors, spec.path("versions"));
    for (String field : List.of("plural", "singular", "kind", "listKind")) {
      Checks.required(errors, "spec.names", spec.path("names"), field);
    }
    names(errors, spec.path("names"), "spec.names");
    conversion(errors, spec.path("conversion"));
    if (spec.path("preserveUnknownFields").asBoolean()) {
      errors.add(
          FieldError.invalid(
              "spec.preserveUnknownFields",
              true,
              "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
                  + " spec.versions[*].schema instead"));
    }
  }

  private static void versions(List<FieldError> errors, JsonNode versions) {
    for (int i = 0; i < versions.size(); i++) {
      if (!versions.get(i).at("/schema/openAPIV3Schema").isObject()) {
        errors.add(FieldError.required("spec.versions[" + i + "].schema.openAPIV3Schema", ""));
      }
    }
    Set<String> seen = new HashSet<>();
    boolean unique = true;
    int stored = 0;
    for (int i = 0; i < versions.size(); i++) {
      JsonNode version = versions.get(i);
      String name = Checks.text(version, "name");
      String path = "spec.versions[" + i + "]";
      unique &= seen.add(name);
      stored += version.path("storage").asBoolean() ? 1 : 0;
      joined(errors, path + ".name", name, Names.dns1035Label(name), "");
      VersionValidation.validate(errors, Schemas.ALL, version, path);
    }
    if (!unique) {
      errors.add(
          FieldError.invalid("spec.versions", versions, "must contain unique version names"));
    }
    if (stored != 1) {
      errors.add(
          FieldError.invalid(
              "spec.versions",
              versions,
              "must have exactly one version marked as storage version"));
    }
  }

  private static void names(List<FieldError> errors, JsonNode names, String path) {
    for (String field : List.of("plural", "singular")) {
      String name = Checks.text(names, field);
      if (!name.isEmpty()) {
        joined(errors, path + "." + field, name, Names.dns1035Label(name), "");
      }
    }
    for (String field : List.of("kind", "listKind")) {
      String name = Checks.text(names, field);
      if (!name.isEmpty()) {
        joined(
            errors,
            path + "." + field,
            name,
            Names.dns1035Label(name.toLowerCase(Locale.ROOT)),
            "may have mixed case, but should otherwise match: ");
      }
    }
    labels(errors, names.path("shortNames"), path + ".shortNames");
    String kind = Checks.text(names, "kind");
    if (!kind.isEmpty() && kind.equals(Checks.text(names, "listKind"))) {
      errors.add(
          FieldError.invalid(path + ".listKind", kind, "kind and listKind may not be the same"));
    }
    labels(errors, names.path("categories"), path + ".categories");
  }

  private static void labels(List<FieldError> errors, JsonNode labels, String path) {
    for (int i = 0; i < labels.size(); i++) {
      String label = labels.get(i).asText();
      joined(errors, path + "[" + i + "]", label, Names.dns1035Label(label), "");
    }
  }

  private static void conversion(List<FieldError> errors, JsonNode conversion) {
    if (!conversion.isObject()) {
      return;
    }
    String strategy = Checks.text(conversion, "strategy");
    Checks.oneOf(errors, "spec.conversion.strategy", strategy, false, List.of("None", "Webhook"));
    JsonNode webhook = conversion.path("webhook");
    if (!strategy.equals("Webhook")) {
      if (webhook.has("clientConfig")) {
        errors.add(
            FieldError.forbidden(
                "spec.conversion.webhookClientConfig",
                "should not be set when strategy is not set to Webhook"));
      }
      if (!webhook.path("conversionReviewVersions").isEmpty()) {
        errors.add(
            FieldError.forbidden(
                "spec.conversion.conversionReviewVersions",
                "should not be set when strategy is not set to Webhook"));
      }
      return;
    }
    webhook(errors, webhook.path("clientConfig"));
    reviewVersions(errors, webhook.path("conversionReviewVersions"));
  }

  private static void webhook(List<FieldError> errors, JsonNode client) {
    String path = "spec.conversion.webhookClientConfig";
    if (!client.isObject()) {
      errors.add(FieldError.required(path, "required when strategy is set to Webhook"));
    } else if (client.has("url") == client.has("service")) {
      errors.add(FieldError.required(path, "exactly one of url or service is required"));
    } else if (client.has("service")) {
      Checks.required(errors, path + ".service", client.path("service"), "name");
      Checks.required(errors, path + ".service", client.path("service"), "namespace");
      Checks.portNumber(errors, path + ".service.port", client.path("service").path("port"));
    } else if (!Checks.text(client, "url").startsWith("https://")) {
      errors.add(
          FieldError.invalid(
              path + ".url",
              Checks.text(client, "url"),
              "'https' is the only allowed URL scheme; desired format: https://host[/path]"));
    }
  }

  private static void reviewVersions(List<FieldError> errors, JsonNode versions) {
    String path = "spec.conversion.conversionReviewVersions";
    if (versions.isEmpty()) {
      errors.add(FieldError.required(path, ""));
      return;
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < versions.size(); i++) {
      String version = versions.get(i).asText();
      if (!seen.add(version)) {
        errors.add(FieldError.invalid(path + "[" + i + "]", version, "duplicate version"));
      } else {
        Checks.form(errors, path + "[" + i + "]", version, Names::dns1035Label);
      }
    }
    if (!seen.contains("v1") && !seen.contains("v1beta1")) {
      errors.add(FieldError.invalid(path, versions, "must include at least one of v1, v1beta1"));
    }
  }

  private static void status(List<FieldError> errors, ObjectNode definition) {
    names(errors, definition.at("/status/acceptedNames"), "status.acceptedNames");
    JsonNode stored = definition.at("/status/storedVersions");
    String path = "status.storedVersions";
    if (stored.isEmpty()) {
      errors.add(FieldError.invalid(path, "[]", "must have at least one stored version"));
      return;
    }
    List<String> names = Checks.texts(stored);
    Set<String> left = new HashSet<>(names);
    for (JsonNode version : definition.at("/spec/versions")) {
      String name = Checks.text(version, "name");
      if (version.path("storage").asBoolean() && !names.contains(name)) {
        errors.add(FieldError.invalid(path, stored, "must have the storage version " + name));
      }
      left.remove(name);
    }
    for (int i = 0; i < names.size(); i++) {
      if (left.contains(names.get(i))) {
        errors.add(
            FieldError.invalid(
                path + "[" + i + "]",
                names.get(i),
                ("missing from spec.versions; %1$s was previously a storage version, and must"
                        + " remain in spec.versions until a storage migration ensures no data"
                        + " remains persisted in %1$s and removes %1$s from"
                        + " status.storedVersions")
                    .formatted(names.get(i))));
      }
    }
  }

  /** What upstream's annotation says of a group that is the community's. */
  private enum Approval {
    NEVER_ASKED,
    MISSING,
    INVALID,
    GIVEN,
    BYPASSED;

    static Approval of(JsonNode metadata) {
      String said = Checks.text(metadata.path("annotations"), APPROVAL);
      if (said.isEmpty()) {
        return MISSING;
      }
      if (said.startsWith("unapproved")) {
        return BYPASSED;
      }
      return URL.matcher(said).matches() ? GIVEN : INVALID;
    }
  }

  private static void approval(
      List<FieldError> errors, JsonNode metadata, JsonNode spec, Approval before) {
    String group = Checks.text(spec, "group");
    boolean isProtected =
        group.equals("k8s.io")
            || group.endsWith(".k8s.io")
            || group.equals("kubernetes.io")
            || group.endsWith(".kubernetes.io");
    Approval now = Approval.of(metadata);
    String path = "metadata.annotations[" + APPROVAL + "]";
    if (!isProtected || now == before) {
      return;
    }
    if (now == Approval.MISSING) {
      errors.add(FieldError.required(path, APPROVAL_NEEDED + APPROVAL_READ));
    } else if (now == Approval.INVALID) {
      errors.add(
          FieldError.invalid(
              path,
              Checks.text(metadata.path("annotations"), APPROVAL),
              APPROVAL_NEEDED
                  + " with either a URL or a reason starting with \"unapproved\""
                  + APPROVAL_READ));
    }
  }
}
