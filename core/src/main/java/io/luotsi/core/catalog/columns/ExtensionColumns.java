package io.luotsi.core.catalog.columns;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.TableColumns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How webhooks and policies of admission, signing requests and claims on devices are shown. */
public final class ExtensionColumns {
  private static final String UNSET = "<unset>";

  public static final TableColumns WEBHOOKS =
      KindTable.of(
          List.of("Name", "Webhooks:integer", "Age"),
          hooks -> List.of(hooks.name(), hooks.count("/webhooks"), hooks.age()));

  public static final TableColumns VALIDATING_POLICIES =
      KindTable.of(
          List.of("Name", "Validations:integer", "ParamKind", "Age"),
          policy ->
              List.of(
                  policy.name(),
                  policy.count("/spec/validations"),
                  paramKind(policy),
                  policy.age()));

  public static final TableColumns MUTATING_POLICIES =
      KindTable.of(
          List.of("Name", "Mutations:integer", "ParamKind", "Age"),
          policy ->
              List.of(
                  policy.name(), policy.count("/spec/mutations"), paramKind(policy), policy.age()));

  public static final TableColumns POLICY_BINDINGS =
      KindTable.of(
          List.of("Name", "PolicyName", "ParamRef", "Age"),
          binding ->
              List.of(
                  binding.name(),
                  binding.text("/spec/policyName"),
                  paramRef(binding),
                  binding.age()));

  public static final TableColumns API_SERVICES =
      KindTable.of(
          List.of("Name", "Service", "Available", "Age"),
          service ->
              List.of(
                  service.name(),
                  service.at("/spec/service").isObject()
                      ? service.text("/spec/service/namespace")
                          + "/"
                          + service.text("/spec/service/name")
                      : "Local",
                  availability(service),
                  service.age()));

  public static final TableColumns SIGNING_REQUESTS =
      KindTable.of(
          List.of("Name", "Age", "SignerName", "Requestor", "RequestedDuration", "Condition"),
          request ->
              List.of(
                  request.name(),
                  request.age(),
                  request.textOr("/spec/signerName", Row.NONE),
                  request.text("/spec/username"),
                  request.at("/spec/expirationSeconds").isNumber()
                      ? HumanDuration.of(
                          Duration.ofSeconds(request.number("/spec/expirationSeconds")))
                      : Row.NONE,
                  signingState(request)));

  public static final TableColumns NAME_AND_AGE =
      KindTable.of(List.of("Name", "Age"), object -> List.of(object.name(), object.age()));

  public static final TableColumns RESOURCE_CLAIMS =
      KindTable.of(
          List.of("Name", "State", "Age"),
          claim -> List.of(claim.name(), claimState(claim), claim.age()));

  public static final TableColumns RESOURCE_SLICES =
      KindTable.of(
          List.of("Name", "Node", "Driver", "Pool", "Age"),
          slice ->
              List.of(
                  slice.name(),
                  slice.text("/spec/nodeName"),
                  slice.text("/spec/driver"),
                  slice.text("/spec/pool/name"),
                  slice.age()));

  private ExtensionColumns() {}

  private static String availability(Row service) {
    return service
        .condition("Available")
        .map(
            condition -> {
              String status = condition.path("status").asText("");
              return status.equals("True")
                  ? status
                  : status + " (" + condition.path("reason").asText("") + ")";
            })
        .orElse("Unknown");
  }

  private static String paramKind(Row policy) {
    return policy.at("/spec/paramKind").isObject()
        ? policy.text("/spec/paramKind/apiVersion") + "/" + policy.text("/spec/paramKind/kind")
        : UNSET;
  }

  private static String paramRef(Row binding) {
    String name = binding.text("/spec/paramRef/name");
    if (!name.isEmpty()) {
      return binding.textOr("/spec/paramRef/namespace", "*") + "/" + name;
    }
    JsonNode selector = binding.at("/spec/paramRef/selector");
    return selector.isObject() ? inGo(selector) : UNSET;
  }

  /** As Go prints a LabelSelector. */
  private static String inGo(JsonNode selector) {
    TreeMap<String, String> labels = new TreeMap<>();
    selector
        .path("matchLabels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    String matchLabels =
        labels.entrySet().stream()
            .map(label -> label.getKey() + ": " + label.getValue() + ",")
            .collect(Collectors.joining());
    StringBuilder expressions = new StringBuilder();
    for (JsonNode expression : selector.path("matchExpressions")) {
      List<String> values = new ArrayList<>();
      expression.path("values").forEach(value -> values.add(value.asText()));
      expressions
          .append("LabelSelectorRequirement{Key:")
          .append(expression.path("key").asText())
          .append(",Operator:")
          .append(expression.path("operator").asText())
          .append(",Values:[")
          .append(String.join(" ", values))
          .append("],},");
    }
    return "&LabelSelector{MatchLabels:map[string]string{"
        + matchLabels
        + "},MatchExpressions:[]LabelSelectorRequirement{"
        + expressions
        + "},}";
  }

  private static String signingState(Row request) {
    Set<String> types = new HashSet<>();
    request
        .at("/status/conditions")
        .forEach(condition -> types.add(condition.path("type").asText("")));
    String state =
        types.contains("Denied") ? "Denied" : types.contains("Approved") ? "Approved" : "Pending";
    if (types.contains("Failed")) {
      state += ",Failed";
    }
    return request.text("/status/certificate").isEmpty() ? state : state + ",Issued";
  }

  private static String claimState(Row claim) {
    List<String> states = new ArrayList<>();
    if (claim.isDeleting()) {
      states.add("deleted");
    }
    if (claim.at("/status/allocation").isObject()) {
      states.add("allocated");
      if (claim.count("/status/reservedFor") > 0) {
        states.add("reserved");
      }
    } else if (!claim.isDeleting()) {
      states.add("pending");
    }
    return String.join(",", states);
  }
}
