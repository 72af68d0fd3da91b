package io.luotsi.core.controller.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Names a pod template: FNV-1a over its canonical JSON and the collision count, written in the
 * letters that upstream writes such hashes in. Upstream hashes its own Go structures, so that the
 * same template has another name there; that it is stable here is what counts, and whether two
 * templates are the same is never decided by it.
 */
final class TemplateHash {
  static final String LABEL = "pod-template-hash";

  /** No vowels and nothing to be mistaken for one, so that no words come out. */
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

  private TemplateHash() {}

  static String of(JsonNode template, Optional<Integer> collisionCount) {
    StringBuilder text = new StringBuilder();
    canonical(template, text);
    int hash = 0x811c9dc5;
    for (byte b : text.toString().getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    int collisions = collisionCount.orElse(0);
    for (int shift = 0; collisionCount.isPresent() && shift < 64; shift += 8) {
      hash = (hash ^ (shift < 32 ? collisions >>> shift & 0xff : 0)) * 0x01000193;
    }
    StringBuilder name = new StringBuilder();
    for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
      name.append(LETTERS.charAt(digit % LETTERS.length()));
    }
    return name.toString();
  }

  /** Whether two templates are the same but for the hash label of their ReplicaSets. */
  static boolean sameButForHash(JsonNode a, JsonNode b) {
    return bare(a).equals(bare(b));
  }

  private static String bare(JsonNode template) {
    JsonNode copy = template.deepCopy();
    if (copy.path("metadata").path("labels") instanceof ObjectNode labels) {
      labels.remove(LABEL);
    }
    StringBuilder text = new StringBuilder();
    canonical(copy, text);
    return text.toString();
  }

  /** Fields sorted; nothing, the empty object and the empty list are the same. */
  private static void canonical(JsonNode node, StringBuilder text) {
    switch (node.getNodeType()) {
      case OBJECT -> {
        Map<String, JsonNode> sorted = new TreeMap<>();
        node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
        text.append('{');
        sorted.forEach(
            (name, value) -> {
              int start = text.length();
              text.append(Json.mapper().getNodeFactory().textNode(name)).append(':');
              int empty = text.length();
              canonical(value, text);
              String written = text.substring(empty);
              if (written.equals("{}") || written.equals("[]") || written.equals("null")) {
                text.setLength(start);
              } else {
                text.append(',');
              }
            });
        text.append('}');
      }
      case ARRAY -> {
        text.append('[');
        node.forEach(
            element -> {
              canonical(element, text);
              text.append(',');
            });
        text.append(']');
      }
      case BINARY, BOOLEAN, MISSING, NULL, NUMBER, POJO, STRING -> text.append(node);
    }
  }
}
