package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** JSON as Go prints it when it has been read into maps: {@code map[spec:map[replicas:3]]}. */
final class GoText {
  private GoText() {}

  static String of(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT ->
          value.properties().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(field -> field.getKey() + ":" + of(field.getValue()))
              .collect(Collectors.joining(" ", "map[", "]"));
      case ARRAY ->
          StreamSupport.stream(value.spliterator(), false)
              .map(GoText::of)
              .collect(Collectors.joining(" ", "[", "]"));
      case NULL, MISSING -> "<nil>";
      case STRING, NUMBER, BOOLEAN, BINARY, POJO -> value.asText();
    };
  }
}
