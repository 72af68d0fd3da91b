package io.luotsi.core.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * JSON as we read and write it inside: bytes that were checked when they came in. Reading a
 * client's body, with its limits and field errors, is {@code http.codec}'s work.
 */
public final class Json {
  /** Nesting deeper than this is refused wherever JSON is read (upstream refuses at 10,000). */
  public static final int MAX_DEPTH = 1_000;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * @throws IllegalArgumentException if {@code json} is not one JSON object (a caller's bug)
   */
  public static ObjectNode readObject(byte[] json) {
    try {
      return switch (MAPPER.readTree(json)) {
        case ObjectNode object -> object;
        default -> throw new IllegalArgumentException("not a JSON object");
      };
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A typed view, unknown fields left out. Never write one back: patch instead. */
  public static <T> T readAs(byte[] json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public static <T> T convert(JsonNode json, Class<T> type) {
    return MAPPER.convertValue(json, type);
  }

  /** A record or a fabric8 model as JSON. */
  public static ObjectNode objectOf(Object typed) {
    return MAPPER.valueToTree(typed);
  }

  public static byte[] write(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A copy with every whole number in the one form that reading bytes gives it. Trees made in
   * process hold {@code 1} as an int or a long, as the caller's types were, and Jackson calls the
   * two unequal: without this a write that changes nothing would look like a change.
   */
  public static JsonNode asRead(JsonNode made) {
    return switch (made) {
      case ObjectNode object -> {
        ObjectNode copy = MAPPER.createObjectNode();
        object.properties().forEach(field -> copy.set(field.getKey(), asRead(field.getValue())));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = MAPPER.createArrayNode();
        array.forEach(element -> copy.add(asRead(element)));
        yield copy;
      }
      case NumericNode number when number.isIntegralNumber() && number.canConvertToInt() ->
          IntNode.valueOf(number.intValue());
      case NumericNode number when number.isIntegralNumber() && number.canConvertToLong() ->
          LongNode.valueOf(number.longValue());
      default -> made;
    };
  }

  /** The mapper itself, for streaming readers and writers. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }
}
