package io.luotsi.core.catalog.columns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An object as its cells ask for it: with nothing absent, at a time. */
record Row(ObjectNode object, Instant now) {
  static final String NONE = "<none>";
  static final String UNKNOWN = "<unknown>";

  /** What is at a JSON pointer, a missing node if nothing is. */
  JsonNode at(String pointer) {
    return object.at(pointer);
  }

  String text(String pointer) {
    return at(pointer).asText("");
  }

  String textOr(String pointer, String absent) {
    String text = text(pointer);
    return text.isEmpty() ? absent : text;
  }

  long number(String pointer) {
    return at(pointer).asLong(0);
  }

  boolean truth(String pointer, boolean absent) {
    return at(pointer).asBoolean(absent);
  }

  /** How many items or entries there are. */
  long count(String pointer) {
    return at(pointer).size();
  }

  String name() {
    return text("/metadata/name");
  }

  String age() {
    return since("/metadata/creationTimestamp");
  }

  /** Time since a date, {@code <unknown>} if there is none. */
  String since(String pointer) {
    return time(at(pointer)).map(this::since).orElse(UNKNOWN);
  }

  String since(Instant time) {
    return HumanDuration.of(Duration.between(time, now));
  }

  static Optional<Instant> time(JsonNode value) {
    try {
      return value.isTextual() ? Optional.of(Instant.parse(value.textValue())) : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** One field of each item of a list, joined by commas. */
  String joined(String pointer, String field) {
    List<String> values = new ArrayList<>();
    at(pointer).forEach(item -> values.add(item.path(field).asText("")));
    return String.join(",", values);
  }

  /** The texts of a list. */
  List<String> texts(String pointer) {
    List<String> values = new ArrayList<>();
    at(pointer).forEach(item -> values.add(item.asText("")));
    return values;
  }

  /** {@code a=b,c=d} in key order, {@code <none>} for an empty map. */
  String labels(String pointer) {
    List<String> terms = new ArrayList<>();
    sorted(at(pointer)).forEach((key, value) -> terms.add(key + "=" + value));
    return terms.isEmpty() ? NONE : String.join(",", terms);
  }

  /** A label selector as a query, in key order: {@code a=b,c in (x,y),!d}; possibly empty. */
  String selector(String pointer) {
    Map<String, List<String>> terms = new TreeMap<>();
    sorted(at(pointer + "/matchLabels"))
        .forEach((key, value) -> add(terms, key, key + "=" + value));
    for (JsonNode expression : at(pointer + "/matchExpressions")) {
      String key = expression.path("key").asText("");
      List<String> values = new ArrayList<>();
      expression.path("values").forEach(value -> values.add(value.asText("")));
      String list = "(" + String.join(",", values.stream().sorted().toList()) + ")";
      add(
          terms,
          key,
          switch (expression.path("operator").asText("")) {
            case "In" -> key + " in " + list;
            case "NotIn" -> key + " notin " + list;
            case "DoesNotExist" -> "!" + key;
            default -> key;
          });
    }
    return String.join(",", terms.values().stream().flatMap(List::stream).toList());
  }

  private static void add(Map<String, List<String>> terms, String key, String term) {
    terms.computeIfAbsent(key, k -> new ArrayList<>()).add(term);
  }

  private static Map<String, String> sorted(JsonNode map) {
    Map<String, String> sorted = new TreeMap<>();
    map.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue().asText("")));
    return sorted;
  }

  /** A label selector as {@link #selector}, {@code <none>} if it selects everything. */
  String selectorOrNone(String pointer) {
    String selector = selector(pointer);
    return selector.isEmpty() ? NONE : selector;
  }

  boolean isDeleting() {
    return at("/metadata/deletionTimestamp").isTextual();
  }

  /** The condition of a type, in a list of conditions below {@code /status}. */
  Optional<JsonNode> condition(String type) {
    return condition("/status/conditions", type);
  }

  /** The condition of a type, in the list of conditions at a JSON pointer. */
  Optional<JsonNode> condition(String pointer, String type) {
    for (JsonNode condition : at(pointer)) {
      if (condition.path("type").asText("").equals(type)) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  boolean conditionIsTrue(String type) {
    return condition(type)
        .filter(condition -> condition.path("status").asText("").equals("True"))
        .isPresent();
  }
}
