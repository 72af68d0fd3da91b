package io.luotsi.http.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * One YAML document from strangers, as the JSON tree it stands for. Scalars mean what they mean to
 * upstream's reader (YAML 1.1 booleans included).
 */
final class YamlBody {
  /** Nodes of a document after its aliases are put in; a bomb has more, an honest one never. */
  private static final int MAX_NODES = 1_000_000;

  private static final int MAX_DEPTH = 500;

  /** Keys that are there twice are reported so often, and then no more. */
  private static final int MAX_DUPLICATES = 1_000;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9_]*)");
  private static final Pattern RADIX_INTEGER =
      Pattern.compile("([-+]?)0(?:x([0-9a-fA-F_]+)|b([01_]+)|o?([0-7_]+))");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  private record Anchored(JsonNode node, int size) {}

  private final Iterator<Event> events;
  private final List<String> duplicates;
  private final Map<Anchor, Anchored> anchors = new HashMap<>();
  private int nodes;

  private YamlBody(Iterator<Event> events, List<String> duplicates) {
    this.events = events;
    this.duplicates = duplicates;
  }

  /**
   * @param duplicates gets what upstream says of each key that is there twice: its line
   * @return objects have their fields in the order of their names, as upstream's
   */
  static JsonNode read(byte[] bytes, List<String> duplicates) throws MalformedBodyException {
    LoadSettings settings =
        LoadSettings.builder().setCodePointLimit(Math.max(bytes.length, 1)).build();
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
      return new YamlBody(new Parse(settings).parseString(text).iterator(), duplicates).document();
    } catch (CharacterCodingException e) {
      throw new MalformedBodyException("yaml: invalid leading UTF-8 octet");
    } catch (YamlEngineException e) {
      throw new MalformedBodyException("yaml: " + e.getMessage().lines().findFirst().orElse(""));
    }
  }

  private JsonNode document() throws MalformedBodyException {
    JsonNode root = NODES.nullNode();
    boolean seen = false;
    while (events.hasNext()) {
      Event event = events.next();
      switch (event.getEventId()) {
        case StreamStart, StreamEnd, DocumentStart, DocumentEnd, Comment -> {}
        case Alias, MappingEnd, MappingStart, Scalar, SequenceEnd, SequenceStart -> {
          if (seen) {
            throw new MalformedBodyException("yaml: more than one document");
          }
          root = node(event, 0);
          seen = true;
        }
      }
    }
    return root;
  }

  private JsonNode node(Event event, int depth) throws MalformedBodyException {
    if (depth > MAX_DEPTH) {
      throw new MalformedBodyException("exceeded max depth");
    }
    int before = nodes;
    count(1);
    Optional<Anchor> anchor;
    JsonNode node;
    if (event instanceof AliasEvent alias) {
      return resolve(alias, depth);
    } else if (event instanceof ScalarEvent scalar) {
      anchor = scalar.getAnchor();
      node = scalar(scalar);
    } else if (event instanceof SequenceStartEvent sequence) {
      anchor = sequence.getAnchor();
      node = sequence(depth);
    } else if (event instanceof MappingStartEvent mapping) {
      anchor = mapping.getAnchor();
      node = mapping(depth);
    } else {
      throw new MalformedBodyException("yaml: unexpected " + event.getEventId());
    }
    if (anchor.isPresent()) {
      anchors.put(anchor.get(), new Anchored(node, nodes - before));
    }
    return node;
  }

  private void count(int more) throws MalformedBodyException {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw new MalformedBodyException("yaml: document contains excessive aliasing");
    }
  }

  private JsonNode resolve(AliasEvent alias, int depth) throws MalformedBodyException {
    Anchored anchored = anchors.get(alias.getAlias());
    if (anchored == null) {
      throw new MalformedBodyException(
          "yaml: unknown anchor '" + alias.getAlias().getValue() + "' referenced");
    }
    count(anchored.size());
    if (depth + depthOf(anchored.node()) > MAX_DEPTH) {
      throw new MalformedBodyException("exceeded max depth");
    }
    return anchored.node().deepCopy();
  }

  private static int depthOf(JsonNode node) {
    int deepest = 0;
    for (JsonNode child : node) {
      deepest = Math.max(deepest, depthOf(child));
    }
    return deepest + 1;
  }

  private ArrayNode sequence(int depth) throws MalformedBodyException {
    ArrayNode array = NODES.arrayNode();
    Event event;
    while ((event = events.next()).getEventId() != Event.ID.SequenceEnd) {
      array.add(node(event, depth + 1));
    }
    return array;
  }

  private ObjectNode mapping(int depth) throws MalformedBodyException {
    Map<String, JsonNode> fields = new TreeMap<>();
    ObjectNode merged = NODES.objectNode();
    Event event;
    while ((event = events.next()).getEventId() != Event.ID.MappingEnd) {
      if (!(event instanceof ScalarEvent keyEvent)) {
        throw new MalformedBodyException("yaml: a key must be a scalar");
      }
      String key = key(keyEvent);
      Event valueEvent = events.next();
      JsonNode value = node(valueEvent, depth + 1);
      if (keyEvent.isPlain() && key.equals("<<")) {
        merge(merged, value);
      } else if (fields.put(key, value) != null && duplicates.size() < MAX_DUPLICATES) {
        duplicates.add("line " + line(valueEvent) + ": key \"" + key + "\" already set in map");
      }
    }
    merged.properties().forEach(entry -> fields.putIfAbsent(entry.getKey(), entry.getValue()));
    return NODES.objectNode().setAll(fields);
  }

  private static int line(Event event) {
    return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  private static void merge(ObjectNode into, JsonNode from) throws MalformedBodyException {
    if (from instanceof ObjectNode object) {
      object.properties().forEach(entry -> into.putIfAbsent(entry.getKey(), entry.getValue()));
    } else if (from instanceof ArrayNode list) {
      for (JsonNode one : list) {
        merge(into, one);
      }
    } else {
      throw new MalformedBodyException(
          "yaml: map merge requires map or sequence of maps as the value");
    }
  }

  private static String key(ScalarEvent event) throws MalformedBodyException {
    JsonNode value = scalar(event);
    return value.isNull() ? "null" : value.asText();
  }

  private static JsonNode scalar(ScalarEvent event) throws MalformedBodyException {
    String text = event.getValue();
    String tag = event.getTag().orElse("");
    if (event.getScalarStyle() != ScalarStyle.PLAIN || tag.equals("tag:yaml.org,2002:str")) {
      return NODES.textNode(text);
    }
    return plain(text);
  }

  private static JsonNode plain(String text) throws MalformedBodyException {
    switch (text) {
      case "", "~", "null", "Null", "NULL" -> {
        return NODES.nullNode();
      }
      case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE" -> {
        return NODES.booleanNode(true);
      }
      case "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE" -> {
        return NODES.booleanNode(false);
      }
      default -> {
        return numberOrText(text);
      }
    }
  }

  private static JsonNode numberOrText(String text) throws MalformedBodyException {
    if (INTEGER.matcher(text).matches()) {
      return integer(text.replace("_", ""), 10);
    }
    var radix = RADIX_INTEGER.matcher(text);
    if (radix.matches()) {
      int base = radix.group(2) != null ? 16 : radix.group(3) != null ? 2 : 8;
      String digits =
          radix.group(2) != null
              ? radix.group(2)
              : radix.group(3) != null ? radix.group(3) : radix.group(4);
      String bare = digits.replace("_", "");
      return bare.isEmpty() ? NODES.textNode(text) : integer(radix.group(1) + bare, base);
    }
    if (FLOAT.matcher(text).matches()) {
      return NODES.numberNode(Double.parseDouble(text));
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case ".inf", "+.inf", "-.inf", ".nan" ->
          throw new MalformedBodyException("json: unsupported value: " + text);
      default -> NODES.textNode(text);
    };
  }

  private static JsonNode integer(String digits, int radix) throws MalformedBodyException {
    if (digits.length() > 1_000) {
      throw new MalformedBodyException("a number with more than 1000 digits");
    }
    BigInteger value = new BigInteger(digits.startsWith("+") ? digits.substring(1) : digits, radix);
    return value.bitLength() < Integer.SIZE
        ? NODES.numberNode(value.intValue())
        : value.bitLength() < Long.SIZE
            ? NODES.numberNode(value.longValue())
            : NODES.numberNode(value.doubleValue());
  }
}
