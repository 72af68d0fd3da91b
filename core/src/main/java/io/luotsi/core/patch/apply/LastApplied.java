package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.StructuralSchema;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The annotation in which {@code kubectl apply} without the server's help keeps what it applied.
 * Who changes over to the server's apply does not conflict with what the annotation shows to have
 * been applied before, and finds it kept up to date.
 *
 * @see "Source: apimachinery pkg/util/managedfields/internal/lastappliedmanager.go,
 *     lastappliedupdater.go"
 */
final class LastApplied {
  /** The one manager for whom this is done. */
  static final String KUBECTL = "kubectl";

  private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
  private static final int MOST_ANNOTATION_BYTES = 256 * 1024;

  /** As Go writes maps: keys in order. */
  private static final JsonMapper SORTED =
      JsonMapper.builder()
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build();

  private LastApplied() {}

  private static String of(JsonNode object) {
    return object.path("metadata").path("annotations").path(ANNOTATION).asText("");
  }

  /**
   * The fields that were applied by the client alone and are still as they were then.
   *
   * @return none if there is no annotation or it makes no sense
   */
  static FieldSet unchanged(ObjectNode live, StructuralSchema schema, String apiVersion) {
    JsonNode applied;
    try {
      applied = Json.mapper().readTree(of(live));
    } catch (JsonProcessingException e) {
      return FieldSet.EMPTY;
    }
    if (!applied.path("apiVersion").asText("").equals(apiVersion)
        || ConfigurationCheck.problems(applied, schema).isPresent()) {
      return FieldSet.EMPTY;
    }
    Comparison since = Comparison.of(applied, live, schema, FieldSet.EMPTY);
    return SaidFields.of(applied, schema)
        .difference(since.modified())
        .difference(since.added())
        .difference(since.removed());
  }

  /** Writes the configuration into the annotation, if the object has one. */
  static void keep(ObjectNode object, ObjectNode config) {
    if (of(object).isEmpty()) {
      return;
    }
    ObjectNode annotations = object.withObject("metadata").withObject("annotations");
    ObjectNode plain = config.deepCopy();
    if (plain.path("metadata").path("annotations") instanceof ObjectNode own) {
      own.remove(ANNOTATION);
    }
    annotations.put(ANNOTATION, sorted(plain) + "\n");
    if (size(annotations) > MOST_ANNOTATION_BYTES) {
      annotations.remove(ANNOTATION);
    }
  }

  private static String sorted(ObjectNode config) {
    try {
      return SORTED.writeValueAsString(SORTED.treeToValue(config, Map.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that was read cannot be written", e);
    }
  }

  private static long size(ObjectNode annotations) {
    return annotations.properties().stream()
        .mapToLong(entry -> bytes(entry.getKey()) + bytes(entry.getValue().asText("")))
        .sum();
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
