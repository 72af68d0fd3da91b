package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and writes {@code metadata} of an object that is being worked on. */
final class ObjectMeta {
  static final String ORPHAN_FINALIZER = "orphan";
  static final String FOREGROUND_FINALIZER = "foregroundDeletion";

  private ObjectMeta() {}

  /** The object's metadata, made if there is none. */
  static ObjectNode of(ObjectNode object) {
    return object.get("metadata") instanceof ObjectNode metadata
        ? metadata
        : object.putObject("metadata");
  }

  static String text(ObjectNode object, String field) {
    return object.path("metadata").path(field).asText("");
  }

  static String name(ObjectNode object) {
    return text(object, "name");
  }

  static boolean isDeleting(ObjectNode object) {
    return object.path("metadata").hasNonNull("deletionTimestamp");
  }

  static long generation(ObjectNode object) {
    return object.path("metadata").path("generation").asLong();
  }

  /** Written as the parser would have read it, so that equal trees compare equal. */
  static void putNumber(ObjectNode node, String field, long value) {
    if (value == (int) value) {
      node.put(field, (int) value);
    } else {
      node.put(field, value);
    }
  }

  static void countGeneration(ObjectNode object) {
    putNumber(of(object), "generation", generation(object) + 1);
  }

  /** As upstream writes {@code metav1.Time}: whole seconds, UTC. */
  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static Optional<Instant> deletionTimestamp(ObjectNode object) {
    String text = text(object, "deletionTimestamp");
    return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
  }

  static List<String> finalizers(ObjectNode object) {
    return strings(object.path("metadata").path("finalizers"));
  }

  static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>(array.size());
    array.forEach(item -> strings.add(item.asText()));
    return strings;
  }

  static void setFinalizers(ObjectNode object, List<String> finalizers) {
    if (finalizers.isEmpty()) {
      of(object).remove("finalizers");
      return;
    }
    ArrayNode array = of(object).putArray("finalizers");
    finalizers.forEach(array::add);
  }

  /** Puts {@code from}'s value of a field in, or takes the field out if it has none. */
  static void copy(ObjectNode from, ObjectNode to, String field) {
    JsonNode value = from.get(field);
    if (value == null) {
      to.remove(field);
    } else {
      to.set(field, value);
    }
  }
}
