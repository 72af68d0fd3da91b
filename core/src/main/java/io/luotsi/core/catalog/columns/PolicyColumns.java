package io.luotsi.core.catalog.columns;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.TableColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How budgets, quotas, classes of pods and what shares out the API are shown. */
public final class PolicyColumns {
  public static final TableColumns DISRUPTION_BUDGETS =
      KindTable.of(
          List.of("Name", "Min Available", "Max Unavailable", "Allowed Disruptions:integer", "Age"),
          budget ->
              List.of(
                  budget.name(),
                  budget.textOr("/spec/minAvailable", "N/A"),
                  budget.textOr("/spec/maxUnavailable", "N/A"),
                  budget.number("/status/disruptionsAllowed"),
                  budget.age()));

  public static final TableColumns QUOTAS =
      KindTable.of(
          List.of("Name", "Request", "Limit", "Age"),
          quota -> List.of(quota.name(), usage(quota, false), usage(quota, true), quota.age()));

  public static final TableColumns PRIORITY_CLASSES =
      KindTable.of(
          List.of("Name", "Value:integer", "Global-Default:boolean", "Age", "PreemptionPolicy/p1"),
          type ->
              List.of(
                  type.name(),
                  type.number("/value"),
                  type.truth("/globalDefault", false),
                  type.age(),
                  type.text("/preemptionPolicy")));

  public static final TableColumns RUNTIME_CLASSES =
      KindTable.of(
          List.of("Name", "Handler", "Age"),
          type -> List.of(type.name(), type.text("/handler"), type.age()));

  public static final TableColumns FLOW_SCHEMAS =
      KindTable.of(
          List.of(
              "Name",
              "PriorityLevel",
              "MatchingPrecedence",
              "DistinguisherMethod",
              "Age",
              "MissingPL"),
          schema ->
              List.of(
                  schema.name(),
                  schema.text("/spec/priorityLevelConfiguration/name"),
                  schema.number("/spec/matchingPrecedence"),
                  schema.textOr("/spec/distinguisherMethod/type", Row.NONE),
                  schema.age(),
                  schema
                      .condition("Dangling")
                      .map(condition -> condition.path("status").asText(""))
                      .orElse("?")));

  public static final TableColumns PRIORITY_LEVELS =
      KindTable.of(
          List.of(
              "Name",
              "Type",
              "NominalConcurrencyShares",
              "Queues",
              "HandSize",
              "QueueLengthLimit",
              "Age"),
          level ->
              List.of(
                  level.name(),
                  level.text("/spec/type"),
                  numberOrNone(level, "/spec/limited/nominalConcurrencyShares"),
                  numberOrNone(level, "/spec/limited/limitResponse/queuing/queues"),
                  numberOrNone(level, "/spec/limited/limitResponse/queuing/handSize"),
                  numberOrNone(level, "/spec/limited/limitResponse/queuing/queueLengthLimit"),
                  level.age()));

  private PolicyColumns() {}

  private static Object numberOrNone(Row row, String pointer) {
    return row.at(pointer).isNumber() ? row.number(pointer) : Row.NONE;
  }

  /** {@code cpu: 1/2, pods: 3/10} of the limits, or of all that are none. */
  private static String usage(Row quota, boolean limits) {
    Map<String, JsonNode> hard = new TreeMap<>();
    quota
        .at("/status/hard")
        .properties()
        .forEach(entry -> hard.put(entry.getKey(), entry.getValue()));
    List<String> terms = new ArrayList<>();
    hard.forEach(
        (resource, most) -> {
          if (resource.startsWith("limits.") == limits) {
            String used = quota.at("/status/used").path(resource).asText("0");
            terms.add(resource + ": " + used + "/" + most.asText());
          }
        });
    return String.join(", ", terms);
  }
}
