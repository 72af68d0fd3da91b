package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Names;
import java.util.List;
import java.util.Map;

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

  /** Labels that nodes had before, and what they are called now. */
  private static final Map<String, String> GA_LABELS =
      Map.of(
          "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone",
          "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region",
          "beta.kubernetes.io/os", "kubernetes.io/os",
          "beta.kubernetes.io/arch", "kubernetes.io/arch",
          "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type");

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
    sources(errors, "spec", spec, volume.at("/metadata/name").asText(""));
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

  /** The spec of a volume that is no object, as attachments of old ones have it. */
  static void inline(List<FieldError> errors, String path, JsonNode spec) {
    String context = " in the context of inline volumes";
    for (String field : List.of("claimRef", "capacity")) {
      if (!spec.path(field).isEmpty()) {
        errors.add(FieldError.forbidden(path + "." + field, "may not be specified" + context));
      }
    }
    if (!spec.path("csi").isObject()) {
      errors.add(FieldError.required(path + ".csi", "has to be specified" + context));
    }
    if (spec.path("accessModes").isEmpty()) {
      errors.add(FieldError.required(path + ".accessModes", ""));
    }
    VolumeClaimValidation.accessModes(errors, path, spec);
    String policy = Checks.text(spec, "persistentVolumeReclaimPolicy");
    if (!policy.isEmpty() && !policy.equals("Retain")) {
      errors.add(
          FieldError.forbidden(
              path + ".persistentVolumeReclaimPolicy", "may only be Retain" + context));
    }
    if (spec.path("nodeAffinity").isObject()) {
      errors.add(FieldError.forbidden(path + ".nodeAffinity", "may not be specified" + context));
    }
    sources(errors, path, spec, "");
    if (!Checks.text(spec, "storageClassName").isEmpty()) {
      errors.add(
          FieldError.forbidden(path + ".storageClassName", "may not be specified" + context));
    }
    String mode = Checks.text(spec, "volumeMode");
    if (!mode.isEmpty() && !mode.equals("Filesystem")) {
      errors.add(
          FieldError.forbidden(
              path + ".volumeMode", "may not specify volumeMode other than Filesystem" + context));
    }
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

  private static void sources(List<FieldError> errors, String base, JsonNode spec, String volume) {
    int found = 0;
    for (String name : SOURCES) {
      JsonNode source = spec.path(name);
      if (!source.isObject()) {
        continue;
      }
      String path = base + "." + name;
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
                errors, base, name, source, VolumeSourceValidation.Of.PERSISTENT_VOLUME, volume);
      }
    }
    if (found == 0) {
      errors.add(FieldError.required(base, "must specify a volume type"));
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
    if (old.path("nodeAffinity").isObject() && !movesToGa(spec, old)) {
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

  /** Whether nodes are told by the same labels as before, or by what those are called today. */
  private static boolean movesToGa(JsonNode spec, JsonNode old) {
    JsonNode renamed = old.path("nodeAffinity").deepCopy();
    JsonNode now = spec.path("nodeAffinity");
    String terms = "/required/nodeSelectorTerms";
    for (int i = 0; i < renamed.at(terms).size(); i++) {
      for (String list : List.of("matchExpressions", "matchFields")) {
        JsonNode requirements = renamed.at(terms).get(i).path(list);
        for (int j = 0; j < requirements.size(); j++) {
          String key = Checks.text(requirements.get(j), "key");
          JsonNode today = now.at(terms).path(i).path(list).path(j).path("key");
          if (requirements.get(j) instanceof ObjectNode requirement
              && today.asText("").equals(GA_LABELS.get(key))) {
            requirement.set("key", today);
          }
        }
      }
    }
    return renamed.equals(now);
  }

  /** What says where the volume comes from; a copy. */
  private static ObjectNode source(JsonNode spec) {
    return spec instanceof ObjectNode object ? object.deepCopy().retain(SOURCES) : Json.object();
  }
}
