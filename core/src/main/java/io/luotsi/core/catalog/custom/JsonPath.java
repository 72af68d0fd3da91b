package io.luotsi.core.catalog.custom;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A path of kubectl's JSONPath: fields, indices, slices, wildcards, recursive descent and filters
 * of one comparison. Ranges and functions are not part of paths.
 *
 * @see "Source: client-go util/jsonpath"
 */
public final class JsonPath {
  /** Values that one path finds at most; {@code ..} multiplies. */
  private static final int MOST_RESULTS = 10_000;

  /** One step from some values to others. */
  @FunctionalInterface
  private interface Step {
    void from(JsonNode value, List<JsonNode> found);
  }

  private final List<Step> steps;

  private JsonPath(List<Step> steps) {
    this.steps = steps;
  }

  /**
   * @param path {@code .status.conditions[?(@.type=="Ready")].status}, with its leading dot
   * @throws IllegalArgumentException if it is no path
   */
  public static JsonPath parse(String path) {
    return new JsonPath(new Parser(path).steps());
  }

  /** What the path leads to, in document order; nothing where something on the way is missing. */
  public List<JsonNode> find(JsonNode root) {
    List<JsonNode> values = List.of(root);
    for (Step step : steps) {
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode value : values) {
        if (next.size() < MOST_RESULTS) {
          step.from(value, next);
        }
      }
      values = next;
    }
    return values;
  }

  private static void field(JsonNode value, String name, List<JsonNode> found) {
    if (value.has(name)) {
      found.add(value.get(name));
    }
  }

  private static void everyBelow(JsonNode value, String name, List<JsonNode> found) {
    field(value, name, found);
    for (JsonNode child : value) {
      if (child.isContainerNode() && found.size() < MOST_RESULTS) {
        everyBelow(child, name, found);
      }
    }
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    List<Step> steps() {
      List<Step> steps = new ArrayList<>();
      while (at < text.length()) {
        char c = text.charAt(at);
        if (text.startsWith("..", at)) {
          at += 2;
          String name = name();
          steps.add((value, found) -> everyBelow(value, name, found));
        } else if (c == '.') {
          at++;
          if (at < text.length() && text.charAt(at) != '[') {
            steps.add(named());
          }
        } else if (c == '[') {
          steps.add(bracketed());
        } else {
          throw wrong();
        }
      }
      return steps;
    }

    private IllegalArgumentException wrong() {
      return new IllegalArgumentException("no path: " + text);
    }

    private Step named() {
      String name = name();
      return name.equals("*")
          ? (value, found) -> value.forEach(found::add)
          : (value, found) -> field(value, name, found);
    }

    /** Up to the next dot or bracket; a backslash takes away the meaning of what follows. */
    private String name() {
      StringBuilder name = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        name.append(text.charAt(at++));
      }
      if (name.isEmpty()) {
        throw wrong();
      }
      return name.toString();
    }

    private Step bracketed() {
      int end = end(at);
      String inside = text.substring(at + 1, end).strip();
      at = end + 1;
      if (inside.startsWith("?(") && inside.endsWith(")")) {
        Predicate<JsonNode> filter = filter(inside.substring(2, inside.length() - 1));
        return (value, found) -> value.forEach(one -> addIf(filter, one, found));
      }
      if (inside.equals("*")) {
        return (value, found) -> value.forEach(found::add);
      }
      if (isQuoted(inside)) {
        String name = inside.substring(1, inside.length() - 1);
        return (value, found) -> field(value, name, found);
      }
      if (inside.matches("-?[0-9]{1,9}")) {
        int index = Integer.parseInt(inside);
        return (value, found) -> slice(value, index, index == -1 ? value.size() : index + 1, found);
      }
      if (inside.matches("(-?[0-9]{1,9})?:(-?[0-9]{1,9})?")) {
        String[] ends = inside.split(":", -1);
        int from = ends[0].isEmpty() ? 0 : Integer.parseInt(ends[0]);
        int to = ends[1].isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(ends[1]);
        return (value, found) -> slice(value, from, to, found);
      }
      throw wrong();
    }

    private static void addIf(Predicate<JsonNode> filter, JsonNode one, List<JsonNode> found) {
      if (filter.test(one)) {
        found.add(one);
      }
    }

    private static void slice(JsonNode list, int from, int to, List<JsonNode> found) {
      if (!list.isArray()) {
        return;
      }
      int start = from < 0 ? from + list.size() : from;
      int end = to < 0 ? to + list.size() : Math.min(to, list.size());
      for (int i = Math.max(0, start); i < end; i++) {
        found.add(list.get(i));
      }
    }

    /** The bracket that closes the one at {@code start}, brackets in quotes aside. */
    private int end(int start) {
      int depth = 0;
      char quote = 0;
      for (int i = start; i < text.length(); i++) {
        char c = text.charAt(i);
        if (quote != 0) {
          quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
          quote = c;
        } else if (c == '[') {
          depth++;
        } else if (c == ']' && --depth == 0) {
          return i;
        }
      }
      throw wrong();
    }

    private static boolean isQuoted(String word) {
      return word.length() >= 2
          && (word.startsWith("'") && word.endsWith("'")
              || word.startsWith("\"") && word.endsWith("\""));
    }

    private Predicate<JsonNode> filter(String condition) {
      for (String operator : List.of("==", "!=", "<=", ">=", "<", ">")) {
        int found = outsideQuotes(condition, operator);
        if (found > 0) {
          JsonPath left = operand(condition.substring(0, found));
          String right = condition.substring(found + operator.length()).strip();
          return one -> holds(left.find(one).stream().findFirst(), operator, right);
        }
      }
      JsonPath path = operand(condition);
      return one -> !path.find(one).isEmpty();
    }

    private static int outsideQuotes(String text, String word) {
      char quote = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (quote != 0) {
          quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
          quote = c;
        } else if (text.startsWith(word, i)) {
          return i;
        }
      }
      return -1;
    }

    private JsonPath operand(String word) {
      String bare = word.strip();
      if (!bare.startsWith("@")) {
        throw wrong();
      }
      return parse(bare.substring(1));
    }

    private static boolean holds(Optional<JsonNode> value, String operator, String right) {
      if (value.isEmpty()) {
        return false;
      }
      int order;
      if (isQuoted(right)) {
        order = value.get().asText().compareTo(right.substring(1, right.length() - 1));
      } else if (value.get().isNumber() && right.matches("-?[0-9]+(\\.[0-9]+)?")) {
        order = Double.compare(value.get().doubleValue(), Double.parseDouble(right));
      } else {
        order = value.get().asText().compareTo(right);
      }
      return switch (operator) {
        case "==" -> order == 0;
        case "!=" -> order != 0;
        case "<=" -> order <= 0;
        case ">=" -> order >= 0;
        case "<" -> order < 0;
        default -> order > 0;
      };
    }
  }
}
