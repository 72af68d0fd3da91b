package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/** How {@code kubectl get} shows objects of a kind: upstream's server-side tables. */
public interface TableColumns {
  /**
   * @param type {@code string}, {@code integer}, {@code boolean}, {@code date} …
   * @param format {@code name} for the first column, else mostly empty
   * @param priority 0 is always shown, more only by {@code -o wide}
   */
  record Column(String name, String type, String format, String description, int priority) {}

  /** Something that holds of a whole row: {@code Completed} of a pod that has ended. */
  record RowCondition(String type, String status, String reason, String message) {}

  /** Upstream's columns of kinds that have none of their own: name and time of creation. */
  TableColumns DEFAULT =
      new TableColumns() {
        private final List<Column> columns =
            List.of(
                new Column(
                    "Name",
                    "string",
                    "name",
                    "Name must be unique within a namespace. Is required when creating resources,"
                        + " although some resources may allow a client to request the generation of"
                        + " an appropriate name automatically.",
                    0),
                new Column(
                    "Created At",
                    "date",
                    "",
                    "CreationTimestamp is a timestamp representing the server time when this"
                        + " object was created.",
                    0));

        @Override
        public List<Column> columns() {
          return columns;
        }

        @Override
        public List<JsonNode> cells(ObjectNode object, Instant now) {
          JsonNode metadata = object.path("metadata");
          JsonNodeFactory json = JsonNodeFactory.instance;
          return List.of(
              json.textNode(metadata.path("name").asText()),
              json.textNode(metadata.path("creationTimestamp").asText()));
        }
      };

  /** In the order of the cells, those for {@code -o wide} included. */
  List<Column> columns();

  /**
   * One cell a column.
   *
   * @param object a whole object of the kind, as stored
   * @param now for ages
   */
  List<JsonNode> cells(ObjectNode object, Instant now);

  /** What a row says besides its cells; mostly nothing. */
  default List<RowCondition> conditions(ObjectNode object) {
    return List.of();
  }
}
