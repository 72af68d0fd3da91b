package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/** Shows objects of a version as those that they are stored as. */
record ConvertedColumns(TableColumns stored, Conversion conversion) implements TableColumns {
  @Override
  public List<Column> columns() {
    return stored.columns();
  }

  @Override
  public List<JsonNode> cells(ObjectNode object, Instant now) {
    return stored.cells(conversion.toStored(object), now);
  }

  @Override
  public List<RowCondition> conditions(ObjectNode object) {
    return stored.conditions(conversion.toStored(object));
  }
}
