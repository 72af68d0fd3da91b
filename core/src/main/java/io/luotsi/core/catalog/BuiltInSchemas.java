package io.luotsi.core.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.StructuralSchema.ListType;
import io.luotsi.core.catalog.StructuralSchema.Shape;
import io.luotsi.core.catalog.StructuralSchema.Type;
import io.luotsi.core.catalog.StructuralSchema.Usage;
import io.luotsi.schemas.Definition;
import io.luotsi.schemas.Definitions;
import io.luotsi.schemas.MergeRules;
import io.luotsi.schemas.Property;
import io.luotsi.schemas.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Upstream's own types as schemas, made from the generated definitions when first looked into. */
public final class BuiltInSchemas {
  private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
  private static final String MICRO_TIME = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";

  private final Definitions definitions;
  private final Map<String, Shape> shapes = new ConcurrentHashMap<>();

  private BuiltInSchemas(Definitions definitions) {
    this.definitions = definitions;
  }

  public static BuiltInSchemas load() {
    return new BuiltInSchemas(Definitions.load());
  }

  /** What the schemas are made of; OpenAPI documents are written from them. */
  public Definitions definitions() {
    return definitions;
  }

  /**
   * @param definition upstream's name: {@code io.k8s.api.core.v1.Pod}
   * @throws IllegalArgumentException when looked into, if there is none of that name
   */
  public StructuralSchema named(String definition) {
    return new StructuralSchema(() -> shape(definition), Usage.PLAIN);
  }

  private Shape shape(String name) {
    Shape known = shapes.get(name);
    return known != null ? known : shapes.computeIfAbsent(name, this::decode);
  }

  private Shape decode(String name) {
    Definition definition = definitions.get(name);
    return switch (definition.type()) {
      case ValueType.Struct() -> object(definition);
      case ValueType.Scalar(String type, String format) ->
          leaf(
              switch (name) {
                case QUANTITY -> Type.QUANTITY;
                case MICRO_TIME -> Type.MICRO_TIME;
                default -> scalar(type, format);
              },
              name);
      case ValueType.FreeForm() -> leaf(Type.FREE_FORM, name);
      case ValueType.Any() -> leaf(Type.ANY, name);
      case ValueType.Reference(String other) -> shape(other);
      case ValueType.ListOf(ValueType items) -> container(Type.ARRAY, items);
      case ValueType.MapOf(ValueType values) -> container(Type.MAP, values);
    };
  }

  private Shape object(Definition definition) {
    Map<String, StructuralSchema> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Property property : definition.properties()) {
      properties.put(property.name(), schema(property.type(), usage(property)));
      if (property.required()) {
        required.add(property.name());
      }
    }
    return new Shape(
        Type.OBJECT,
        definition.name(),
        Collections.unmodifiableMap(properties),
        List.copyOf(required),
        Optional.empty(),
        definition.mapType().equals("atomic"),
        false);
  }

  private StructuralSchema schema(ValueType type, Usage usage) {
    return switch (type) {
      case ValueType.Reference(String definition) ->
          new StructuralSchema(() -> shape(definition), usage);
      case ValueType.ListOf(ValueType items) ->
          new StructuralSchema(container(Type.ARRAY, items), usage);
      case ValueType.MapOf(ValueType values) ->
          new StructuralSchema(container(Type.MAP, values), usage);
      case ValueType.Scalar(String name, String format) ->
          new StructuralSchema(leaf(scalar(name, format), ""), usage);
      case ValueType.FreeForm() -> new StructuralSchema(leaf(Type.FREE_FORM, ""), usage);
      case ValueType.Any() -> new StructuralSchema(leaf(Type.ANY, ""), usage);
      case ValueType.Struct() -> throw new IllegalArgumentException("a struct needs a name");
    };
  }

  private Shape container(Type type, ValueType element) {
    return new Shape(
        type, "", Map.of(), List.of(), Optional.of(schema(element, Usage.PLAIN)), false, false);
  }

  private static Shape leaf(Type type, String definition) {
    return new Shape(type, definition, Map.of(), List.of(), Optional.empty(), false, false);
  }

  private static Type scalar(String type, String format) {
    return switch (type + ":" + format) {
      case "string:" -> Type.STRING;
      case "string:byte" -> Type.BYTES;
      case "string:date-time" -> Type.TIME;
      case "string:int-or-string" -> Type.INT_OR_STRING;
      case "integer:int32" -> Type.INT32;
      case "integer:int64" -> Type.INT64;
      case "number:double" -> Type.NUMBER;
      case "boolean:" -> Type.BOOLEAN;
      default -> throw new IllegalArgumentException("unknown scalar " + type + ":" + format);
    };
  }

  private static Usage usage(Property property) {
    MergeRules merge = property.merge();
    if (merge.equals(MergeRules.NONE) && property.defaultJson().isEmpty()) {
      return property.keepsEmpty() ? Usage.PLAIN : Usage.OPTIONAL;
    }
    return new Usage(
        merge.listType().isEmpty()
            ? Optional.empty()
            : Optional.of(ListType.valueOf(merge.listType().toUpperCase(Locale.ROOT))),
        merge.listMapKeys(),
        merge.mapType().equals("atomic"),
        merge.patchStrategies(),
        merge.patchMergeKey(),
        property.defaultJson().isEmpty()
            ? Optional.empty()
            : Optional.of(json(property.defaultJson())),
        property.defaultsZero(),
        false,
        !property.keepsEmpty());
  }

  private static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a default in the table is no JSON: " + text, e);
    }
  }
}
