package io.luotsi.http.codec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.luotsi.core.catalog.BuiltInSchemas;
import io.luotsi.core.catalog.StructuralSchema;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the properties of an object in JSON are in upstream's message of the same type. Made when
 * the first object needs it, and kept.
 */
final class ProtobufLayout {
  /** Where a property is. */
  sealed interface Slot {
    record Field(int number, Occurrence occurrence, Value value) implements Slot {}

    /** In a message of its own, though in JSON it is the outer one's: Go embeds the struct. */
    record Embedded(int number, ProtobufLayout struct) implements Slot {}
  }

  enum Occurrence {
    ONE,
    LIST,
    MAP
  }

  /** How one value is written. */
  sealed interface Value {
    record Plain(Form form) implements Value {}

    record Message(ProtobufLayout layout) implements Value {}

    /**
     * A message of which JSON shows one field as if it were the whole: a list, a flag, a schema.
     */
    record Choice(Descriptor message) implements Value {}
  }

  /** Values that are no objects in JSON, or into which nobody looks. */
  enum Form {
    TEXT,
    BYTES,
    INTEGER,
    NUMBER,
    FLAG,
    QUANTITY,
    INT_OR_STRING,
    TIME,
    MICRO_TIME,
    /** JSON within protobuf. */
    RAW
  }

  /** Messages of which JSON shows one field only. */
  private static final Set<String> CHOICES =
      Set.of(
          "ExtraValue",
          "Verbs",
          "JSONSchemaPropsOrArray",
          "JSONSchemaPropsOrBool",
          "JSONSchemaPropsOrStringArray");

  private static final BuiltInSchemas SCHEMAS = BuiltInSchemas.load();
  private static final Map<String, ProtobufLayout> KNOWN = new ConcurrentHashMap<>();

  private final Descriptor message;
  private final Optional<Map<String, StructuralSchema>> properties;
  private volatile @Nullable Map<String, Slot> slots;

  private ProtobufLayout(Descriptor message, Optional<Map<String, StructuralSchema>> properties) {
    this.message = message;
    this.properties = properties;
  }

  static ProtobufLayout of(Descriptor message) {
    return KNOWN.computeIfAbsent(
        message.getFullName(),
        name -> new ProtobufLayout(message, schema(message).map(StructuralSchema::properties)));
  }

  /** The schema of the type that has this message; empty for those that only the server writes. */
  static Optional<StructuralSchema> schema(Descriptor message) {
    String definition =
        message.getFullName().replaceFirst("^k8s\\.io\\.", "io.k8s.").replace('_', '-');
    return SCHEMAS.definitions().find(definition).isPresent()
        ? Optional.of(SCHEMAS.named(definition))
        : Optional.empty();
  }

  /**
   * The name in JSON of a field. The two differ in case and signs only: {@code $ref} is {@code
   * ref}, {@code uid} is {@code uID}.
   *
   * @return empty if no property is called so: then Go embeds the field's struct
   */
  static Optional<String> property(
      Map<String, StructuralSchema> properties, FieldDescriptor field) {
    String name = field.getName();
    if (properties.containsKey(name)) {
      return Optional.of(name);
    }
    return properties.keySet().stream().filter(key -> haveSameLetters(key, name)).findFirst();
  }

  private static boolean haveSameLetters(String one, String other) {
    int i = 0;
    int j = 0;
    while (true) {
      i = nextLetter(one, i);
      j = nextLetter(other, j);
      if (i == one.length() || j == other.length()) {
        return i == one.length() && j == other.length();
      }
      if (Character.toLowerCase(one.charAt(i++)) != Character.toLowerCase(other.charAt(j++))) {
        return false;
      }
    }
  }

  private static int nextLetter(String name, int from) {
    int i = from;
    while (i < name.length() && !Character.isLetterOrDigit(name.charAt(i))) {
      i++;
    }
    return i;
  }

  /** By name of the property. */
  Map<String, Slot> slots() {
    Map<String, Slot> known = slots;
    if (known == null) {
      known = read();
      slots = known; // a race reads twice and ends with the same
    }
    return known;
  }

  private Map<String, Slot> read() {
    Map<String, Slot> read = new HashMap<>();
    for (FieldDescriptor field : message.getFields()) {
      Optional<String> name =
          properties.isPresent() ? property(properties.get(), field) : Optional.of(field.getName());
      if (name.isPresent()) {
        read.put(name.get(), field(field));
      } else if (field.getType() == FieldDescriptor.Type.MESSAGE && !field.isRepeated()) {
        ProtobufLayout struct = new ProtobufLayout(field.getMessageType(), properties);
        struct
            .slots()
            .keySet()
            .forEach(inner -> read.put(inner, new Slot.Embedded(field.getNumber(), struct)));
      }
    }
    return Map.copyOf(read);
  }

  private static Slot field(FieldDescriptor field) {
    if (field.isMapField()) {
      Value value = value(field.getMessageType().findFieldByNumber(2));
      return new Slot.Field(field.getNumber(), Occurrence.MAP, value);
    }
    Occurrence occurrence = field.isRepeated() ? Occurrence.LIST : Occurrence.ONE;
    return new Slot.Field(field.getNumber(), occurrence, value(field));
  }

  /** Of one occurrence of the field. */
  static Value value(FieldDescriptor field) {
    return switch (field.getType()) {
      case STRING -> new Value.Plain(Form.TEXT);
      case BYTES -> new Value.Plain(Form.BYTES);
      case INT32, INT64 -> new Value.Plain(Form.INTEGER);
      case DOUBLE -> new Value.Plain(Form.NUMBER);
      case BOOL -> new Value.Plain(Form.FLAG);
      case MESSAGE -> message(field.getMessageType());
      default -> throw new IllegalStateException("upstream has no fields like " + field);
    };
  }

  static boolean isChoice(Descriptor message) {
    return CHOICES.contains(message.getName());
  }

  private static Value message(Descriptor message) {
    return switch (message.getName()) {
      case "Quantity" -> new Value.Plain(Form.QUANTITY);
      case "IntOrString" -> new Value.Plain(Form.INT_OR_STRING);
      case "Time" -> new Value.Plain(Form.TIME);
      case "MicroTime" -> new Value.Plain(Form.MICRO_TIME);
      case "RawExtension", "FieldsV1", "JSON" -> new Value.Plain(Form.RAW);
      default -> isChoice(message) ? new Value.Choice(message) : new Value.Message(of(message));
    };
  }
}
