package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/**
 * What all objects have in common.
 *
 * @see "Source: apimachinery pkg/api/validation/objectmeta.go"
 */
public final class MetadataValidation {
  /** The form of most objects' names. */
  public static final Function<String, List<String>> SUBDOMAIN = Names::dnsSubdomain;

  static final Function<String, List<String>> LABEL = Names::dnsLabel;

  private static final int MOST_ANNOTATION_BYTES = 256 * 1024;
  private static final Set<String> STANDARD_FINALIZERS =
      Set.of("kubernetes", "orphan", "foregroundDeletion");

  private MetadataValidation() {}

  /**
   * @param nameForm what names of the kind look like
   */
  public static List<FieldError> validate(
      ObjectNode object, boolean namespaced, Function<String, List<String>> nameForm) {
    List<FieldError> errors = new ArrayList<>();
    validate(errors, object.path("metadata"), namespaced, nameForm);
    return errors;
  }

  static void validate(
      List<FieldError> errors,
      JsonNode meta,
      boolean namespaced,
      Function<String, List<String>> nameForm) {
    String generateName = Checks.text(meta, "generateName");
    if (!generateName.isEmpty()) {
      // As upstream: what follows may make an end right that a dash would make wrong.
      String start =
          generateName.endsWith("-")
              ? generateName.substring(0, generateName.length() - 1) + "a"
              : generateName;
      for (String wrong : nameForm.apply(start)) {
        errors.add(FieldError.invalid("metadata.generateName", generateName, wrong));
      }
    }
    String name = Checks.text(meta, "name");
    if (name.isEmpty()) {
      errors.add(FieldError.required("metadata.name", "name or generateName is required"));
    } else {
      Checks.form(errors, "metadata.name", name, nameForm);
    }
    String namespace = Checks.text(meta, "namespace");
    if (namespaced) {
      Checks.name(errors, "metadata.namespace", namespace, LABEL);
    } else if (!namespace.isEmpty()) {
      errors.add(FieldError.forbidden("metadata.namespace", "not allowed on this type"));
    }
    labelsAndAnnotations(errors, "metadata", meta);
    ownerReferences(errors, meta.path("ownerReferences"));
    finalizers(errors, meta.path("finalizers"));
  }

  /** Also of a pod template's metadata. */
  static void labelsAndAnnotations(List<FieldError> errors, String path, JsonNode meta) {
    Checks.labels(errors, path + ".labels", meta.path("labels"));
    long size = 0;
    for (var annotation : meta.path("annotations").properties()) {
      String key = annotation.getKey();
      for (String wrong : Names.qualifiedName(key.toLowerCase(Locale.ROOT))) {
        errors.add(FieldError.invalid(path + ".annotations", key, wrong));
      }
      size += key.length() + annotation.getValue().asText().length();
    }
    if (size > MOST_ANNOTATION_BYTES) {
      errors.add(FieldError.tooLong(path + ".annotations", MOST_ANNOTATION_BYTES));
    }
  }

  private static void ownerReferences(List<FieldError> errors, JsonNode references) {
    String controller = "";
    int i = 0;
    for (JsonNode reference : references) {
      String path = "metadata.ownerReferences[" + i++ + "]";
      if (Checks.text(reference, "apiVersion").isEmpty()) {
        errors.add(FieldError.invalid(path + ".apiVersion", "", "version must not be empty"));
      }
      for (String field : List.of("kind", "name", "uid")) {
        if (Checks.text(reference, field).isEmpty()) {
          errors.add(FieldError.invalid(path + "." + field, "", field + " must not be empty"));
        }
      }
      if (reference.path("controller").asBoolean()) {
        String name = Checks.text(reference, "name");
        if (!controller.isEmpty()) {
          errors.add(
              FieldError.invalid(
                  "metadata.ownerReferences",
                  references,
                  "Only one reference can have Controller set to true. Found \"true\" in"
                      + " references for "
                      + controller
                      + " and "
                      + name));
        }
        controller = name;
      }
    }
  }

  private static void finalizers(List<FieldError> errors, JsonNode finalizers) {
    boolean orphan = false;
    boolean foreground = false;
    for (JsonNode finalizer : finalizers) {
      String name = finalizer.asText();
      Checks.form(errors, "metadata.finalizers", name, Names::qualifiedName);
      orphan |= name.equals("orphan");
      foreground |= name.equals("foregroundDeletion");
    }
    if (orphan && foreground) {
      errors.add(
          FieldError.invalid(
              "metadata.finalizers",
              finalizers,
              "finalizer orphan and foregroundDeletion cannot be both set"));
    }
    int i = 0;
    for (JsonNode finalizer : finalizers) {
      finalizerIsStandard(errors, "metadata.finalizers[" + i++ + "]", finalizer.asText());
    }
  }

  static void finalizerIsStandard(List<FieldError> errors, String path, String name) {
    if (name.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(name)) {
      errors.add(
          FieldError.invalid(
              path, name, "name is neither a standard finalizer name nor is it fully qualified"));
    }
  }

  /** What may not change, and what must still be right. */
  public static List<FieldError> validateUpdate(ObjectNode object, ObjectNode current) {
    List<FieldError> errors = new ArrayList<>();
    validateUpdate(errors, object.path("metadata"), current.path("metadata"));
    return errors;
  }

  static void validateUpdate(List<FieldError> errors, JsonNode meta, JsonNode old) {
    JsonNode finalizers = meta.path("finalizers");
    if (old.hasNonNull("deletionTimestamp")) {
      noNewFinalizers(errors, finalizers, old.path("finalizers"));
    }
    for (String field :
        List.of(
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds")) {
      Checks.immutable(errors, "metadata." + field, meta.path(field), old.path(field));
    }
    if (!meta.path("labels").equals(old.path("labels"))
        || !meta.path("annotations").equals(old.path("annotations"))) {
      labelsAndAnnotations(errors, "metadata", meta);
    }
    if (!meta.path("ownerReferences").equals(old.path("ownerReferences"))) {
      ownerReferences(errors, meta.path("ownerReferences"));
    }
    if (!finalizers.equals(old.path("finalizers"))) {
      finalizers(errors, finalizers);
    }
  }

  private static void noNewFinalizers(
      List<FieldError> errors, JsonNode finalizers, JsonNode before) {
    List<String> added = new ArrayList<>();
    for (JsonNode finalizer : finalizers) {
      boolean known = false;
      for (JsonNode old : before) {
        known |= old.equals(finalizer);
      }
      if (!known) {
        added.add(finalizer.toString());
      }
    }
    if (!added.isEmpty()) {
      errors.add(
          FieldError.forbidden(
              "metadata.finalizers",
              "no new finalizers can be added if the object is being deleted, found new"
                  + " finalizers []string{"
                  + String.join(", ", added)
                  + "}"));
    }
  }
}
