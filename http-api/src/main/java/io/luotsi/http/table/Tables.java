package io.luotsi.http.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.catalog.TableColumns;
import io.luotsi.core.catalog.columns.WorkloadColumns;
import io.luotsi.http.codec.ListBody;
import io.luotsi.http.codec.PartialMetadata;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.Function;

/** Objects of one type as rows of upstream's {@code meta.k8s.io/v1 Table}. */
public final class Tables {
  /** What of an object comes with its row. */
  public enum Include {
    NONE,
    METADATA,
    OBJECT
  }

  private static final byte[] OBJECT = ",\"object\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "]}".getBytes(StandardCharsets.US_ASCII);

  private final TableColumns columns;
  private final Include include;
  private final InstantSource clock;

  public Tables(TableColumns columns, Include include, InstantSource clock) {
    this.columns = columns;
    this.include = include;
    this.clock = clock;
  }

  /** How what a target names is shown: as its kind, but for the scale of a built-in one. */
  public static TableColumns columns(Target target) {
    return target.subresource().equals("scale") && target.type().custom().isEmpty()
        ? WorkloadColumns.SCALES
        : target.type().columns();
  }

  /**
   * @param metadata of the list
   */
  public ListBody list(ObjectNode metadata) {
    return new ListBody(head(metadata, true), new byte[] {','}, END, this::row);
  }

  /** A table of one object. */
  public byte[] single(StoredObject object) {
    return single(object, true);
  }

  /** Tables of one row each for the events of a watch; only the first one has the columns. */
  public Function<StoredObject, byte[]> events() {
    return new Function<>() {
      private boolean said;

      @Override
      public byte[] apply(StoredObject object) {
        boolean first = !said;
        said = true;
        return single(object, first);
      }
    };
  }

  private byte[] single(StoredObject object, boolean withColumns) {
    ObjectNode metadata = Json.object();
    if (object.resourceVersion() > 0) { // what is stored nowhere has none
      metadata.put("resourceVersion", Long.toString(object.resourceVersion()));
    }
    ByteArrayOutputStream table = new ByteArrayOutputStream(1024);
    table.writeBytes(head(metadata, withColumns));
    table.writeBytes(row(object));
    table.writeBytes(END);
    return table.toByteArray();
  }

  private byte[] head(ObjectNode metadata, boolean withColumns) {
    ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
    table.set("metadata", metadata);
    ArrayNode definitions = Json.object().arrayNode();
    if (withColumns) {
      for (TableColumns.Column column : columns.columns()) {
        definitions
            .addObject()
            .put("name", column.name())
            .put("type", column.type())
            .put("format", column.format())
            .put("description", column.description())
            .put("priority", column.priority());
      }
    }
    table.set("columnDefinitions", definitions);
    byte[] whole = Json.write(table.put("rows", 0));
    // The rows follow instead of the placeholder.
    String text = new String(whole, StandardCharsets.UTF_8);
    return (text.substring(0, text.length() - 2) + "[").getBytes(StandardCharsets.UTF_8);
  }

  private byte[] row(StoredObject object) {
    ArrayNode cells = Json.object().arrayNode();
    for (JsonNode cell : columns.cells(Json.readObject(object.json()), clock.instant())) {
      cells.add(cell);
    }
    ObjectNode row = Json.object();
    row.set("cells", cells);
    byte[] head = Json.write(row);
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    out.write(head, 0, head.length - 1);
    switch (include) {
      case NONE -> {
        out.writeBytes(OBJECT);
        out.writeBytes("null".getBytes(StandardCharsets.US_ASCII));
      }
      case METADATA -> {
        out.writeBytes(OBJECT);
        out.writeBytes(PartialMetadata.of(object.json()));
      }
      case OBJECT -> {
        out.writeBytes(OBJECT);
        out.writeBytes(object.json());
      }
    }
    out.write('}');
    return out.toByteArray();
  }
}
