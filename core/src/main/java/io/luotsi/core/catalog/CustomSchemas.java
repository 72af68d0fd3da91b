package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.StructuralSchema.ListType;
import io.luotsi.core.catalog.StructuralSchema.Shape;
import io.luotsi.core.catalog.StructuralSchema.Type;
import io.luotsi.core.catalog.StructuralSchema.Usage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The schemas of custom kinds, made from what their definitions say under {@code openAPIV3Schema}.
 * Only what gives a value its structure is read here; what values are allowed, {@code ValueCheck}
 * reads.
 *
 * @see "Source: apiextensions-apiserver pkg/apiserver/schema, kube-openapi pkg/schemaconv"
 */
public final class CustomSchemas {
  private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

  /** Whatever there is, it stays. */
  private static final Shape KEPT =
      new Shape(Type.ANY, "", Map.of(), List.of(), Optional.empty(), false, true);

  /** Anything, of which objects lose their fields: nobody said what these may be. */
  private static final Shape BARE =
      new Shape(Type.ANY, "", Map.of(), List.of(), Optional.empty(), false, false);

  private final StructuralSchema text = new StructuralSchema(leaf(Type.STRING), Usage.PLAIN);
  private final StructuralSchema metadata;

  /**
   * @param upstream for the metadata that every object has
   */
  public CustomSchemas(BuiltInSchemas upstream) {
    this.metadata = upstream.named(OBJECT_META);
  }

  /**
   * The schema of whole objects.
   *
   * @param openApi of one version, a structural schema
   */
  public StructuralSchema root(JsonNode openApi) {
    return new StructuralSchema(object(openApi, true), Usage.PLAIN);
  }

  /** The schema of any value below the root. */
  public StructuralSchema of(JsonNode openApi) {
    return new StructuralSchema(shape(openApi), usage(openApi));
  }

  private Shape shape(JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return leaf(Type.INT_OR_STRING);
    }
    boolean embedded = schema.path("x-kubernetes-embedded-resource").asBoolean();
    return switch (schema.path("type").asText("")) {
      case "object" ->
          isMap(schema)
              ? container(Type.MAP, element(schema.path("additionalProperties")))
              : object(schema, embedded);
      case "array" -> container(Type.ARRAY, of(schema.path("items")));
      case "string" -> leaf(Type.STRING);
      case "integer" -> leaf(Type.INT64);
      case "number" -> leaf(Type.NUMBER);
      case "boolean" -> leaf(Type.BOOLEAN);
      default -> schema.has("properties") ? object(schema, embedded) : untyped(schema);
    };
  }

  private static Shape untyped(JsonNode schema) {
    return schema.path("x-kubernetes-preserve-unknown-fields").asBoolean() ? KEPT : BARE;
  }

  private static boolean isMap(JsonNode schema) {
    JsonNode additional = schema.path("additionalProperties");
    return schema.path("properties").isEmpty() && (additional.isObject() || additional.asBoolean());
  }

  private StructuralSchema element(JsonNode additional) {
    return additional.isObject() ? of(additional) : new StructuralSchema(BARE, Usage.PLAIN);
  }

  private Shape object(JsonNode schema, boolean embedded) {
    Map<String, StructuralSchema> properties = new TreeMap<>();
    schema
        .path("properties")
        .properties()
        .forEach(property -> properties.put(property.getKey(), of(property.getValue())));
    if (embedded) {
      properties.put("apiVersion", text);
      properties.put("kind", text);
      properties.put("metadata", metadata);
    }
    return new Shape(
        Type.OBJECT,
        "",
        Collections.unmodifiableMap(properties),
        List.of(),
        Optional.empty(),
        false,
        schema.path("x-kubernetes-preserve-unknown-fields").asBoolean());
  }

  private static Shape container(Type type, StructuralSchema element) {
    return new Shape(type, "", Map.of(), List.of(), Optional.of(element), false, false);
  }

  private static Shape leaf(Type type) {
    return new Shape(type, "", Map.of(), List.of(), Optional.empty(), false, false);
  }

  private static Usage usage(JsonNode schema) {
    List<String> keys = new ArrayList<>();
    schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
    return new Usage(
        listType(schema.path("x-kubernetes-list-type").asText("")),
        keys,
        schema.path("x-kubernetes-map-type").asText("").equals("atomic"),
        List.of(),
        "",
        schema.hasNonNull("default") ? Optional.of(schema.get("default")) : Optional.empty(),
        false,
        schema.path("nullable").asBoolean(),
        false);
  }

  private static Optional<ListType> listType(String said) {
    return switch (said) {
      case "set", "map", "atomic" -> Optional.of(ListType.valueOf(said.toUpperCase(Locale.ROOT)));
      default -> Optional.empty();
    };
  }
}
