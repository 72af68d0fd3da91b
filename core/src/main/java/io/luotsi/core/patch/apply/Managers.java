package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.patch.apply.ManagerId.Operation;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The managers of one object's fields: {@code metadata.managedFields} while it is worked on.
 *
 * @see "Source: apimachinery pkg/util/managedfields/internal/managedfields.go"
 */
final class Managers {
  private static final String FIELDS_V1 = "FieldsV1";

  /** Upstream sorts by whole seconds; as text, times of one form sort alike. */
  private static final Comparator<Map.Entry<ManagerId, Managed>> WRITTEN_ORDER =
      Comparator.<Map.Entry<ManagerId, Managed>, Operation>comparing(e -> e.getKey().operation())
          .thenComparing(e -> e.getValue().time())
          .thenComparing(e -> e.getKey().manager())
          .thenComparing(e -> e.getValue().apiVersion())
          .thenComparing(e -> e.getKey().subresource());

  /**
   * What a manager has. As it was read until somebody asks for its fields, since most writes touch
   * those of one manager and objects have several.
   */
  static final class Managed {
    private final String apiVersion;
    private final String time;

    /** The fields as they stand in the object, of one that was read. */
    private final JsonNode written;

    private @Nullable FieldSet fields;

    private Managed(String apiVersion, JsonNode written, @Nullable FieldSet fields, String time) {
      this.apiVersion = apiVersion;
      this.written = written;
      this.fields = fields;
      this.time = time;
    }

    /**
     * @param time of the last change, RFC 3339 in whole seconds; empty if unknown
     */
    Managed(String apiVersion, FieldSet fields, String time) {
      this(apiVersion, MissingNode.getInstance(), fields, time);
    }

    String apiVersion() {
      return apiVersion;
    }

    String time() {
      return time;
    }

    FieldSet fields() {
      FieldSet known = fields;
      if (known == null) {
        known = FieldsV1.read(written).orElse(FieldSet.EMPTY);
        fields = known;
      }
      return known;
    }

    boolean isEmpty() {
      return written.isMissingNode() ? fields().isEmpty() : written.isEmpty();
    }

    Managed with(FieldSet other) {
      return new Managed(apiVersion, other, time);
    }

    Managed without(FieldSet paths) {
      return written.isMissingNode() || FieldsV1.touches(written, paths)
          ? with(fields().difference(paths))
          : this;
    }

    Managed and(FieldSet paths) {
      return !written.isMissingNode() && FieldsV1.hasAll(written, paths)
          ? this
          : with(fields().union(paths));
    }

    Managed at(String otherTime) {
      return new Managed(apiVersion, written, fields, otherTime);
    }

    private JsonNode write() {
      return written.isMissingNode() ? FieldsV1.write(fields()) : written;
    }
  }

  private final SortedMap<ManagerId, Managed> byId;

  private Managers(SortedMap<ManagerId, Managed> byId) {
    this.byId = byId;
  }

  static Managers none() {
    return new Managers(new TreeMap<>());
  }

  Managers copy() {
    return new Managers(new TreeMap<>(byId));
  }

  SortedMap<ManagerId, Managed> byId() {
    return byId;
  }

  boolean isEmpty() {
    return byId.isEmpty();
  }

  /** Changes each manager's fields; who is left with none is no manager any more. */
  void replaceFields(UnaryOperator<Managed> change) {
    byId.replaceAll((id, managed) -> change.apply(managed));
    byId.values().removeIf(Managed::isEmpty);
  }

  /** Those of an object that is stored; none if they make no sense. */
  static Managers of(ObjectNode object) {
    return read(object.path("metadata").path("managedFields")).orElseGet(Managers::none);
  }

  /**
   * @param managedFields as a client has sent it
   * @return empty if an entry of it makes no sense
   */
  static Optional<Managers> check(JsonNode managedFields) {
    for (JsonNode entry : managedFields) {
      if (FieldsV1.read(entry.path("fieldsV1")).isEmpty()) {
        return Optional.empty();
      }
    }
    return read(managedFields);
  }

  private static Optional<Managers> read(JsonNode managedFields) {
    Managers managers = none();
    for (JsonNode entry : managedFields) {
      Optional<Operation> operation = operation(entry.path("operation").asText(""));
      JsonNode fields = entry.path("fieldsV1");
      String apiVersion = entry.path("apiVersion").asText("");
      boolean known = entry.path("fieldsType").asText("").equals(FIELDS_V1);
      if (operation.isEmpty() || apiVersion.isEmpty() || !known) {
        return Optional.empty();
      }
      managers.byId.put(
          new ManagerId(
              entry.path("manager").asText(""),
              operation.get(),
              operation.get() == Operation.APPLY ? "" : apiVersion,
              entry.path("subresource").asText("")),
          new Managed(
              apiVersion,
              fields.isObject() ? fields : JsonNodeFactory.instance.objectNode(),
              null,
              entry.path("time").asText("")));
    }
    return Optional.of(managers);
  }

  private static Optional<Operation> operation(String word) {
    for (Operation operation : Operation.values()) {
      if (operation.word().equals(word)) {
        return Optional.of(operation);
      }
    }
    return Optional.empty();
  }

  /** Puts the managers into an object, in upstream's order; takes the field out if none is left. */
  void writeTo(ObjectNode metadata) {
    if (byId.isEmpty()) {
      metadata.remove("managedFields");
      return;
    }
    ArrayNode entries = JsonNodeFactory.instance.arrayNode(byId.size());
    byId.entrySet().stream()
        .sorted(WRITTEN_ORDER)
        .forEach(entry -> entries.add(written(entry.getKey(), entry.getValue())));
    metadata.set("managedFields", entries);
  }

  private static ObjectNode written(ManagerId id, Managed managed) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("manager", id.manager()).put("operation", id.operation().word());
    entry.put("apiVersion", managed.apiVersion());
    if (!managed.time().isEmpty()) {
      entry.put("time", managed.time());
    }
    entry.put("fieldsType", FIELDS_V1).set("fieldsV1", managed.write());
    if (!id.subresource().isEmpty()) {
      entry.put("subresource", id.subresource());
    }
    return entry;
  }
}
