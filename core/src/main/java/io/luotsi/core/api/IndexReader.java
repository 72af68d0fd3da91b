package io.luotsi.core.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a {@link StoredObject}'s index off its bytes in one streaming pass, building no tree. */
final class IndexReader {
  private final SelectableFields fields;
  private final List<String> values;
  private String namespace = "";
  private String name = "";
  private String uid = "";
  private long version = -1;
  private int versionStart;
  private int versionEnd;
  private boolean deleting;
  private Map<String, String> labels = Map.of();
  private List<OwnerReference> owners = List.of();

  private IndexReader(SelectableFields fields) {
    this.fields = fields;
    this.values = fields.absentValues();
  }

  static StoredObject read(byte[] json, SelectableFields fields) {
    try (JsonParser parser = Json.mapper().createParser(json)) {
      IndexReader reader = new IndexReader(fields);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("not a JSON object");
      }
      reader.readObject(parser, "");
      return reader.finish(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private StoredObject finish(byte[] json) {
    if (name.isEmpty() || version < 0) {
      throw new IllegalArgumentException("no metadata.name or metadata.resourceVersion");
    }
    ObjectIndex index =
        new ObjectIndex(
            new ObjectKey(namespace, name), uid, labels, owners, deleting, fields, values);
    return new StoredObject(json, versionStart, versionEnd, version, index);
  }

  private void readObject(JsonParser parser, String path) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      String here = path.isEmpty() ? field : path + "." + field;
      JsonToken token = parser.nextToken();
      if (here.equals("metadata") && token == JsonToken.START_OBJECT) {
        readMetadata(parser);
      } else if (token == JsonToken.START_OBJECT && fields.anyBelow(here)) {
        readObject(parser, here);
      } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
        int position = fields.indexFrom(here);
        if (position >= 0) {
          values.set(position, parser.getText());
        }
      } else {
        parser.skipChildren();
      }
    }
  }

  private void readMetadata(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken token = parser.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (field) {
        case "name" -> name = parser.getText();
        case "namespace" -> namespace = parser.getText();
        case "uid" -> uid = parser.getText();
        case "deletionTimestamp" -> deleting = true;
        case "labels" -> labels = readLabels(parser);
        case "ownerReferences" -> owners = readOwners(parser);
        case "resourceVersion" -> {
          String digits = parser.getText();
          version = Long.parseLong(digits);
          versionStart = (int) parser.currentTokenLocation().getByteOffset() + 1;
          versionEnd = versionStart + digits.length();
        }
        default -> parser.skipChildren();
      }
    }
  }

  private static Map<String, String> readLabels(JsonParser parser) throws IOException {
    Map<String, String> labels = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      labels.put(key, parser.getText());
    }
    return Collections.unmodifiableMap(labels);
  }

  private static List<OwnerReference> readOwners(JsonParser parser) throws IOException {
    List<OwnerReference> owners = new ArrayList<>();
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      String apiVersion = "";
      String kind = "";
      String name = "";
      String uid = "";
      boolean controller = false;
      boolean blocks = false;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "apiVersion" -> apiVersion = parser.getText();
          case "kind" -> kind = parser.getText();
          case "name" -> name = parser.getText();
          case "uid" -> uid = parser.getText();
          case "controller" -> controller = parser.getValueAsBoolean();
          case "blockOwnerDeletion" -> blocks = parser.getValueAsBoolean();
          default -> parser.skipChildren();
        }
      }
      owners.add(new OwnerReference(apiVersion, kind, name, uid, controller, blocks));
    }
    return owners;
  }
}
