package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.patch.apply.PathElement.KeyField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sets of fields as managedFields has them: a trie whose keys begin with {@code f:}, {@code k:},
 * {@code v:} or {@code i:}; {@code "."} marks a path that is in the set and goes on.
 *
 * @see "Source: structured-merge-diff fieldpath/serialize.go, serialize-pe.go"
 */
final class FieldsV1 {
  private static final String SELF = ".";

  /** Most of what is written; an object each would be most of the cost. */
  private static final ObjectNode LEAF = JsonNodeFactory.instance.objectNode();

  private static final ObjectReader READER =
      Json.mapper().readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private FieldsV1() {}

  /** Carries what is wrong out of the recursion. */
  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * @param fields anything that a client may have sent
   * @return empty if it is no set of fields
   */
  static Optional<FieldSet> read(JsonNode fields) {
    try {
      return Optional.of(fields instanceof ObjectNode object ? below(object) : FieldSet.EMPTY);
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  private static FieldSet below(ObjectNode object) throws Malformed {
    if (object.isEmpty()) {
      return FieldSet.EMPTY;
    }
    List<FieldSet.Node> nodes = new ArrayList<>(object.size());
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (!entry.getKey().equals(SELF)) {
        Optional<PathElement> element = element(entry.getKey());
        if (element.isPresent()) {
          nodes.add(node(element.get(), entry.getValue()));
        }
      }
    }
    return FieldSet.of(nodes);
  }

  private static FieldSet.Node node(PathElement element, JsonNode value) throws Malformed {
    FieldSet below = value instanceof ObjectNode object ? below(object) : FieldSet.EMPTY;
    return new FieldSet.Node(element, value.has(SELF) || below.isEmpty(), below);
  }

  /** Empty for a kind of step that a later version may know. */
  private static Optional<PathElement> element(String text) throws Malformed {
    if (text.length() < 2 || text.charAt(1) != ':') {
      throw new Malformed("missing colon: " + text);
    }
    String rest = text.substring(2);
    return switch (text.charAt(0)) {
      case 'f' -> Optional.of(new PathElement.Name(rest));
      case 'v' -> Optional.of(new PathElement.Value(json(rest)));
      case 'k' -> Optional.of(key(rest));
      case 'i' -> Optional.of(new PathElement.Index(index(rest)));
      default -> Optional.empty();
    };
  }

  private static PathElement key(String text) throws Malformed {
    if (!(json(text) instanceof ObjectNode object)) {
      throw new Malformed("no key: " + text);
    }
    List<KeyField> fields = new ArrayList<>(object.size());
    object
        .properties()
        .forEach(field -> fields.add(new KeyField(field.getKey(), field.getValue())));
    return new PathElement.Key(fields);
  }

  private static JsonNode json(String text) throws Malformed {
    try {
      JsonNode value = READER.readTree(text);
      if (value.isMissingNode()) {
        throw new Malformed("no value");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new Malformed(e.getOriginalMessage());
    }
  }

  private static int index(String text) throws Malformed {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new Malformed("no index: " + text);
    }
  }

  /** Whether a written set has some of the paths; read no further than these go. */
  static boolean touches(JsonNode fields, FieldSet paths) {
    for (FieldSet.Node node : paths.nodes()) {
      JsonNode below = fields.path(text(node.element()));
      if (node.member() && isMember(below) || touches(below, node.below())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a written set has all of the paths; read no further than these go. */
  static boolean hasAll(JsonNode fields, FieldSet paths) {
    for (FieldSet.Node node : paths.nodes()) {
      JsonNode below = fields.path(text(node.element()));
      if (node.member() && !isMember(below) || !hasAll(below, node.below())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMember(JsonNode below) {
    return below.isObject() && (below.isEmpty() || below.has(SELF));
  }

  /** What is written shares its leaves with all others: not to be changed. */
  static ObjectNode write(FieldSet set) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    write(set, object);
    return object;
  }

  private static void write(FieldSet set, ObjectNode object) {
    for (FieldSet.Node node : set.nodes()) {
      if (node.below().isEmpty()) {
        object.set(text(node.element()), LEAF);
      } else {
        ObjectNode below = object.putObject(text(node.element()));
        if (node.member()) {
          below.set(SELF, LEAF);
        }
        write(node.below(), below);
      }
    }
  }

  private static String text(PathElement element) {
    return switch (element) {
      case PathElement.Name(String name) -> "f:" + name;
      case PathElement.Key(List<KeyField> fields) -> keyText(fields);
      case PathElement.Value(JsonNode value) -> jsonText(new StringBuilder("v:"), value).toString();
      case PathElement.Index(int index) -> "i:" + index;
    };
  }

  private static String keyText(List<KeyField> fields) {
    StringBuilder text = new StringBuilder("k:{");
    for (KeyField field : fields) {
      if (text.length() > 3) {
        text.append(',');
      }
      quote(text, field.name());
      jsonText(text.append(':'), field.value());
    }
    return text.append('}').toString();
  }

  private static StringBuilder jsonText(StringBuilder text, JsonNode value) {
    return value.isTextual() ? quote(text, value.textValue()) : text.append(value);
  }

  /** As Go's JSON does by default: safe to stand in HTML. */
  private static StringBuilder quote(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '<', '>', '&', '\u2028', '\u2029' -> text.append("\\u%04x".formatted((int) c));
        default -> {
          if (c < 0x20) {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    return text.append('"');
  }
}
