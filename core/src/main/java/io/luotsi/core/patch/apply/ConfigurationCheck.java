package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.StructuralSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether an applied configuration fits its schema: no unknown field, no value of another type, no
 * item twice.
 *
 * @see "Source: structured-merge-diff typed/validate.go"
 */
final class ConfigurationCheck {
  private final List<String> problems = new ArrayList<>();

  private ConfigurationCheck() {}

  /**
   * @return empty if it fits, else all that is wrong in one text, as upstream words it
   */
  static Optional<String> problems(JsonNode config, StructuralSchema schema) {
    ConfigurationCheck check = new ConfigurationCheck();
    check.value("", config, schema);
    return switch (check.problems.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(check.problems.getFirst());
      default -> Optional.of("errors:\n  " + String.join("\n  ", check.problems));
    };
  }

  private void say(String path, String problem) {
    problems.add(path.isEmpty() ? problem : path + ": " + problem);
  }

  private void value(String path, JsonNode value, StructuralSchema schema) {
    if (value.isNull()) {
      return;
    }
    switch (schema.type()) {
      case OBJECT, MAP -> {
        if (value.isObject()) {
          fields(path, value, schema);
        } else {
          say(path, "expected map, got " + dumped(value));
        }
      }
      case ARRAY -> {
        if (value.isArray()) {
          items(path, value, schema);
        } else {
          say(path, "expected list, got " + dumped(value));
        }
      }
      case STRING, BYTES -> {
        if (!value.isTextual()) {
          say(path, "expected string, got &value.valueUnstructured{Value:" + value + "}");
        }
      }
      case INT32, INT64, NUMBER -> {
        if (!value.isNumber()) {
          say(path, "expected numeric (int or float), got " + goType(value));
        }
      }
      case BOOLEAN -> {
        if (!value.isBoolean()) {
          say(path, "expected boolean, got " + dumped(value));
        }
      }
      case TIME, MICRO_TIME, QUANTITY, INT_OR_STRING -> {
        if (value.isContainerNode()) {
          say(path, "expected any scalar, got " + dumped(value));
        }
      }
      case FREE_FORM, ANY -> {}
    }
  }

  private void fields(String path, JsonNode object, StructuralSchema schema) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String at = path + "." + field.getKey();
      Optional<StructuralSchema> type = Form.field(schema, field.getKey());
      if (type.isEmpty()) {
        say(at, "field not declared in schema");
        return;
      }
      value(at, field.getValue(), type.get());
    }
  }

  private void items(String path, JsonNode list, StructuralSchema schema) {
    boolean apart = Form.of(schema, list) == Form.ITEMS;
    Set<PathElement> seen = apart ? new TreeSet<>() : new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      JsonNode item = list.get(i);
      Optional<PathElement> at =
          apart ? Form.item(schema, item) : Optional.of(new PathElement.Index(i));
      if (at.isEmpty()) {
        say(path, "element " + i + ": " + Form.problem(schema, item));
        return;
      }
      if (!seen.add(at.get())) {
        say(path, "duplicate entries for key " + at.get().printed());
      }
      value(path + at.get().printed(), item, schema.element());
    }
  }

  /** As Go prints a pointer to a struct of one field. */
  private static String dumped(JsonNode value) {
    return "&{" + (value.isTextual() ? value.textValue() : value.toString()) + "}";
  }

  private static String goType(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case BOOLEAN -> "bool";
      case OBJECT -> "map[string]interface {}";
      case ARRAY -> "[]interface {}";
      case NUMBER, NULL, MISSING, BINARY, POJO -> "interface {}";
    };
  }
}
