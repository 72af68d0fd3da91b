package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** JSON that somebody keeps inside a field, complained of as Go's decoder does. */
final class GoJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private GoJson() {}

  /** Why it is no object; null is one without members. */
  static Optional<String> notObject(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    try {
      JsonNode value = MAPPER.readTree(text);
      if (value.isMissingNode()) {
        return Optional.of("unexpected end of JSON input");
      }
      if (value.isObject() || value.isNull()) {
        return Optional.empty();
      }
      String type =
          value.isBoolean() ? "bool" : value.getNodeType().name().toLowerCase(Locale.ROOT);
      return Optional.of(
          "json: cannot unmarshal " + type + " into Go value of type map[string]interface {}");
    } catch (JsonEOFException e) {
      return Optional.of("unexpected end of JSON input");
    } catch (JsonProcessingException e) {
      return Optional.of(
          "invalid character '" + wrong(text, e) + "' looking for beginning of value");
    }
  }

  /** Where Jackson stopped it has read a whole word; Go stops at its first letter. */
  private static String wrong(String text, JsonProcessingException e) {
    int at = Math.clamp(e.getLocation().getCharOffset(), 0, text.length() - 1);
    while (at > 0 && Character.isLetterOrDigit(text.charAt(at - 1))) {
      at--;
    }
    return text.substring(at, at + 1);
  }
}
