package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.Base64;
import java.util.List;

/** The kinds that mostly hold what others read. */
public final class ConfigValidation {
  private static final int MOST_BYTES = 1024 * 1024;
  private static final String SEALED = "field is immutable when `immutable` is set";

  private ConfigValidation() {}

  public static List<FieldError> configMap(ObjectNode map) {
    List<FieldError> errors = MetadataValidation.validate(map, true, MetadataValidation.SUBDOMAIN);
    configMapData(errors, map);
    return errors;
  }

  private static void configMapData(List<FieldError> errors, ObjectNode map) {
    long size = 0;
    for (var entry : map.path("data").properties()) {
      Checks.form(errors, "data[" + entry.getKey() + "]", entry.getKey(), Names::configKey);
      if (map.path("binaryData").has(entry.getKey())) {
        errors.add(
            FieldError.invalid(
                "data[" + entry.getKey() + "]",
                entry.getKey(),
                "duplicate of key present in binaryData"));
      }
      size += utf8Length(entry.getValue().asText());
    }
    for (var entry : map.path("binaryData").properties()) {
      Checks.form(errors, "binaryData[" + entry.getKey() + "]", entry.getKey(), Names::configKey);
      size += decodedLength(entry.getValue().asText());
    }
    if (size > MOST_BYTES) {
      errors.add(FieldError.tooLong("", MOST_BYTES));
    }
  }

  public static List<FieldError> configMapUpdate(ObjectNode map, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(map, current);
    sealed(errors, map, current, List.of("data", "binaryData"));
    configMapData(errors, map);
    return errors;
  }

  public static List<FieldError> secret(ObjectNode secret) {
    List<FieldError> errors =
        MetadataValidation.validate(secret, true, MetadataValidation.SUBDOMAIN);
    secretData(errors, secret);
    return errors;
  }

  private static void secretData(List<FieldError> errors, ObjectNode secret) {
    JsonNode data = secret.path("data");
    long size = 0;
    for (var entry : data.properties()) {
      Checks.form(errors, "data[" + entry.getKey() + "]", entry.getKey(), Names::configKey);
      size += decodedLength(entry.getValue().asText());
    }
    if (size > MOST_BYTES) {
      errors.add(FieldError.tooLong("data", MOST_BYTES));
    }
    switch (Checks.text(secret, "type")) {
      case "kubernetes.io/service-account-token" -> {
        if (secret
            .at("/metadata/annotations/kubernetes.io~1service-account.name")
            .asText("")
            .isEmpty()) {
          errors.add(
              FieldError.required("metadata.annotations[kubernetes.io/service-account.name]", ""));
        }
      }
      case "kubernetes.io/dockercfg" -> dockerConfig(errors, data, ".dockercfg");
      case "kubernetes.io/dockerconfigjson" -> dockerConfig(errors, data, ".dockerconfigjson");
      case "kubernetes.io/basic-auth" -> {
        if (!data.has("username") && !data.has("password")) {
          requireKeys(errors, data, "username", "password");
        }
      }
      case "kubernetes.io/ssh-auth" -> {
        if (Checks.text(data, "ssh-privatekey").isEmpty()) {
          errors.add(FieldError.required("data[ssh-privatekey]", ""));
        }
      }
      case "kubernetes.io/tls" -> requireKeys(errors, data, "tls.crt", "tls.key");
      // Opaque, and whatever clients call theirs.
      default -> {}
    }
  }

  private static void dockerConfig(List<FieldError> errors, JsonNode data, String key) {
    requireKeys(errors, data, key);
    if (data.has(key)) {
      byte[] content = Base64.getDecoder().decode(Checks.text(data, key));
      GoJson.notObject(content)
          .ifPresent(
              why ->
                  errors.add(
                      FieldError.invalid("data[" + key + "]", "<secret contents redacted>", why)));
    }
  }

  private static void requireKeys(List<FieldError> errors, JsonNode data, String... keys) {
    for (String key : keys) {
      if (!data.has(key)) {
        errors.add(FieldError.required("data[" + key + "]", ""));
      }
    }
  }

  public static List<FieldError> secretUpdate(ObjectNode secret, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(secret, current);
    Checks.immutable(errors, "type", secret.path("type"), current.path("type"));
    sealed(errors, secret, current, List.of("data"));
    secretData(errors, secret);
    return errors;
  }

  private static void sealed(
      List<FieldError> errors, ObjectNode object, ObjectNode current, List<String> fields) {
    if (!current.path("immutable").asBoolean()) {
      return;
    }
    if (!object.path("immutable").asBoolean()) {
      errors.add(FieldError.forbidden("immutable", SEALED));
    }
    for (String field : fields) {
      if (!object.path(field).equals(current.path(field))) {
        errors.add(FieldError.forbidden(field, SEALED));
      }
    }
  }

  public static List<FieldError> serviceAccount(ObjectNode account) {
    return MetadataValidation.validate(account, true, MetadataValidation.SUBDOMAIN);
  }

  public static List<FieldError> serviceAccountUpdate(ObjectNode account, ObjectNode current) {
    return MetadataValidation.validateUpdate(account, current);
  }

  public static List<FieldError> lease(ObjectNode lease) {
    List<FieldError> errors =
        MetadataValidation.validate(lease, true, MetadataValidation.SUBDOMAIN);
    leaseSpec(errors, lease.path("spec"));
    return errors;
  }

  public static List<FieldError> leaseUpdate(ObjectNode lease, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(lease, current);
    leaseSpec(errors, lease.path("spec"));
    return errors;
  }

  private static void leaseSpec(List<FieldError> errors, JsonNode spec) {
    JsonNode seconds = spec.path("leaseDurationSeconds");
    if (seconds.isNumber() && seconds.asLong() <= 0) {
      errors.add(
          FieldError.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"));
    }
    Checks.notNegative(errors, "spec", spec, "leaseTransitions");
  }

  public static List<FieldError> namespace(ObjectNode namespace) {
    List<FieldError> errors =
        MetadataValidation.validate(namespace, false, MetadataValidation.LABEL);
    for (String finalizer : Checks.texts(namespace.at("/spec/finalizers"))) {
      finalizer(errors, "spec.finalizers", finalizer);
    }
    return errors;
  }

  public static List<FieldError> namespaceUpdate(ObjectNode namespace, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(namespace, current);
    int i = 0;
    for (String finalizer : Checks.texts(namespace.at("/spec/finalizers"))) {
      finalizer(errors, "spec.finalizers[" + i++ + "]", finalizer);
    }
    return errors;
  }

  private static void finalizer(List<FieldError> errors, String path, String name) {
    Checks.form(errors, path, name, Names::qualifiedName);
    MetadataValidation.finalizerIsStandard(errors, path, name);
  }

  public static List<FieldError> namespaceStatusUpdate(ObjectNode namespace, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(namespace, current);
    boolean deleting = namespace.path("metadata").hasNonNull("deletionTimestamp");
    String phase = namespace.at("/status/phase").asText("");
    if (deleting && !phase.equals("Terminating")) {
      errors.add(
          FieldError.invalid(
              "status.Phase",
              phase,
              "may only be 'Terminating' if `deletionTimestamp` is not empty"));
    } else if (!deleting && !phase.equals("Active")) {
      errors.add(
          FieldError.invalid(
              "status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty"));
    }
    return errors;
  }

  private static long utf8Length(String text) {
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return length;
  }

  /** Of base64 text that has been decoded before. */
  private static long decodedLength(String base64) {
    int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
    return base64.length() / 4L * 3 - padding;
  }
}
