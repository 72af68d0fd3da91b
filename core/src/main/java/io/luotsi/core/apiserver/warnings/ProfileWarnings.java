package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.apiserver.validation.ProfileAnnotations;
import java.util.List;

/**
 * Annotations that named seccomp and AppArmor profiles before there were fields for them.
 *
 * @see "Source: kubernetes pkg/api/pod warningsForPodSpecAndMeta"
 */
final class ProfileWarnings {
  private static final List<String> CONTAINERS =
      List.of("initContainers", "containers", "ephemeralContainers");

  private ProfileWarnings() {}

  /**
   * @param prefix of the paths: empty for a pod, whose AppArmor annotations still count
   */
  static void add(List<String> warnings, String prefix, JsonNode pod) {
    JsonNode annotations = pod.at("/metadata/annotations");
    if (annotations.isEmpty()) {
      return;
    }
    JsonNode ofPod = pod.at("/spec/securityContext");
    if (!ofPod.path("seccompProfile").isObject()) {
      seccomp(warnings, prefix, annotations, ProfileAnnotations.SECCOMP_POD);
    }
    for (String list : CONTAINERS) {
      for (JsonNode container : pod.path("spec").path(list)) {
        String name = container.path("name").asText("");
        JsonNode own = container.path("securityContext");
        if (!own.path("seccompProfile").isObject()) {
          seccomp(warnings, prefix, annotations, ProfileAnnotations.SECCOMP + name);
        }
        String key = ProfileAnnotations.APP_ARMOR + name;
        if (!prefix.isEmpty()
            && annotations.has(key)
            && !own.path("appArmorProfile").isObject()
            && !ProfileAnnotations.sameAppArmor(
                ofPod.path("appArmorProfile"), annotations.path(key).asText())) {
          warnings.add(
              prefix
                  + "metadata.annotations["
                  + key
                  + "]: deprecated since v1.30; use the \"appArmorProfile\" field instead");
        }
      }
    }
  }

  private static void seccomp(
      List<String> warnings, String prefix, JsonNode annotations, String key) {
    if (annotations.has(key)) {
      warnings.add(
          prefix
              + "metadata.annotations["
              + key
              + "]: non-functional in v1.27+; use the \"seccompProfile\" field instead");
    }
  }
}
