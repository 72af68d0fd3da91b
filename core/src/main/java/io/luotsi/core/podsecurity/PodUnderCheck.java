package io.luotsi.core.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * A pod, or a template of one, as checks look at it.
 *
 * @param metadata whose annotations some checks read
 */
record PodUnderCheck(JsonNode metadata, JsonNode spec) {
  private static final List<String> CONTAINERS =
      List.of("initContainers", "containers", "ephemeralContainers");

  List<JsonNode> containers() {
    List<JsonNode> all = new ArrayList<>();
    CONTAINERS.forEach(field -> spec.path(field).forEach(all::add));
    return all;
  }

  /** Names of the containers that are such. */
  List<String> named(Predicate<JsonNode> such) {
    return containers().stream()
        .filter(such)
        .map(container -> container.path("name").asText())
        .toList();
  }

  JsonNode context() {
    return spec.path("securityContext");
  }

  static JsonNode context(JsonNode container) {
    return container.path("securityContext");
  }

  boolean isWindows() {
    return spec.path("os").path("name").asText().equals("windows");
  }

  /** Whether root in it is nobody outside. */
  boolean hasUsersOfItsOwn() {
    JsonNode hostUsers = spec.path("hostUsers");
    return hostUsers.isBoolean() && !hostUsers.asBoolean();
  }

  /** {@code container "a"}, {@code containers "a", "b"}. */
  static String containers(List<String> names) {
    return several("container", names) + " " + quoted(names);
  }

  /** Pod and containers as one subject. */
  static String setters(boolean pod, List<String> containers) {
    List<String> all = new ArrayList<>();
    if (pod) {
      all.add("pod");
    }
    if (!containers.isEmpty()) {
      all.add(containers(containers));
    }
    return String.join(" and ", all);
  }

  static String several(String noun, Collection<?> of) {
    return of.size() == 1 ? noun : noun + "s";
  }

  static String quoted(Collection<String> words) {
    return "\"" + String.join("\", \"", words) + "\"";
  }
}
