package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import io.luotsi.core.apiserver.validation.VolumeSourceValidation.Of;
import java.util.List;
import java.util.Locale;

/**
 * Volumes of one vendor's making, as far as more is asked of them than that a field is there.
 *
 * @see "Source: pkg/apis/core/validation validateQuobyteVolumeSource and its neighbours"
 */
final class VendorSourceValidation {
  private static final int TENANT_LENGTH = 65;
  private static final String PAIRS =
      "must be a host:port pair or multiple pairs separated by commas";
  private static final List<String> CACHING_MODES = List.of("None", "ReadOnly", "ReadWrite");
  private static final List<String> DISK_KINDS = List.of("Dedicated", "Managed", "Shared");
  private static final String MANAGED_URI =
      "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/"
          + "{disk-id}";
  private static final String BLOB_URI =
      "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";

  private VendorSourceValidation() {}

  /** The secret of a source that may have one; a PersistentVolume says where it is, too. */
  static void secret(List<FieldError> errors, String path, JsonNode source, Of of) {
    JsonNode secret = source.path("secretRef");
    if (secret.isObject()) {
      Checks.required(errors, path + ".secretRef", secret, "name");
      if (of == Of.PERSISTENT_VOLUME) {
        Checks.required(errors, path + ".secretRef", secret, "namespace");
      }
    }
  }

  static void quobyte(List<FieldError> errors, String path, JsonNode source) {
    String registry = Checks.text(source, "registry");
    if (registry.isEmpty()) {
      errors.add(FieldError.required(path + ".registry", PAIRS));
    } else if (Checks.text(source, "tenant").length() >= TENANT_LENGTH) {
      errors.add(
          FieldError.required(
              path + ".tenant", "must be a UUID and may not exceed a length of 64 characters"));
    } else {
      for (String pair : registry.split(",", -1)) {
        if (!isHostAndPort(pair)) {
          errors.add(FieldError.invalid(path + ".registry", registry, PAIRS));
        }
      }
    }
    Checks.required(errors, path, source, "volume");
  }

  /** As Go splits them: an address with colons stands in brackets. */
  private static boolean isHostAndPort(String pair) {
    if (pair.startsWith("[")) {
      int end = pair.indexOf(']');
      return end >= 0 && end + 1 == pair.lastIndexOf(':') && pair.indexOf('[', 1) < 0;
    }
    int colon = pair.indexOf(':');
    return colon >= 0 && colon == pair.lastIndexOf(':') && pair.indexOf(']') < 0;
  }

  static void flex(List<FieldError> errors, String path, JsonNode source) {
    for (var option : source.path("options").properties()) {
      String key = option.getKey();
      int slash = key.indexOf('/');
      String domain = "." + (slash < 0 ? key : key.substring(0, slash)).toLowerCase(Locale.ROOT);
      if (domain.endsWith(".kubernetes.io") || domain.endsWith(".k8s.io")) {
        errors.add(
            FieldError.invalid(
                path + ".options[" + key + "]",
                key,
                "kubernetes.io and k8s.io namespaces are reserved"));
      }
    }
  }

  static void azureDisk(List<FieldError> errors, String path, JsonNode source) {
    String uri = Checks.text(source, "diskURI");
    for (var field : List.of("cachingMode", "kind")) {
      List<String> known = field.equals("kind") ? DISK_KINDS : CACHING_MODES;
      Checks.oneOf(errors, path + "." + field, Checks.text(source, field), true, known);
    }
    boolean managed = Checks.text(source, "kind").equals("Managed");
    if (managed && !uri.startsWith("/subscriptions/")) {
      errors.add(FieldError.notSupported(path + ".diskURI", uri, List.of(MANAGED_URI)));
    } else if (!managed && source.has("kind") && !uri.startsWith("https://")) {
      errors.add(FieldError.notSupported(path + ".diskURI", uri, List.of(BLOB_URI)));
    }
  }

  static void storageOs(List<FieldError> errors, String path, JsonNode source, Of of) {
    for (String field : List.of("volumeName", "volumeNamespace")) {
      String value = Checks.text(source, field);
      if (!value.isEmpty()) {
        Checks.form(errors, path + "." + field, value, Names::dnsLabel);
      }
    }
    secret(errors, path, source, of);
  }
}
