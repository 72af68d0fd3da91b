package io.luotsi.core.catalog.columns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.TableColumns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Columns as one line each, and one function that gives the cells of a row: texts, whole numbers
 * and truth values.
 */
final class KindTable implements TableColumns {
  private final List<Column> columns;
  private final Function<Row, List<Object>> cells;
  private final Function<Row, List<RowCondition>> conditions;

  private KindTable(
      List<Column> columns,
      Function<Row, List<Object>> cells,
      Function<Row, List<RowCondition>> conditions) {
    this.columns = columns;
    this.cells = cells;
    this.conditions = conditions;
  }

  /**
   * @param columns {@code Name}, {@code Desired:integer}, {@code Selector/p1}: a name, then the
   *     type if it is no string, then the priority if it is not 0
   * @param cells a String, a Long or a Boolean for each column
   */
  static KindTable of(List<String> columns, Function<Row, List<Object>> cells) {
    return new KindTable(columns.stream().map(KindTable::column).toList(), cells, row -> List.of());
  }

  KindTable withConditions(Function<Row, List<RowCondition>> of) {
    return new KindTable(columns, cells, of);
  }

  private static Column column(String line) {
    int priority = line.endsWith("/p1") ? 1 : 0;
    String rest = priority == 0 ? line : line.substring(0, line.length() - "/p1".length());
    int colon = rest.indexOf(':');
    String name = colon < 0 ? rest : rest.substring(0, colon);
    return new Column(
        name,
        colon < 0 ? "string" : rest.substring(colon + 1),
        name.equals("Name") ? "name" : "",
        description(name),
        priority);
  }

  private static String description(String name) {
    return switch (name) {
      case "Name" -> TableColumns.DEFAULT.columns().getFirst().description();
      case "Age" -> TableColumns.DEFAULT.columns().getLast().description();
      default -> "";
    };
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public List<JsonNode> cells(ObjectNode object, Instant now) {
    List<JsonNode> nodes = new ArrayList<>(columns.size());
    for (Object cell : cells.apply(new Row(object, now))) {
      nodes.add(
          switch (cell) {
            case Long number -> JsonNodeFactory.instance.numberNode(number);
            case Boolean truth -> JsonNodeFactory.instance.booleanNode(truth);
            case Object text -> JsonNodeFactory.instance.textNode(text.toString());
          });
    }
    return nodes;
  }

  @Override
  public List<RowCondition> conditions(ObjectNode object) {
    return conditions.apply(new Row(object, Instant.EPOCH));
  }
}
