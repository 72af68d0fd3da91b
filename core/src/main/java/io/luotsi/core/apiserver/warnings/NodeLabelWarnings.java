package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Names;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Labels of nodes that have better names by now, wherever nodes are chosen.
 *
 * @see "Source: kubernetes pkg/api/node util.go"
 */
final class NodeLabelWarnings {
  private static final Map<String, String> DEPRECATED =
      Map.of(
          "beta.kubernetes.io/arch",
          "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
          "beta.kubernetes.io/os",
          "deprecated since v1.14; use \"kubernetes.io/os\" instead",
          "failure-domain.beta.kubernetes.io/region",
          "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
          "failure-domain.beta.kubernetes.io/zone",
          "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
          "beta.kubernetes.io/instance-type",
          "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
          "app.kubernetes.io/created-by",
          "deprecated since v1.9",
          "scheduler.alpha.kubernetes.io/preferAvoidPods",
          "deprecated since v1.22; use Taints and Tolerations instead",
          "node-role.kubernetes.io/master",
          "use \"node-role.kubernetes.io/control-plane\" instead");

  private NodeLabelWarnings() {}

  /**
   * @param pathOf what is said before the message, by label
   */
  static void labels(List<String> warnings, JsonNode labels, UnaryOperator<String> pathOf) {
    for (var label : labels.properties()) {
      String message = DEPRECATED.get(label.getKey());
      if (message != null) {
        warnings.add(pathOf.apply(label.getKey()) + ": " + message);
      }
    }
  }

  /** A key that some rule names. */
  static void key(List<String> warnings, String path, String key) {
    String message = DEPRECATED.get(key);
    if (message != null) {
      warnings.add(path + ": " + key + " is " + message);
    }
  }

  /** One whose path alone is told. */
  static void keyAt(List<String> warnings, String path, String key) {
    String message = DEPRECATED.get(key);
    if (message != null) {
      warnings.add(path + ": " + message);
    }
  }

  /**
   * A term that selects nodes.
   *
   * @param values whether its values may be no labels' and go unfound
   */
  static void term(List<String> warnings, String path, JsonNode term, boolean values) {
    int i = 0;
    for (JsonNode expression : term.path("matchExpressions")) {
      String here = path + ".matchExpressions[" + i++ + "]";
      key(warnings, here + ".key", expression.path("key").asText(""));
      int j = 0;
      for (JsonNode value : expression.path("values")) {
        String at = here + ".values[" + j++ + "]";
        if (values) {
          Names.labelValue(value.asText())
              .forEach(wrong -> warnings.add(at + ": " + value.asText() + " is invalid, " + wrong));
        }
      }
    }
  }

  static void terms(List<String> warnings, String path, JsonNode terms) {
    int i = 0;
    for (JsonNode term : terms) {
      term(warnings, path + "[" + i++ + "]", term, false);
    }
  }
}
