package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import io.luotsi.core.api.Quantity;
import java.util.List;

/**
 * PersistentVolumeClaims.
 *
 * @see "Source: kubernetes pkg/apis/core/validation ValidatePersistentVolumeClaim"
 */
public final class VolumeClaimValidation {
  static final List<String> VOLUME_MODES = List.of("Block", "Filesystem");
  private static final List<String> ACCESS_MODES =
      List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
  private static final List<String> RESIZES =
      List.of(
          "ControllerResizeInProgress",
          "ControllerResizeInfeasible",
          "NodeResizeInProgress",
          "NodeResizeInfeasible",
          "NodeResizePending");
  private static final String ALONE = "ReadWriteOncePod";
  private static final String STORAGE = ".resources[storage]";
  private static final List<String> TEMPLATE_METADATA = List.of("annotations", "labels");
  private static final String OLD_CLASS = "volume.beta.kubernetes.io/storage-class";

  private VolumeClaimValidation() {}

  /** Whether the older of the two fields can name such a source, too. */
  public static boolean isClassicSource(JsonNode source) {
    String group = Checks.text(source, "apiGroup");
    return switch (Checks.text(source, "kind")) {
      case "PersistentVolumeClaim" -> group.isEmpty();
      case "VolumeSnapshot" -> group.equals("snapshot.storage.k8s.io");
      default -> false;
    };
  }

  public static List<FieldError> validate(ObjectNode claim) {
    List<FieldError> errors =
        MetadataValidation.validate(claim, true, MetadataValidation.SUBDOMAIN);
    spec(errors, "spec", claim.path("spec"));
    return errors;
  }

  /** The claim that a pod's volume makes, of whose metadata there is nothing but what it adds. */
  static void template(List<FieldError> errors, String path, JsonNode template) {
    JsonNode metadata = template.path("metadata");
    MetadataValidation.labelsAndAnnotations(errors, path + ".metadata", metadata);
    for (var field : metadata.properties()) {
      if (!TEMPLATE_METADATA.contains(field.getKey()) && !field.getValue().isNull()) {
        errors.add(FieldError.forbidden(path + ".metadata." + field.getKey(), "cannot be set"));
      }
    }
    spec(errors, path + ".spec", template.path("spec"));
  }

  static void spec(List<FieldError> errors, String path, JsonNode spec) {
    if (spec.path("accessModes").isEmpty()) {
      errors.add(FieldError.required(path + ".accessModes", "at least 1 access mode is required"));
    }
    if (spec.path("selector").isObject()) {
      Checks.labelSelector(errors, path + ".selector", spec.path("selector"));
    }
    accessModes(errors, path, spec);
    JsonNode storage = spec.at("/resources/requests/storage");
    if (storage.isMissingNode()) {
      errors.add(FieldError.required(path + STORAGE, ""));
    } else {
      Amounts.positive(errors, path + STORAGE, storage);
    }
    className(errors, path + ".storageClassName", Checks.text(spec, "storageClassName"));
    Checks.oneOf(errors, path + ".volumeMode", Checks.text(spec, "volumeMode"), true, VOLUME_MODES);
    source(errors, path + ".dataSource", spec.path("dataSource"));
    source(errors, path + ".dataSourceRef", spec.path("dataSourceRef"));
    bothSources(errors, path, spec);
    className(
        errors,
        path + ".volumeAttributesClassName",
        Checks.text(spec, "volumeAttributesClassName"));
  }

  /** Of a claim, and of a volume. */
  static void accessModes(List<FieldError> errors, String path, JsonNode spec) {
    String here = path + ".accessModes";
    List<String> modes = Checks.texts(spec.path("accessModes"));
    for (String mode : modes) {
      if (!ACCESS_MODES.contains(mode)) {
        errors.add(FieldError.notSupported(here, mode, ACCESS_MODES));
      }
    }
    boolean others = modes.stream().anyMatch(m -> !m.equals(ALONE) && ACCESS_MODES.contains(m));
    if (modes.contains(ALONE) && others) {
      errors.add(
          FieldError.forbidden(here, "may not use ReadWriteOncePod with other access modes"));
    }
  }

  static void className(List<FieldError> errors, String path, String name) {
    if (!name.isEmpty()) {
      Checks.form(errors, path, name, Names::dnsSubdomain);
    }
  }

  private static void source(List<FieldError> errors, String path, JsonNode source) {
    if (!source.isObject()) {
      return;
    }
    Checks.required(errors, path, source, "name");
    Checks.required(errors, path, source, "kind");
    String group = Checks.text(source, "apiGroup");
    String kind = Checks.text(source, "kind");
    if (group.isEmpty() && !kind.equals("PersistentVolumeClaim")) {
      errors.add(
          FieldError.invalid(
              path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
    }
    if (!group.isEmpty()) {
      Checks.form(errors, path + ".apiGroup", group, Names::dnsSubdomain);
    }
    String namespace = Checks.text(source, "namespace");
    if (!namespace.isEmpty()) {
      Checks.form(errors, path + ".namespace", namespace, Names::dnsLabel);
    }
  }

  private static void bothSources(List<FieldError> errors, String path, JsonNode spec) {
    JsonNode older = spec.path("dataSource");
    JsonNode newer = spec.path("dataSourceRef");
    if (!older.isObject() || !newer.isObject()) {
      return;
    }
    boolean same =
        List.of("apiGroup", "kind", "name").stream()
            .allMatch(field -> Checks.text(older, field).equals(Checks.text(newer, field)));
    if (!Checks.text(newer, "namespace").isEmpty()) {
      errors.add(
          FieldError.invalid(
              path,
              path + ".dataSource",
              "may not be specified when dataSourceRef.namespace is specified"));
    } else if (!same) {
      errors.add(FieldError.invalid(path, path + ".dataSource", "must match dataSourceRef"));
    }
  }

  public static List<FieldError> validateUpdate(ObjectNode claim, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(claim, current);
    spec(errors, "spec", claim.path("spec"));
    JsonNode spec = claim.path("spec");
    JsonNode old = current.path("spec");
    boolean bound = Checks.text(claim.path("status"), "phase").equals("Bound");
    JsonNode was = current.path("metadata").path("annotations").path(OLD_CLASS);
    JsonNode is = claim.path("metadata").path("annotations").path(OLD_CLASS);
    if (!takesOver(spec, old, was, is) && !is.asText("").equals(was.asText(""))) {
      errors.add(
          FieldError.invalid("metadata.annotations." + OLD_CLASS, is.asText(""), Checks.IMMUTABLE));
    }
    JsonNode settled = settled(claim, current, bound);
    if (!settled.equals(old)) {
      errors.add(
          FieldError.forbidden(
              "spec",
              "spec is immutable after creation except resources.requests and"
                  + " volumeAttributesClassName for bound claims\n"
                  + UnifiedDiff.of(old, settled)));
    }
    size(errors, spec, old, current.at("/status/capacity/storage"));
    Checks.immutable(errors, "volumeMode", spec.path("volumeMode"), old.path("volumeMode"));
    if (current.at("/status/currentVolumeAttributesClassName").isTextual()
        && old.hasNonNull("volumeAttributesClassName")
        && Checks.text(spec, "volumeAttributesClassName").isEmpty()) {
      String what = spec.has("volumeAttributesClassName") ? "empty string" : "nil";
      errors.add(
          FieldError.forbidden(
              "spec.volumeAttributesClassName",
              "update to "
                  + what
                  + " is forbidden when status.currentVolumeAttributesClassName is not nil"));
    }
    return errors;
  }

  /** Whether the field says from now on which class the annotation has said. */
  private static boolean takesOver(JsonNode spec, JsonNode old, JsonNode was, JsonNode is) {
    return was.isTextual()
        && !old.hasNonNull("storageClassName")
        && was.equals(spec.path("storageClassName"))
        && (is.isMissingNode() || is.equals(was));
  }

  /** The new spec, with the old one's value where it may differ. */
  private static JsonNode settled(ObjectNode claim, ObjectNode current, boolean bound) {
    if (!(claim.path("spec") instanceof ObjectNode spec)) {
      return claim.path("spec");
    }
    ObjectNode settled = spec.deepCopy();
    JsonNode old = current.path("spec");
    if (Checks.text(old, "volumeName").isEmpty()) {
      keep(settled, old, "volumeName");
    }
    // As upstream: a class may be chosen once, unless the annotation of old has chosen another.
    JsonNode annotated = current.path("metadata").path("annotations").path(OLD_CLASS);
    if (!old.hasNonNull("storageClassName")
        && spec.hasNonNull("storageClassName")
        && (annotated.isMissingNode() || annotated.equals(spec.get("storageClassName")))) {
      settled.remove("storageClassName");
    }
    if (bound) {
      keep(settled, old, "volumeAttributesClassName");
      if (settled.at("/resources/requests") instanceof ObjectNode requests) {
        keep(requests, old.at("/resources/requests"), "storage");
      }
    }
    return settled;
  }

  private static void keep(ObjectNode settled, JsonNode old, String field) {
    if (old.has(field)) {
      settled.set(field, old.get(field));
    } else {
      settled.remove(field);
    }
  }

  /** A claim may grow, and shrink again as long as its volume has not grown yet. */
  private static void size(List<FieldError> errors, JsonNode spec, JsonNode old, JsonNode real) {
    Quantity now = storage(spec);
    boolean shrinks = now.compareTo(storage(old)) < 0;
    if (shrinks && now.compareTo(Amounts.quantity(real).orElse(Quantity.ZERO)) <= 0) {
      errors.add(
          FieldError.forbidden(
              "spec.resources.requests.storage", "field can not be less than status.capacity"));
    }
  }

  private static Quantity storage(JsonNode spec) {
    return Amounts.quantity(spec.at("/resources/requests/storage")).orElse(Quantity.ZERO);
  }

  public static List<FieldError> validateStatusUpdate(ObjectNode claim, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(claim, current);
    for (var entry : claim.at("/status/capacity").properties()) {
      Amounts.notNegative(errors, "status.capacity[" + entry.getKey() + "]", entry.getValue());
    }
    String path = "status.allocatedResourceStatuses";
    for (var entry : claim.at("/status/allocatedResourceStatuses").properties()) {
      resource(errors, path, entry.getKey());
      if (!RESIZES.contains(entry.getValue().asText())) {
        // Upstream names the resource where it means its state.
        errors.add(FieldError.notSupported(path, entry.getKey(), RESIZES));
      }
    }
    for (var entry : claim.at("/status/allocatedResources").properties()) {
      String here = "status.allocatedResources[" + entry.getKey() + "]";
      if (resource(errors, "status.allocatedResources", entry.getKey())) {
        ResourceNames.amount(errors, here, "storage", entry.getValue());
      }
    }
    return errors;
  }

  /** Whether a claim can have it: storage, and what is qualified by somebody else's domain. */
  private static boolean resource(List<FieldError> errors, String path, String name) {
    int before = errors.size();
    Checks.form(errors, path, name, Names::qualifiedName);
    if (errors.size() == before
        && !name.equals("storage")
        && (name.indexOf('/') < 0 || name.contains("kubernetes.io/"))) {
      errors.add(FieldError.notSupported(path, name, List.of("storage")));
    }
    return errors.size() == before;
  }
}
