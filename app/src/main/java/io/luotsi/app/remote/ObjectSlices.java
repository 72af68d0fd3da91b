package io.luotsi.app.remote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.ObjectList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes whole objects out of what a server sends, byte for byte as they are stored, without
 * building a tree of anything.
 */
final class ObjectSlices {
  /**
   * A frame of a watch.
   *
   * @param object JSON
   */
  record Frame(String type, byte[] object) {}

  private ObjectSlices() {}

  /**
   * @throws IOException if it is no list
   */
  static ObjectList list(byte[] body, SelectableFields fields) throws IOException {
    long version = 0;
    List<StoredObject> items = new ArrayList<>();
    try (JsonParser parser = Json.mapper().createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken token = parser.nextToken();
        if (field.equals("metadata") && token == JsonToken.START_OBJECT) {
          version = version(parser);
        } else if (field.equals("items") && token == JsonToken.START_ARRAY) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            items.add(StoredObject.parse(slice(parser, body), fields));
          }
        } else {
          parser.skipChildren();
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("an item that is no stored object", e);
    }
    if (version < 1) {
      throw new IOException("no list: it has no resourceVersion");
    }
    return new ObjectList(version, items);
  }

  /**
   * @throws IOException if it is no frame
   */
  static Frame frame(byte[] line) throws IOException {
    String type = "";
    byte[] object = {};
    try (JsonParser parser = Json.mapper().createParser(line)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken token = parser.nextToken();
        if (field.equals("type")) {
          type = parser.getText();
        } else if (field.equals("object") && token == JsonToken.START_OBJECT) {
          object = slice(parser, line);
        } else {
          parser.skipChildren();
        }
      }
    }
    if (object.length == 0) {
      throw new IOException("no frame of a watch: it has no object");
    }
    return new Frame(type, object);
  }

  /** The object that the parser stands before; afterwards it stands behind it. */
  private static byte[] slice(JsonParser parser, byte[] whole) throws IOException {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    return Arrays.copyOfRange(whole, start, (int) parser.currentLocation().getByteOffset());
  }

  private static long version(JsonParser metadata) throws IOException {
    long version = 0;
    while (metadata.nextToken() == JsonToken.FIELD_NAME) {
      String field = metadata.currentName();
      metadata.nextToken();
      if (field.equals("resourceVersion")) {
        version = metadata.getValueAsLong(0);
      } else {
        metadata.skipChildren();
      }
    }
    return version;
  }
}
