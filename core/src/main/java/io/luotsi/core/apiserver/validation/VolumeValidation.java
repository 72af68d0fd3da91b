package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A pod's volumes: names that differ, and one source each. */
final class VolumeValidation {
  /** In the order in which upstream looks for them; the first that is there counts. */
  private static final List<String> SOURCES =
      List.of(
          "emptyDir",
          "hostPath",
          "gitRepo",
          "gcePersistentDisk",
          "awsElasticBlockStore",
          "secret",
          "nfs",
          "iscsi",
          "glusterfs",
          "flocker",
          "persistentVolumeClaim",
          "rbd",
          "cinder",
          "cephfs",
          "quobyte",
          "downwardAPI",
          "fc",
          "flexVolume",
          "configMap",
          "azureFile",
          "vsphereVolume",
          "photonPersistentDisk",
          "portworxVolume",
          "azureDisk",
          "storageos",
          "projected",
          "scaleIO",
          "csi",
          "ephemeral",
          "image");

  private VolumeValidation() {}

  static void volumes(List<FieldError> errors, String path, JsonNode volumes) {
    Set<String> names = new HashSet<>();
    int i = 0;
    for (JsonNode volume : volumes) {
      String here = path + "[" + i++ + "]";
      String name = Checks.text(volume, "name");
      sources(errors, here, volume);
      Checks.name(errors, here + ".name", name, Names::dnsLabel);
      if (!name.isEmpty() && !names.add(name)) {
        errors.add(FieldError.duplicate(here + ".name", name));
      }
    }
  }

  private static void sources(List<FieldError> errors, String path, JsonNode volume) {
    int found = 0;
    for (String kind : SOURCES) {
      JsonNode source = volume.path(kind);
      if (!source.isObject()) {
        continue;
      }
      if (++found > 1) {
        errors.add(
            FieldError.forbidden(path + "." + kind, "may not specify more than 1 volume type"));
      } else {
        VolumeSourceValidation.source(errors, path, kind, source);
      }
    }
    if (found == 0) {
      errors.add(FieldError.required(path, "must specify a volume type"));
    }
  }
}
