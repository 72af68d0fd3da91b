package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import io.luotsi.core.api.Quantity;
import java.util.List;
import java.util.Map;

/**
 * What each source of a volume cannot do without; those that pods and PersistentVolumes both have
 * are told the same of both.
 *
 * @see "Source: pkg/apis/core/validation validateVolumeSource"
 */
final class VolumeSourceValidation {
  private static final List<String> HOST_PATH_TYPES =
      List.of(
          "",
          "BlockDevice",
          "CharDevice",
          "Directory",
          "DirectoryOrCreate",
          "File",
          "FileOrCreate",
          "Socket");
  private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
  private static final int MOST_PARTITION = 255;

  /** Fields that must not be empty, by source, in upstream's order. */
  private static final Map<String, List<String>> REQUIRED =
      Map.ofEntries(
          Map.entry("gitRepo", List.of("repository")),
          Map.entry("gcePersistentDisk", List.of("pdName")),
          Map.entry("awsElasticBlockStore", List.of("volumeID")),
          Map.entry("nfs", List.of("server", "path")),
          Map.entry("iscsi", List.of("targetPortal", "iqn")),
          Map.entry("glusterfs", List.of("endpoints", "path")),
          Map.entry("persistentVolumeClaim", List.of("claimName")),
          Map.entry("rbd", List.of("monitors", "image")),
          Map.entry("cinder", List.of("volumeID")),
          Map.entry("cephfs", List.of("monitors")),
          Map.entry("flexVolume", List.of("driver")),
          Map.entry("azureFile", List.of("secretName", "shareName")),
          Map.entry("vsphereVolume", List.of("volumePath")),
          Map.entry("photonPersistentDisk", List.of("pdID")),
          Map.entry("portworxVolume", List.of("volumeID")),
          Map.entry("azureDisk", List.of("diskName", "diskURI")),
          Map.entry("storageos", List.of("volumeName")),
          Map.entry("scaleIO", List.of("gateway", "system", "volumeName")),
          Map.entry("ephemeral", List.of("volumeClaimTemplate")),
          Map.entry("image", List.of("reference")));

  private VolumeSourceValidation() {}

  /** Whose source it is: a PersistentVolume has no namespace in which its secrets could be. */
  enum Of {
    POD,
    PERSISTENT_VOLUME
  }

  /**
   * @param kind the field that holds the source
   * @param name of the volume
   */
  static void source(
      List<FieldError> errors, String path, String kind, JsonNode source, Of of, String name) {
    // The name is upstream's of old.
    String here = kind.equals("gcePersistentDisk") ? path + ".persistentDisk" : path + "." + kind;
    for (String field : REQUIRED.getOrDefault(kind, List.of())) {
      JsonNode value = source.path(field);
      if (value.isContainerNode() ? value.isEmpty() && value.isArray() : isEmpty(value)) {
        errors.add(FieldError.required(here + "." + field, ""));
      }
    }
    switch (kind) {
      case "emptyDir" -> sizeLimit(errors, here, source.path("sizeLimit"));
      case "hostPath" -> hostPath(errors, here, source);
      case "gitRepo" ->
          Paths.descending(errors, here + ".directory", Checks.text(source, "directory"));
      case "gcePersistentDisk", "awsElasticBlockStore" ->
          range(errors, here + ".partition", source.path("partition"), "1");
      case "nfs" -> {
        String exported = Checks.text(source, "path");
        if (!exported.startsWith("/")) {
          errors.add(FieldError.invalid(here + ".path", exported, "must be an absolute path"));
        }
      }
      case "iscsi" -> IscsiValidation.validate(errors, path, source, of, name);
      case "fc" -> fibreChannel(errors, here, source);
      case "flocker" -> flocker(errors, here, source);
      case "configMap" -> ProjectionValidation.keys(errors, here, source, "name");
      case "secret" -> ProjectionValidation.keys(errors, here, source, "secretName");
      case "downwardAPI" -> ProjectionValidation.downward(errors, here, source);
      case "projected" -> ProjectionValidation.projected(errors, here, source);
      case "csi" -> csi(errors, here, source);
      case "glusterfs" -> endpointsNamespace(errors, here, source);
      case "cinder" -> VendorSourceValidation.secret(errors, here, source, of);
      case "quobyte" -> VendorSourceValidation.quobyte(errors, here, source);
      case "flexVolume" -> VendorSourceValidation.flex(errors, here, source);
      case "azureFile" -> {
        if (source.has("secretNamespace")) {
          Checks.required(errors, here, source, "secretNamespace");
        }
      }
      case "azureDisk" -> VendorSourceValidation.azureDisk(errors, here, source);
      case "storageos" -> VendorSourceValidation.storageOs(errors, here, source, of);
      case "ephemeral" -> {
        JsonNode template = source.path("volumeClaimTemplate");
        if (template.isObject()) {
          VolumeClaimValidation.template(errors, here + ".volumeClaimTemplate", template);
        }
      }
      case "image" ->
          Checks.oneOf(
              errors, here + ".pullPolicy", Checks.text(source, "pullPolicy"), true, PULL_POLICIES);
      default -> {} // nothing but what is required
    }
  }

  private static boolean isEmpty(JsonNode value) {
    return value.asText("").isEmpty();
  }

  private static void sizeLimit(List<FieldError> errors, String path, JsonNode limit) {
    if (limit.isTextual()
        && Quantity.check(limit.asText()).isEmpty()
        && Quantity.parse(limit.asText()).signum() < 0) {
      errors.add(
          FieldError.forbidden(
              path + ".sizeLimit", "SizeLimit field must be a valid resource quantity"));
    }
  }

  private static void hostPath(List<FieldError> errors, String path, JsonNode source) {
    String where = Checks.text(source, "path");
    if (where.isEmpty()) {
      errors.add(FieldError.required(path + ".path", ""));
      return;
    }
    Paths.withoutBacksteps(errors, path + ".path", where);
    Checks.oneOf(errors, path + ".type", Checks.text(source, "type"), true, HOST_PATH_TYPES);
  }

  static void range(List<FieldError> errors, String path, JsonNode number, String from) {
    if (number.asInt() < 0 || number.asInt() > MOST_PARTITION) {
      errors.add(
          FieldError.invalid(
              path, number, "must be between " + from + " and " + MOST_PARTITION + ", inclusive"));
    }
  }

  private static void fibreChannel(List<FieldError> errors, String path, JsonNode source) {
    JsonNode targets = source.path("targetWWNs");
    if (targets.isEmpty() && source.path("wwids").isEmpty()) {
      errors.add(
          FieldError.required(
              path + ".targetWWNs", "must specify either targetWWNs or wwids, but not both"));
    } else if (!targets.isEmpty() && !source.path("wwids").isEmpty()) {
      errors.add(
          FieldError.invalid(
              path + ".targetWWNs",
              targets,
              "targetWWNs and wwids can not be specified simultaneously"));
    }
    if (!targets.isEmpty()) {
      if (source.path("lun").isNumber()) {
        range(errors, path + ".lun", source.path("lun"), "0");
      } else {
        errors.add(
            FieldError.required(path + ".lun", "lun is required if targetWWNs is specified"));
      }
    }
  }

  private static void flocker(List<FieldError> errors, String path, JsonNode source) {
    String name = Checks.text(source, "datasetName");
    boolean byUuid = !Checks.text(source, "datasetUUID").isEmpty();
    if (name.isEmpty() && !byUuid) {
      errors.add(FieldError.required(path, "one of datasetName and datasetUUID is required"));
    } else if (!name.isEmpty() && byUuid) {
      errors.add(
          FieldError.invalid(
              path, "resource", "datasetName and datasetUUID can not be specified simultaneously"));
    }
    if (name.contains("/")) {
      errors.add(FieldError.invalid(path + ".datasetName", name, "must not contain '/'"));
    }
  }

  private static void endpointsNamespace(List<FieldError> errors, String path, JsonNode source) {
    String here = path + ".endpointsNamespace";
    if (!source.has("endpointsNamespace")) {
      return;
    }
    String namespace = Checks.text(source, "endpointsNamespace");
    if (namespace.isEmpty()) {
      errors.add(
          FieldError.invalid(
              here, "", "if the endpointnamespace is set, it must be a valid namespace name"));
    } else {
      Checks.form(errors, here, namespace, Names::dnsLabel);
    }
  }

  private static void csi(List<FieldError> errors, String path, JsonNode source) {
    StorageValidation.driverName(errors, path + ".driver", Checks.text(source, "driver"));
    JsonNode secret = source.path("nodePublishSecretRef");
    if (secret.isObject()) {
      String name = Checks.text(secret, "name");
      if (name.isEmpty()) {
        errors.add(FieldError.required(path + ".nodePublishSecretRef.name", ""));
      } else {
        // The path is upstream's.
        Checks.form(errors, path + ".name", name, Names::dnsSubdomain);
      }
    }
  }
}
