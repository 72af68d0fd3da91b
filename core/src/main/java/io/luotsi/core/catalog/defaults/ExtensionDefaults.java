package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.custom.Definitions;
import java.util.Locale;

/** What a CustomResourceDefinition and an APIService leave out. */
public final class ExtensionDefaults {
  private static final int HTTPS = 443;

  private ExtensionDefaults() {}

  /**
   * @see "Source: kube-aggregator pkg/apis/apiregistration/v1/defaults.go"
   */
  public static void apiService(ObjectNode service) {
    if (service.at("/spec/service") instanceof ObjectNode behind && !behind.has("port")) {
      behind.put("port", HTTPS);
    }
  }

  /**
   * @see "Source: apiextensions-apiserver pkg/apis/apiextensions/v1/defaults.go"
   */
  public static void definition(ObjectNode definition) {
    ObjectNode spec = definition.withObject("spec");
    if (spec.get("names") instanceof ObjectNode names) {
      String kind = names.path("kind").asText("");
      if (!kind.isEmpty() && names.path("singular").asText("").isEmpty()) {
        names.put("singular", kind.toLowerCase(Locale.ROOT));
      }
      if (!kind.isEmpty() && names.path("listKind").asText("").isEmpty()) {
        names.put("listKind", kind + "List");
      }
    }
    if (!spec.has("conversion")) {
      spec.putObject("conversion").put("strategy", "None");
    }
    if (spec.at("/conversion/webhook/clientConfig/service") instanceof ObjectNode service
        && !service.has("port")) {
      service.put("port", HTTPS);
    }
    if (definition.at("/status/storedVersions").isEmpty()) {
      Definitions.storageVersion(definition)
          .ifPresent(
              version ->
                  definition.withObject("status").withArrayProperty("storedVersions").add(version));
    }
  }
}
