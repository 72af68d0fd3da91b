package io.luotsi.core.catalog.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.TableColumns;
import io.luotsi.core.catalog.columns.HumanDuration;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * The name, and what a definition says under {@code additionalPrinterColumns}; the age where it
 * says nothing.
 *
 * @see "Source: apiextensions-apiserver pkg/registry/customresource/tableconvertor"
 */
final class CustomColumns implements TableColumns {
  private record Cell(JsonPath path, String type) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<Cell> cells = new ArrayList<>();

  private CustomColumns() {
    columns.add(TableColumns.DEFAULT.columns().getFirst());
  }

  /**
   * @param said as the version says it; columns behind one whose path is none are left out
   */
  static CustomColumns of(JsonNode said) {
    CustomColumns table = new CustomColumns();
    if (said.isEmpty()) {
      String description = TableColumns.DEFAULT.columns().getLast().description();
      table.columns.add(new Column("Age", "date", "", description, 0));
      table.cells.add(new Cell(JsonPath.parse(".metadata.creationTimestamp"), "date"));
    }
    for (JsonNode column : said) {
      String path = column.path("jsonPath").asText("");
      try {
        table.cells.add(new Cell(JsonPath.parse(path), column.path("type").asText("")));
      } catch (IllegalArgumentException e) {
        break; // as upstream, which shows what stands before it
      }
      String description = column.path("description").asText("");
      table.columns.add(
          new Column(
              column.path("name").asText(""),
              column.path("type").asText(""),
              column.path("format").asText(""),
              description.isEmpty()
                  ? "Custom resource definition column (in JSONPath format): " + path
                  : description,
              column.path("priority").asInt()));
    }
    return table;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public List<JsonNode> cells(ObjectNode object, Instant now) {
    List<JsonNode> nodes = new ArrayList<>(columns.size());
    nodes.add(JsonNodeFactory.instance.textNode(object.at("/metadata/name").asText()));
    for (Cell cell : cells) {
      List<JsonNode> found = cell.path().find(object);
      nodes.add(found.isEmpty() ? NullNode.instance : shown(found.getFirst(), cell.type(), now));
    }
    return nodes;
  }

  private static JsonNode shown(JsonNode value, String type, Instant now) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (type.equals("string")) {
      return json.textNode(value.isTextual() ? value.textValue() : printed(value));
    }
    boolean fits =
        switch (type) {
          case "integer", "number" -> value.isNumber();
          case "boolean" -> value.isBoolean();
          case "date" -> value.isTextual();
          default -> false;
        };
    if (!fits) {
      return NullNode.instance;
    }
    return switch (type) {
      case "integer" -> json.numberNode(value.longValue());
      case "date" -> json.textNode(age(value.textValue(), now));
      default -> value;
    };
  }

  /** Lists and objects as their JSON, nothing for null. */
  private static String printed(JsonNode value) {
    return value.isNull() ? "<nil>" : value.toString();
  }

  private static String age(String date, Instant now) {
    if (date.isEmpty()) {
      return "<unknown>";
    }
    try {
      return HumanDuration.of(Duration.between(OffsetDateTime.parse(date).toInstant(), now));
    } catch (DateTimeException e) {
      return "<invalid>";
    }
  }
}
