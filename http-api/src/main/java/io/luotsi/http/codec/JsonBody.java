package io.luotsi.http.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.io.IOException;
import java.util.List;

/** JSON from strangers: as a tree, with the fields that were given twice. */
final class JsonBody {
  private static final int MAX_DUPLICATES = 100;

  /** Of all paths that are spelled out: names from strangers may be as long as they like. */
  static final int MOST_CHARACTERS = 1024 * 1024;

  // Names from strangers are not interned: a body full of new ones would stay in the JVM's table.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(Json.MAX_DEPTH).build())
          .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonParser parser;
  private final List<String> duplicates;
  private int spelled;

  private JsonBody(JsonParser parser, List<String> duplicates) {
    this.parser = parser;
    this.duplicates = duplicates;
  }

  /**
   * @param duplicates gets the paths of fields that were given twice; the last one wins
   */
  static JsonNode read(byte[] bytes, List<String> duplicates) throws MalformedBodyException {
    try (JsonParser parser = parser(bytes)) {
      JsonBody body = new JsonBody(parser, duplicates);
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new MalformedBodyException("unexpected end of JSON input");
      }
      JsonNode node = body.value(first);
      if (parser.nextToken() != null) {
        throw new MalformedBodyException(
            "invalid character "
                + characterAt(bytes, parser.currentTokenLocation().getByteOffset())
                + " after top-level value");
      }
      return node;
    } catch (JsonEOFException e) {
      throw new MalformedBodyException("unexpected end of JSON input");
    } catch (StreamConstraintsException e) {
      throw new MalformedBodyException(
          e.getMessage().contains("depth") ? "exceeded max depth" : e.getOriginalMessage());
    } catch (JsonParseException e) {
      throw new MalformedBodyException(
          "invalid character "
              + characterAt(bytes, e.getLocation().getByteOffset())
              + ": "
              + e.getOriginalMessage());
    } catch (IOException e) {
      throw new MalformedBodyException("invalid encoding: " + e.getMessage());
    }
  }

  /** Reads with the limits that all JSON from strangers has. */
  static JsonParser parser(byte[] bytes) throws IOException {
    return FACTORY.createParser(bytes);
  }

  private JsonNode value(JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            // Go reads integers that do not fit as floating-point numbers.
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL ->
                NODES.numberNode(parser.getDoubleValue());
          };
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case FIELD_NAME, END_OBJECT, END_ARRAY, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IllegalStateException("a value cannot begin with " + token);
    };
  }

  private ObjectNode object() throws IOException {
    ObjectNode object = NODES.objectNode();
    String name;
    while ((name = parser.nextFieldName()) != null) {
      JsonNode before = object.replace(name, value(parser.nextToken()));
      if (before != null && duplicates.size() < MAX_DUPLICATES && spelled < MOST_CHARACTERS) {
        String path = path(parser.getParsingContext());
        spelled += path.length();
        duplicates.add(path);
      }
    }
    return object;
  }

  private ArrayNode array() throws IOException {
    ArrayNode array = NODES.arrayNode();
    JsonToken token;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      array.add(value(token));
    }
    return array;
  }

  /** Of the field whose name was read last, or of the item that is read. */
  static String path(JsonStreamContext context) {
    StringBuilder path = new StringBuilder();
    for (JsonStreamContext here = context; !here.inRoot(); here = here.getParent()) {
      if (here.inArray()) {
        path.insert(0, "[" + here.getCurrentIndex() + "]");
      } else if (here.getCurrentName() != null) {
        path.insert(0, "." + here.getCurrentName());
      }
    }
    return path.isEmpty() || path.charAt(0) != '.' ? path.toString() : path.substring(1);
  }

  private static String characterAt(byte[] bytes, long offset) {
    if (offset < 0 || offset >= bytes.length) {
      return "at the end";
    }
    int character = bytes[(int) offset] & 0xff;
    return character >= 0x20 && character < 0x7f
        ? "'" + (char) character + "'"
        : String.format("'\\x%02x'", character);
  }
}
