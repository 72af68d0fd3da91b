package io.luotsi.core.catalog.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.Conversion;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Events of {@code events.k8s.io/v1}, kept as those of the core group: the same fields by other
 * names.
 *
 * @see "Source: kubernetes pkg/apis/events/v1/conversion.go"
 */
public final class EventConversion implements Conversion {
  private static final Map<String, String> STORED =
      Map.of(
          "regarding", "involvedObject",
          "note", "message",
          "reportingController", "reportingComponent",
          "deprecatedSource", "source",
          "deprecatedFirstTimestamp", "firstTimestamp",
          "deprecatedLastTimestamp", "lastTimestamp",
          "deprecatedCount", "count");

  private static final Map<String, String> SERVED =
      STORED.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

  @Override
  public ObjectNode toStored(ObjectNode event) {
    ObjectNode stored = renamed(event, STORED).put("apiVersion", "v1");
    if (!stored.has("involvedObject")) {
      stored.putObject("involvedObject"); // which the core group's never leaves out
    }
    return stored;
  }

  @Override
  public ObjectNode fromStored(ObjectNode stored) {
    ObjectNode event = renamed(stored, SERVED).put("apiVersion", "events.k8s.io/v1");
    if (!event.has("eventTime")) {
      event.putNull("eventTime"); // which this group's never leaves out
    }
    return event;
  }

  private static ObjectNode renamed(ObjectNode object, Map<String, String> names) {
    ObjectNode renamed = object.objectNode();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      renamed.set(names.getOrDefault(field.getKey(), field.getKey()), field.getValue());
    }
    return renamed;
  }

  @Override
  public String storedField(String path) {
    int dot = path.indexOf('.');
    Function<String, String> stored = name -> STORED.getOrDefault(name, name);
    return dot < 0
        ? stored.apply(path)
        : stored.apply(path.substring(0, dot)) + path.substring(dot);
  }
}
