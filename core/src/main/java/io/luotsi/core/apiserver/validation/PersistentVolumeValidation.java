package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Names;
import java.util.List;

/**
 * PersistentVolumes.
 *
 * @see "Source: kubernetes pkg/apis/core/validation ValidatePersistentVolume"
 */
public final class PersistentVolumeValidation {
  private static final List<String> RECLAIM_POLICIES = List.of("Delete", "Recycle", "Retain");

  /** Where volumes come from, in the order in which upstream looks for them. */
  private static final List<String> SOURCES =
      List.of(
          "hostPath",
          "gcePersistentDisk",
          "awsElasticBlockStore",
          "glusterfs",
          "flocker",
          "nfs",
          "rbd",
          "quobyte",
          "cephfs",
          "iscsi",
          "cinder",
          "fc",
          "flexVolume",
          "azureFile",
          "vsphereVolume",
          "photonPersistentDisk",
          "portworxVolume",
          "azureDisk",
          "scaleIO",
          "local",
          "storageos",
          "csi");

  private static final List<String> CSI_SECRETS =
      List.of(
          "controllerPublishSecretRef",
          "controllerExpandSecretRef",
          "nodePublishSecretRef",
          "nodeExpandSecretRef");

  private PersistentVolumeValidation() {}

  public static List<FieldError> validate(ObjectNode volume) {
    List<FieldError> errors =
        MetadataValidation.validate(volume, false, MetadataValidation.SUBDOMAIN);
    spec(errors, volume);
    return errors;
  }

  private static void spec(List<FieldError> errors, JsonNode volume) {
    JsonNode spec = volume.path("spec");
    if (spec.path("accessModes").isEmpty()) {
      errors.add(FieldError.required("spec.accessModes", ""));
    }
    VolumeClaimValidation.accessModes(errors, "spec", spec);
    capacity(errors, spec.path("capacity"));
    Checks.oneOf(
        errors,
        "spec.persistentVolumeReclaimPolicy",
        Checks.text(spec, "persistentVolumeReclaimPolicy"),
        true,
        RECLAIM_POLICIES);
    JsonNode nodes = spec.at("/nodeAffinity/required");
    if (nodes.isObject()) {
      AffinityValidation.nodeSelector(errors, "spec.nodeAffinity.required", nodes);
    } else if (spec.path("nodeAffinity").isObject()) {
      errors.add(
          FieldError.required(
              "spec.nodeAffinity.required", "must specify required node constraints"));
    }
    sources(errors, spec, volume.at("/metadata/name").asText(""));
    if (isRoot(spec.at("/hostPath/path").asText(""))
        && Checks.text(spec, "persistentVolumeReclaimPolicy").equals("Recycle")) {
      errors.add(
          FieldError.forbidden(
              "spec.persistentVolumeReclaimPolicy",
              "may not be 'recycle' for a hostPath mount of '/'"));
    }
    VolumeClaimValidation.className(
        errors, "spec.storageClassName", Checks.text(spec, "storageClassName"));
    Checks.oneOf(
        errors,
        "spec.volumeMode",
        Checks.text(spec, "volumeMode"),
        true,
        VolumeClaimValidation.VOLUME_MODES);
    attributes(errors, spec);
  }

  private static boolean isRoot(String path) {
    return !path.isEmpty() && path.chars().allMatch(c -> c == '/');
  }

  private static void capacity(List<FieldError> errors, JsonNode capacity) {
    if (capacity.isEmpty()) {
      errors.add(FieldError.required("spec.capacity", ""));
    }
    if (!capacity.has("storage") || capacity.size() > 1) {
      errors.add(
          FieldError.notSupported(
              "spec.capacity",
              capacity.isMissingNode() ? NullNode.instance : capacity,
              List.of("storage")));
    }
    for (var entry : capacity.properties()) {
      Amounts.positive(errors, "spec.capacity[" + entry.getKey() + "]", entry.getValue());
    }
  }

  private static void sources(List<FieldError> errors, JsonNode spec, String volume) {
    int found = 0;
    for (String name : SOURCES) {
      JsonNode source = spec.path(name);
      if (!source.isObject()) {
        continue;
      }
      String path = "spec." + name;
      // Upstream forgets to look at what else there is beside a FlexVolume.
      if (++found > 1 && !name.equals("flexVolume")) {
        errors.add(
            FieldError.forbidden(
                path.replace("cephfs", "cephFS"), "may not specify more than 1 volume type"));
        continue;
      }
      switch (name) {
        case "csi" -> csi(errors, path, source);
        case "local" -> local(errors, path, source, spec);
        default ->
            VolumeSourceValidation.source(
                errors, "spec", name, source, VolumeSourceValidation.Of.PERSISTENT_VOLUME, volume);
      }
    }
    if (found == 0) {
      errors.add(FieldError.required("spec", "must specify a volume type"));
    }
  }

  private static void csi(List<FieldError> errors, String path, JsonNode source) {
    StorageValidation.driverName(errors, path + ".driver", Checks.text(source, "driver"));
    Checks.required(errors, path, source, "volumeHandle");
    for (String secret : CSI_SECRETS) {
      JsonNode reference = source.path(secret);
      if (reference.isObject()) {
        String here = path + "." + secret;
        Checks.name(errors, here + ".name", Checks.text(reference, "name"), Names::dnsSubdomain);
        Checks.name(
            errors, here + ".namespace", Checks.text(reference, "namespace"), Names::dnsLabel);
      }
    }
  }

  private static void local(List<FieldError> errors, String path, JsonNode source, JsonNode spec) {
    String where = Checks.text(source, "path");
    Checks.required(errors, path, source, "path");
    Paths.withoutBacksteps(errors, path + ".path", where);
    if (!spec.path("nodeAffinity").isObject()) {
      errors.add(FieldError.required("spec.nodeAffinity", "Local volume requires node affinity"));
    }
  }

  private static void attributes(List<FieldError> errors, JsonNode spec) {
    if (!spec.hasNonNull("volumeAttributesClassName")) {
      return;
    }
    String path = "spec.volumeAttributesClassName";
    String name = Checks.text(spec, "volumeAttributesClassName");
    if (name.isEmpty()) {
      errors.add(FieldError.required(path, "an empty string is disallowed"));
    }
    VolumeClaimValidation.className(errors, path, name);
    if (!spec.path("csi").isObject()) {
      errors.add(
          FieldError.required(
              "spec.csi", "has to be specified when using volumeAttributesClassName"));
    }
  }

  public static List<FieldError> validateUpdate(ObjectNode volume, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(volume, current);
    spec(errors, volume);
    JsonNode spec = volume.path("spec");
    JsonNode old = current.path("spec");
    JsonNode source = source(spec);
    JsonNode before = source(old);
    if (source.path("csi") instanceof ObjectNode csi
        && before.path("csi").isObject()
        && !before.path("csi").has("controllerExpandSecretRef")) {
      // The secret with which a CSI driver enlarges a volume may be named later.
      csi.remove("controllerExpandSecretRef");
    }
    if (!source.equals(before)) {
      errors.add(
          FieldError.forbidden(
              "spec.persistentvolumesource",
              "spec.persistentvolumesource is immutable after creation\n"
                  + UnifiedDiff.of(before, source)));
    }
    Checks.immutable(errors, "volumeMode", spec.path("volumeMode"), old.path("volumeMode"));
    if (old.path("nodeAffinity").isObject()
        && !spec.path("nodeAffinity").equals(old.path("nodeAffinity"))) {
      errors.add(
          FieldError.invalid(
              "nodeAffinity",
              spec.path("nodeAffinity").isMissingNode()
                  ? NullNode.instance
                  : spec.path("nodeAffinity"),
              "field is immutable, except for updating from beta label to GA"));
    }
    if (old.hasNonNull("volumeAttributesClassName")
        && !spec.hasNonNull("volumeAttributesClassName")) {
      errors.add(
          FieldError.forbidden(
              "spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden"));
    }
    return errors;
  }

  /** What says where the volume comes from; a copy. */
  private static ObjectNode source(JsonNode spec) {
    return spec instanceof ObjectNode object ? object.deepCopy().retain(SOURCES) : Json.object();
  }
}
