package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Rejection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a client's JSON into an object of its schema, as upstream's decoding into Go types does, in
 * one pass: types are checked, unknown fields removed and reported, nulls and the empty lists and
 * maps of optional fields taken for absent, dates and quantities brought into canonical form. Fills
 * in no defaults; {@link Defaulting} does.
 *
 * <p>No path is spelled out unless something is wrong with it.
 */
public final class Decoding {
  /** What became of an object. */
  public sealed interface Result {
    /**
     * The object has been changed in place.
     *
     * @param unknownFields in document order, in upstream's words: {@code unknown field "spec.foo"}
     */
    record Decoded(List<String> unknownFields) implements Result {
      public Decoded {
        unknownFields = List.copyOf(unknownFields);
      }
    }

    /**
     * The object has a value of a wrong type, and is in no state to be used.
     *
     * @param error in upstream's words: {@code json: cannot unmarshal string into Go struct field
     *     DeploymentSpec.spec.replicas of type int32}
     */
    record Malformed(String error) implements Result {}
  }

  /** Upstream reports no more than this of one object. */
  private static final int MOST_UNKNOWN_FIELDS = 100;

  private static final int USUAL_DEPTH = 16;

  private final StructuralSchema root;
  private final List<String> unknownFields = new ArrayList<>(0);
  private Optional<String> error = Optional.empty();
  private Object[] path = new Object[USUAL_DEPTH];
  private int depth;

  private Decoding(StructuralSchema root) {
    this.root = root;
  }

  /**
   * Changes {@code object} in place.
   *
   * @param schema of a whole object
   */
  public static Result decode(ObjectNode object, StructuralSchema schema) {
    Decoding decoding = new Decoding(schema);
    decoding.object(object, schema);
    return decoding
        .error
        .<Result>map(Result.Malformed::new)
        .orElseGet(() -> new Result.Decoded(decoding.unknownFields));
  }

  /**
   * How a request is refused whose body does not decode.
   *
   * @param error that of {@link Result.Malformed}, or {@code strict decoding error: } and the
   *     complaints joined by commas
   */
  public static Rejection.BadRequest refusal(GroupVersionKind kind, String error) {
    return new Rejection.BadRequest(
        "%s in version \"%s\" cannot be handled as a %s: %s"
            .formatted(kind.kind(), kind.version(), kind.kind(), error));
  }

  private void object(ObjectNode object, StructuralSchema schema) {
    Map<String, StructuralSchema> properties = schema.properties();
    Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      StructuralSchema property = properties.get(field.getKey());
      JsonNode value = field.getValue();
      if (property == null) {
        if (!schema.preservesUnknown()) {
          unknown(field.getKey());
          fields.remove();
        }
      } else if (value.isNull()) {
        if (!property.nullable()) {
          fields.remove();
        }
      } else {
        push(field.getKey());
        JsonNode decoded = value(value, property, schema);
        depth--;
        if (decoded != value) {
          field.setValue(decoded);
        } else if (isOmitted(value, property)) {
          fields.remove();
        }
      }
    }
  }

  /** Go's omitempty: structs are never empty. */
  private static boolean isOmitted(JsonNode value, StructuralSchema schema) {
    return value.isContainerNode()
        && value.isEmpty()
        && schema.omitsEmpty()
        && (schema.type() == StructuralSchema.Type.ARRAY
            || schema.type() == StructuralSchema.Type.MAP);
  }

  /**
   * @param owner the innermost object with named properties, which errors name
   * @return the same value, or its canonical form
   */
  private JsonNode value(JsonNode value, StructuralSchema schema, StructuralSchema owner) {
    if (!fits(value, schema.type())) {
      wrongType(value, schema, owner);
      return value;
    }
    return switch (schema.type()) {
      case OBJECT -> {
        object((ObjectNode) value, schema);
        yield value;
      }
      case MAP -> {
        map((ObjectNode) value, schema.element(), owner);
        yield value;
      }
      case ARRAY -> {
        array((ArrayNode) value, schema.element(), owner);
        yield value;
      }
      case BYTES -> canonical(value, Scalars.base64(value.textValue()));
      case TIME -> canonical(value, Scalars.time(value.textValue()));
      case MICRO_TIME -> canonical(value, Scalars.microTime(value.textValue()));
      case QUANTITY -> canonical(value, Scalars.quantity(quantityText(value)));
      case STRING, INT_OR_STRING, INT32, INT64, NUMBER, BOOLEAN, FREE_FORM, ANY -> value;
    };
  }

  /** Whether Go would take the JSON value for one of the type, whatever its text is. */
  private static boolean fits(JsonNode value, StructuralSchema.Type type) {
    return switch (type) {
      case OBJECT, MAP -> value.isObject();
      case ARRAY -> value.isArray();
      case STRING, BYTES, TIME, MICRO_TIME -> value.isTextual();
      case INT_OR_STRING -> value.isTextual() || isInt(value);
      case INT32 -> isInt(value);
      case INT64 -> value.isIntegralNumber() && value.canConvertToLong();
      case NUMBER -> value.isNumber();
      case BOOLEAN -> value.isBoolean();
      case QUANTITY, FREE_FORM, ANY -> true;
    };
  }

  private static boolean isInt(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt();
  }

  /** A quantity reads whatever there is as its text, and says itself what is wrong with it. */
  private static String quantityText(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }

  private void map(ObjectNode map, StructuralSchema element, StructuralSchema owner) {
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      JsonNode value = entry.getValue();
      push(entry.getKey());
      JsonNode decoded = value.isNull() ? zero(element) : mapped(value, element, owner);
      depth--;
      if (decoded != value) {
        entry.setValue(decoded);
      }
    }
  }

  /** Upstream's maps of quantities are amounts of resources, of which it keeps thousandths. */
  private JsonNode mapped(JsonNode value, StructuralSchema element, StructuralSchema owner) {
    return element.type() == StructuralSchema.Type.QUANTITY
        ? canonical(value, Scalars.resourceAmount(quantityText(value)))
        : value(value, element, owner);
  }

  private void array(ArrayNode array, StructuralSchema element, StructuralSchema owner) {
    for (int i = 0; i < array.size(); i++) {
      JsonNode value = array.get(i);
      push(i);
      JsonNode decoded = value.isNull() ? zero(element) : value(value, element, owner);
      depth--;
      if (decoded != value) {
        array.set(i, decoded);
      }
    }
  }

  /** What Go leaves in a list or a map where the text says null. */
  private static JsonNode zero(StructuralSchema schema) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (schema.type()) {
      case OBJECT, MAP, FREE_FORM -> json.objectNode();
      case ARRAY -> json.arrayNode();
      case STRING, BYTES -> json.textNode("");
      case QUANTITY -> json.textNode("0");
      case INT_OR_STRING, INT32, INT64, NUMBER -> json.numberNode(0);
      case BOOLEAN -> json.booleanNode(false);
      case TIME, MICRO_TIME, ANY -> json.nullNode();
    };
  }

  private JsonNode canonical(JsonNode value, Scalars.Parsed parsed) {
    return switch (parsed) {
      case Scalars.Canonical(String text) ->
          value.isTextual() && text.equals(value.textValue()) ? value : new TextNode(text);
      case Scalars.Wrong(String why) -> {
        wrong(why);
        yield value;
      }
    };
  }

  private void push(Object step) {
    if (depth == path.length) {
      path = Arrays.copyOf(path, 2 * depth);
    }
    path[depth++] = step;
  }

  private void unknown(String field) {
    if (unknownFields.size() < MOST_UNKNOWN_FIELDS) {
      push(field);
      unknownFields.add("unknown field \"" + spelledPath() + "\"");
      depth--;
    }
  }

  private String spelledPath() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      switch (path[i]) {
        case Integer index -> text.append('[').append(index).append(']');
        case Object name -> text.append(i == 0 ? "" : ".").append(name);
      }
    }
    return text.toString();
  }

  private void wrong(String why) {
    if (error.isEmpty()) {
      error = Optional.of(why);
    }
  }

  private void wrongType(JsonNode value, StructuralSchema schema, StructuralSchema owner) {
    wrong(
        "json: cannot unmarshal %s into Go struct field %s.%s of type %s"
            .formatted(
                GoTypes.valueName(value, schema),
                owner.goName(),
                fieldsOnPath(),
                GoTypes.name(schema)));
  }

  /** Go counts only the fields of structs, not indices and keys. */
  private String fieldsOnPath() {
    List<String> fields = new ArrayList<>();
    StructuralSchema at = root;
    for (int i = 0; i < depth; i++) {
      if (at.type() == StructuralSchema.Type.OBJECT) {
        fields.add(path[i].toString());
        at = at.property(path[i].toString()).orElseThrow();
      } else {
        at = at.element();
      }
    }
    return String.join(".", fields);
  }
}
