package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.StructuralSchema.Type;
import java.util.Map;
import java.util.Set;

/**
 * What upstream's JSON of an object looks like that nobody has filled in: in Go, structs that are
 * no pointers and fields that are not left out when empty are there all the same. A new object
 * differs from this, not from nothing, and managedFields shows it.
 */
public final class ZeroObjects {
  /**
   * Fields that hold a struct by value though no schema requires them; every kind that has one of
   * these names uses it so.
   */
  private static final Set<String> STRUCTS =
      Set.of(
          "metadata",
          "spec",
          "status",
          "template",
          "strategy",
          "updateStrategy",
          "loadBalancer",
          "nodeInfo",
          "daemonEndpoints",
          "kubeletEndpoint");

  private ZeroObjects() {}

  /** A new tree; without any field for a custom type, which Go has no struct for. */
  public static ObjectNode of(StructuralSchema schema) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    if (schema.definition().isEmpty()) {
      return object;
    }
    for (Map.Entry<String, StructuralSchema> property : schema.properties().entrySet()) {
      StructuralSchema type = property.getValue();
      String name = property.getKey();
      boolean required = schema.required().contains(name);
      if (type.type() == Type.OBJECT
          && !type.atomic()
          && (required || STRUCTS.contains(name) || isEmptyStruct(type))) {
        object.set(name, of(type));
      } else if (required) {
        object.set(name, zero(type));
      } else if (type.defaultValue().filter(ZeroObjects::isEmptyText).isPresent()) {
        object.put(name, "");
      }
    }
    return object;
  }

  /** By the table's rule, what upstream always writes has an empty default. */
  private static boolean isEmptyStruct(StructuralSchema type) {
    return type.defaultValue().filter(value -> value.isObject() && value.isEmpty()).isPresent()
        && !type.goName().equals("PodSecurityContext"); // a pointer that is defaulted
  }

  private static boolean isEmptyText(JsonNode value) {
    return value.isTextual() && value.textValue().isEmpty();
  }

  private static JsonNode zero(StructuralSchema type) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (type.type()) {
      case STRING -> json.textNode("");
      case QUANTITY -> json.textNode("0");
      case INT32, INT64, NUMBER, INT_OR_STRING -> json.numberNode(0);
      case BOOLEAN -> json.booleanNode(false);
      case OBJECT, MAP, ARRAY, BYTES, TIME, MICRO_TIME, FREE_FORM, ANY -> json.nullNode();
    };
  }
}
