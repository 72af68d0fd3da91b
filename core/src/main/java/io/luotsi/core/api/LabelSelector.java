package io.luotsi.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Chooses objects by their labels: all requirements must hold. Empty matches everything. */
public record LabelSelector(List<Requirement> requirements) {
  public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

  public LabelSelector {
    requirements = List.copyOf(requirements);
  }

  /** How a requirement compares; the words of the query string and of {@code matchExpressions}. */
  public enum Operator {
    IN,
    NOT_IN,
    EXISTS,
    DOES_NOT_EXIST,
    GREATER_THAN,
    LESS_THAN
  }

  /**
   * @param values one integer for GREATER_THAN and LESS_THAN, none for EXISTS and DOES_NOT_EXIST
   */
  public record Requirement(String key, Operator operator, Set<String> values) {
    public Requirement {
      values = Set.copyOf(values);
    }

    boolean matches(Map<String, String> labels) {
      boolean present = labels.containsKey(key);
      return switch (operator) {
        case IN -> present && values.contains(labels.get(key));
        // As upstream: an object without the label is "not in" any set.
        case NOT_IN -> !present || !values.contains(labels.get(key));
        case EXISTS -> present;
        case DOES_NOT_EXIST -> !present;
        case GREATER_THAN -> present && compare(labels.get(key)) > 0;
        case LESS_THAN -> present && compare(labels.get(key)) < 0;
      };
    }

    private String describe() {
      String all = values.stream().sorted().collect(Collectors.joining(","));
      return switch (operator) {
        case IN -> values.size() == 1 ? key + "=" + all : key + " in (" + all + ")";
        case NOT_IN -> values.size() == 1 ? key + "!=" + all : key + " notin (" + all + ")";
        case EXISTS -> key;
        case DOES_NOT_EXIST -> "!" + key;
        case GREATER_THAN -> key + ">" + all;
        case LESS_THAN -> key + "<" + all;
      };
    }

    /** Sign of label minus bound; 0, which neither operator accepts, if the label is no integer. */
    private int compare(String label) {
      try {
        return Long.compare(Long.parseLong(label), Long.parseLong(values.iterator().next()));
      } catch (NumberFormatException e) {
        return 0;
      }
    }
  }

  /**
   * Reads a query string's selector: {@code a=b,c in (d,e),!f}.
   *
   * @return rejection: BadRequest, in upstream's words
   */
  public static Outcome<LabelSelector> parse(String text) {
    return text.isEmpty() ? Outcome.done(EVERYTHING) : SelectorParser.parse(text);
  }

  /**
   * Reads the LabelSelector object of a spec that has passed validation: {@code matchLabels} and
   * {@code matchExpressions}. As upstream, an empty object selects everything.
   */
  public static LabelSelector ofSpec(JsonNode selector) {
    List<Requirement> requirements = new ArrayList<>();
    selector
        .path("matchLabels")
        .properties()
        .forEach(
            label ->
                requirements.add(
                    new Requirement(
                        label.getKey(), Operator.IN, Set.of(label.getValue().asText()))));
    for (JsonNode expression : selector.path("matchExpressions")) {
      Set<String> values = new HashSet<>();
      expression.path("values").forEach(value -> values.add(value.asText()));
      Operator operator =
          switch (expression.path("operator").asText()) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
            default -> throw new IllegalArgumentException("not a selector: " + selector);
          };
      requirements.add(new Requirement(expression.path("key").asText(), operator, values));
    }
    return new LabelSelector(requirements);
  }

  /** All of the given labels, as an old-style selector ({@code spec.selector} of a Service). */
  public static LabelSelector ofLabels(Map<String, String> labels) {
    return new LabelSelector(
        labels.entrySet().stream()
            .map(e -> new Requirement(e.getKey(), Operator.IN, Set.of(e.getValue())))
            .toList());
  }

  /** As a query string would say it, in key order; empty if it selects everything. */
  public String describe() {
    return requirements.stream()
        .sorted(Comparator.comparing(Requirement::key))
        .map(Requirement::describe)
        .collect(Collectors.joining(","));
  }

  public boolean matches(Map<String, String> labels) {
    for (Requirement requirement : requirements) {
      if (!requirement.matches(labels)) {
        return false;
      }
    }
    return true;
  }
}
