package io.luotsi.core.podsecurity;

import static io.luotsi.core.podsecurity.PodUnderCheck.quoted;
import static io.luotsi.core.podsecurity.PodUnderCheck.several;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is checked of a pod's volumes. */
final class VolumeChecks {
  private static final Set<String> HARMLESS =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "image",
          "persistentVolumeClaim",
          "projected",
          "secret");

  private VolumeChecks() {}

  static Optional<Violation> hostPath(PodUnderCheck pod) {
    List<String> bad =
        pod.spec()
            .path("volumes")
            .valueStream()
            .filter(volume -> volume.has("hostPath"))
            .map(volume -> volume.path("name").asText())
            .toList();
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation("hostPath volumes", several("volume", bad) + " " + quoted(bad)));
  }

  static Optional<Violation> restricted(PodUnderCheck pod) {
    List<String> bad = new ArrayList<>();
    Set<String> types = new TreeSet<>();
    for (JsonNode volume : pod.spec().path("volumes")) {
      if (HARMLESS.stream().noneMatch(volume::has)) {
        bad.add(volume.path("name").asText());
        types.add(type(volume));
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "restricted volume types",
                several("volume", bad)
                    + " "
                    + quoted(bad)
                    + (bad.size() == 1 ? " uses " : " use ")
                    + several("restricted volume type", types)
                    + " "
                    + quoted(types)));
  }

  private static String type(JsonNode volume) {
    return volume.properties().stream()
        .map(Map.Entry::getKey)
        .filter(field -> !field.equals("name"))
        .findFirst()
        .orElse("unknown");
  }
}
