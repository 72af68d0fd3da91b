package io.luotsi.core.catalog.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Where objects of a custom kind have what {@code scale} shows: names of fields, from the root.
 *
 * @param selector empty if the kind has none
 */
public record ScalePaths(
    List<String> replicas, List<String> statusReplicas, List<String> selector) {
  public ScalePaths {
    replicas = List.copyOf(replicas);
    statusReplicas = List.copyOf(statusReplicas);
    selector = List.copyOf(selector);
  }

  /**
   * @param scale of a version's subresources
   */
  static ScalePaths of(JsonNode scale) {
    return new ScalePaths(
        split(scale.path("specReplicasPath").asText("")),
        split(scale.path("statusReplicasPath").asText("")),
        split(scale.path("labelSelectorPath").asText("")));
  }

  private static List<String> split(String path) {
    String bare = path.startsWith(".") ? path.substring(1) : path;
    return bare.isEmpty() ? List.of() : List.of(bare.split("\\."));
  }

  /** What an object has at a path; missing if it has nothing, or no path is said. */
  public static JsonNode at(JsonNode object, List<String> path) {
    JsonNode found = path.isEmpty() ? MissingNode.getInstance() : object;
    for (String field : path) {
      found = found.path(field);
    }
    return found;
  }

  /** Sets the number of replicas that are wanted. */
  public void setReplicas(ObjectNode object, int wanted) {
    ObjectNode at = object;
    for (String field : replicas.subList(0, replicas.size() - 1)) {
      at = at.get(field) instanceof ObjectNode child ? child : at.putObject(field);
    }
    at.put(replicas.getLast(), wanted);
  }
}
