package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  /** As upstream writes them when they are one too many. */
  private static final Map<String, String> SPELT =
      Map.of("cephfs", "cephFS", "downwardAPI", "downwarAPI");

  private VolumeValidation() {}

  /**
   * @param pod that has the volumes, by which the claims are called that it makes; empty for those
   *     of a template
   * @return those that are as they should be, by name
   */
  static Map<String, JsonNode> volumes(
      List<FieldError> errors, String path, JsonNode volumes, String pod) {
    Map<String, JsonNode> good = new HashMap<>();
    Set<String> made = new HashSet<>();
    for (JsonNode volume : volumes) {
      if (!pod.isEmpty() && volume.path("ephemeral").isObject()) {
        made.add(pod + "-" + Checks.text(volume, "name"));
      }
    }
    int i = 0;
    for (JsonNode volume : volumes) {
      String here = path + "[" + i++ + "]";
      String name = Checks.text(volume, "name");
      int before = errors.size();
      sources(errors, here, volume);
      if (!pod.isEmpty() && !name.isEmpty() && volume.path("ephemeral").isObject()) {
        String claim = pod + "-" + name;
        for (String wrong : Names.dnsSubdomain(claim)) {
          errors.add(
              FieldError.invalid(here + ".name", name, "PVC name \"" + claim + "\": " + wrong));
        }
      }
      Checks.name(errors, here + ".name", name, Names::dnsLabel);
      if (good.containsKey(name)) {
        errors.add(FieldError.duplicate(here + ".name", name));
      }
      if (errors.size() == before) {
        good.put(name, volume);
      }
      String claimed = volume.at("/persistentVolumeClaim/claimName").asText("");
      if (made.contains(claimed)) {
        errors.add(
            FieldError.invalid(
                here + ".persistentVolumeClaim.claimName",
                claimed,
                "must not reference a PVC that gets created for an ephemeral volume"));
      }
    }
    return good;
  }

  private static void sources(List<FieldError> errors, String path, JsonNode volume) {
    String name = Checks.text(volume, "name");
    int found = 0;
    for (String kind : SOURCES) {
      JsonNode source = volume.path(kind);
      if (!source.isObject()) {
        continue;
      }
      if (++found > 1) {
        errors.add(
            FieldError.forbidden(
                path + "." + SPELT.getOrDefault(kind, kind),
                "may not specify more than 1 volume type"));
      } else {
        VolumeSourceValidation.source(
            errors, path, kind, source, VolumeSourceValidation.Of.POD, name);
      }
    }
    if (found == 0) {
      errors.add(FieldError.required(path, "must specify a volume type"));
    }
  }
}
