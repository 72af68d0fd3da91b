package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Volumes, claims on them, and the classes of both.
 *
 * @see "Source: kubernetes pkg/api/persistentvolume, pkg/api/persistentvolumeclaim,
 *     pkg/api/storage"
 */
final class StorageWarnings {
  private static final String OLD_CLASS = "volume.beta.kubernetes.io/storage-class";
  private static final String USE_CLASS =
      "deprecated since v1.8; use \"storageClassName\" attribute instead";
  private static final String OLD_OPTIONS = "volume.beta.kubernetes.io/mount-options";
  private static final String TOKENS_IN_THE_OPEN =
      "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to"
          + " prevent possible logging of tokens in volume attributes";

  /** Sources of volumes that go, in upstream's order and with upstream's name of each. */
  private static final List<Map.Entry<String, String>> SOURCES =
      List.of(
          Map.entry("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
          Map.entry("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
          Map.entry("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
          Map.entry("storageos", "deprecated in v1.22, non-functional in v1.25+"),
          Map.entry("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
          Map.entry("rbd", "deprecated in v1.28, non-functional in v1.31+"));

  private StorageWarnings() {}

  static void volume(List<String> warnings, ObjectNode volume) {
    JsonNode annotations = volume.at("/metadata/annotations");
    if (annotations.has(OLD_CLASS)) {
      warnings.add("metadata.annotations[" + OLD_CLASS + "]: " + USE_CLASS);
    }
    if (annotations.has(OLD_OPTIONS)) {
      warnings.add(
          "metadata.annotations["
              + OLD_OPTIONS
              + "]: deprecated since v1.31; use \"mountOptions\" attribute instead");
    }
    JsonNode spec = volume.path("spec");
    if (spec.path("persistentVolumeReclaimPolicy").asText("").equals("Recycle")) {
      warnings.add(
          "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead,"
              + " the recommended approach is to use dynamic provisioning.");
    }
    NodeLabelWarnings.terms(
        warnings,
        "spec.nodeAffinity.required.nodeSelectorTerms",
        spec.at("/nodeAffinity/required/nodeSelectorTerms"));
    for (var old : SOURCES) {
      if (spec.path(old.getKey()).isObject()) {
        String name = old.getKey().equals("storageos") ? "storageOS" : old.getKey();
        warnings.add("spec." + name + ": " + old.getValue());
      }
    }
  }

  static void claim(List<String> warnings, ObjectNode claim) {
    if (claim.path("metadata").path("annotations").has(OLD_CLASS)) {
      warnings.add("metadata.annotations[" + OLD_CLASS + "]: " + USE_CLASS);
    }
    claimSpec(warnings, "spec", claim.path("spec"));
  }

  static void claimSpec(List<String> warnings, String path, JsonNode spec) {
    for (String amounts : List.of("requests", "limits")) {
      String text = spec.path("resources").path(amounts).path("storage").asText("");
      if (!text.isEmpty()
          && Quantity.check(text).isEmpty()
          && Quantity.parse(text).millis() % 1000 != 0) {
        warnings.add(
            "%s.resources.%s[storage]: fractional byte value \"%s\" is invalid, must be an integer"
                .formatted(path, amounts, text));
      }
    }
  }

  static void storageClass(List<String> warnings, ObjectNode storageClass) {
    int i = 0;
    for (JsonNode topology : storageClass.path("allowedTopologies")) {
      int j = 0;
      for (JsonNode expression : topology.path("matchLabelExpressions")) {
        NodeLabelWarnings.keyAt(
            warnings,
            "allowedTopologies[%d].matchLabelExpressions[%d].key".formatted(i, j++),
            expression.path("key").asText(""));
      }
      i++;
    }
  }

  static void capacity(List<String> warnings, ObjectNode capacity) {
    JsonNode selector = capacity.path("nodeTopology");
    NodeLabelWarnings.term(warnings, "nodeTopology", selector, false);
    NodeLabelWarnings.labels(
        warnings, selector.path("matchLabels"), label -> "nodeTopology.matchLabels." + label);
  }

  static void driver(List<String> warnings, ObjectNode driver, Optional<ObjectNode> current) {
    JsonNode tokens = driver.at("/spec/tokenRequests");
    boolean changed =
        current.map(old -> !old.at("/spec/tokenRequests").equals(tokens)).orElse(true);
    if (changed && !tokens.isEmpty() && !driver.path("spec").has("serviceAccountTokenInSecrets")) {
      warnings.add(TOKENS_IN_THE_OPEN);
    }
  }
}
