package io.luotsi.http.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.catalog.StructuralSchema.Type;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Upstream's protobuf bodies as the JSON that the same client would have sent: what Go always
 * writes, although it means nothing, is left out.
 */
final class ProtobufBody {
  private static final int MAX_DEPTH = 100;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private ProtobufBody() {}

  /**
   * @param schema of the kind that is expected; of a body of another kind only the kind is read
   */
  static ObjectNode read(byte[] bytes, String apiVersion, String kind, StructuralSchema schema)
      throws MalformedBodyException {
    if (!ProtobufAnswer.isOne(bytes)) {
      throw new MalformedBodyException("provided data does not appear to be a protobuf message");
    }
    try {
      Envelope envelope = Envelope.read(bytes);
      ObjectNode object = envelope.typeMeta();
      // The options of a deletion are said to be of whatever group the client speaks to.
      boolean expected = envelope.apiVersion().equals(apiVersion) || kind.equals("DeleteOptions");
      if (expected && envelope.kind().equals(kind)) {
        Descriptor descriptor =
            ProtobufTypes.find(apiVersion, kind)
                .orElseThrow(
                    () ->
                        new MalformedBodyException(
                            "no kind \"" + kind + "\" of " + apiVersion + " in protobuf"));
        object.setAll(message(envelope.object(descriptor), schema));
      }
      return object;
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedBodyException("proto: " + e.getMessage());
    } catch (IOException | DateTimeException e) {
      throw new MalformedBodyException("proto: " + e);
    }
  }

  /**
   * Reads what we have answered, whatever it is.
   *
   * @return empty if it is of a kind that no client can write, either
   */
  static Optional<JsonNode> answer(byte[] bytes) throws MalformedBodyException {
    try {
      Envelope envelope = Envelope.read(bytes);
      Optional<Descriptor> type = ProtobufTypes.find(envelope.apiVersion(), envelope.kind());
      Optional<StructuralSchema> schema = type.flatMap(ProtobufLayout::schema);
      if (schema.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          envelope.typeMeta().setAll(message(envelope.object(type.get()), schema.get())));
    } catch (IOException | DateTimeException e) {
      throw new MalformedBodyException("proto: " + e);
    }
  }

  /** What every object is wrapped in. */
  private record Envelope(String apiVersion, String kind, ByteString raw) {
    static Envelope read(byte[] bytes) throws IOException {
      int start = ProtobufAnswer.MAGIC.length;
      DynamicMessage unknown =
          DynamicMessage.parseFrom(
              ProtobufTypes.envelope(),
              CodedInputStream.newInstance(bytes, start, bytes.length - start));
      DynamicMessage type = (DynamicMessage) unknown.getField(field(unknown, "typeMeta"));
      return new Envelope(
          text(type, "apiVersion"),
          text(type, "kind"),
          (ByteString) unknown.getField(field(unknown, "raw")));
    }

    ObjectNode typeMeta() {
      return NODES.objectNode().put("apiVersion", apiVersion).put("kind", kind);
    }

    DynamicMessage object(Descriptor descriptor) throws IOException {
      CodedInputStream object = raw.newCodedInput();
      object.setRecursionLimit(MAX_DEPTH);
      return DynamicMessage.parseFrom(descriptor, object);
    }
  }

  private static ObjectNode message(DynamicMessage message, StructuralSchema schema)
      throws MalformedBodyException {
    ObjectNode object = NODES.objectNode();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      Optional<String> name = ProtobufLayout.property(schema.properties(), field);
      if (name.isPresent()) {
        StructuralSchema property = schema.property(name.get()).orElseThrow();
        JsonNode value = value(field, entry.getValue(), property);
        if (!value.isMissingNode()) {
          object.set(name.get(), value);
        }
      } else if (entry.getValue() instanceof DynamicMessage embedded) {
        // Go embeds the struct: its fields are the outer one's in JSON.
        object.setAll(message(embedded, schema));
      }
    }
    return object;
  }

  /** Missing if Go would not have written the value into JSON. */
  private static JsonNode value(FieldDescriptor field, Object value, StructuralSchema schema)
      throws MalformedBodyException {
    if (field.isMapField()) {
      ObjectNode map = NODES.objectNode();
      for (Object each : (List<?>) value) {
        DynamicMessage entry = (DynamicMessage) each;
        Descriptor type = entry.getDescriptorForType();
        Object key = entry.getField(type.findFieldByNumber(1));
        Object held = entry.getField(type.findFieldByNumber(2));
        map.set(key.toString(), single(held, schema.element()));
      }
      return map;
    }
    if (field.isRepeated()) {
      return list((List<?>) value, schema.element());
    }
    JsonNode single = single(value, schema);
    return isAbsent(field, single) ? MissingNode.getInstance() : single;
  }

  private static ArrayNode list(List<?> values, StructuralSchema element)
      throws MalformedBodyException {
    ArrayNode list = NODES.arrayNode(values.size());
    for (Object each : values) {
      list.add(single(each, element));
    }
    return list;
  }

  private static boolean isAbsent(FieldDescriptor field, JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> value.asText().isEmpty() && GoFields.emptyTextIsAbsent(field);
      case NUMBER -> value.asDouble() == 0 && GoFields.zeroIsAbsent(field);
      case BOOLEAN -> !value.asBoolean() && GoFields.zeroIsAbsent(field);
      case MISSING, NULL -> true;
      case ARRAY, BINARY, OBJECT, POJO -> false;
    };
  }

  private static JsonNode single(Object value, StructuralSchema schema)
      throws MalformedBodyException {
    return switch (value) {
      case DynamicMessage message -> structured(message, schema);
      case String text -> NODES.textNode(text);
      case Boolean flag -> NODES.booleanNode(flag);
      case Integer number -> NODES.numberNode(number);
      // As JSON is read: the same number is the same node, however it came.
      case Long number ->
          number == number.intValue()
              ? NODES.numberNode(number.intValue())
              : NODES.numberNode(number);
      case Double number -> NODES.numberNode(number);
      case Float number -> NODES.numberNode(number);
      case ByteString bytes ->
          NODES.textNode(Base64.getEncoder().encodeToString(bytes.toByteArray()));
      default -> throw new MalformedBodyException("a value of a kind that no type has");
    };
  }

  /** A message that is an object in JSON, or something else that Go writes in its own way. */
  private static JsonNode structured(DynamicMessage message, StructuralSchema schema)
      throws MalformedBodyException {
    return switch (schema.type()) {
      case OBJECT -> message(message, schema);
      case QUANTITY -> NODES.textNode(text(message, "string"));
      case INT_OR_STRING ->
          number(message, "type") == 0
              ? NODES.numberNode((int) number(message, "intVal"))
              : NODES.textNode(text(message, "strVal"));
      case TIME, MICRO_TIME -> time(message, schema.type());
      case FREE_FORM, ANY ->
          ProtobufLayout.isChoice(message.getDescriptorForType()) ? choice(message) : raw(message);
      case ARRAY -> list(items(message), schema.element());
      case MAP, STRING, BYTES, INT32, INT64, NUMBER, BOOLEAN ->
          throw new MalformedBodyException(
              message.getDescriptorForType().getName() + " is not read from protobuf; send JSON");
    };
  }

  private static JsonNode time(DynamicMessage message, Type type) {
    long seconds = number(message, "seconds");
    long nanos = number(message, "nanos");
    if (seconds == 0 && nanos == 0) {
      return NODES.nullNode(); // Go's zero time
    }
    DateTimeFormatter format = type == Type.MICRO_TIME ? MICROS : SECONDS;
    return NODES.textNode(format.format(Instant.ofEpochSecond(seconds, nanos)));
  }

  /** A schema, or what stands in the place of one: a list of them, a list of names, a flag. */
  private static JsonNode choice(DynamicMessage message) throws MalformedBodyException {
    JsonNode flag = NODES.nullNode();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      Object value = message.getField(field);
      if (value instanceof List<?> list) {
        if (!list.isEmpty()) {
          return list(list, element(field));
        }
      } else if (value instanceof Boolean allows) {
        flag = NODES.booleanNode(allows);
      } else if (value instanceof DynamicMessage schema && message.hasField(field)) {
        return message(schema, element(field));
      }
    }
    return flag;
  }

  private static StructuralSchema element(FieldDescriptor field) {
    return field.getType() == FieldDescriptor.Type.MESSAGE
        ? ProtobufLayout.schema(field.getMessageType()).orElseThrow()
        : StructuralSchema.ANYTHING;
  }

  private static JsonNode raw(DynamicMessage message) throws MalformedBodyException {
    for (Object value : message.getAllFields().values()) {
      if (value instanceof ByteString bytes) {
        return bytes.isEmpty()
            ? NODES.objectNode()
            : JsonBody.read(bytes.toByteArray(), new ArrayList<>());
      }
    }
    return NODES.objectNode();
  }

  private static List<?> items(DynamicMessage message) {
    return message.getField(field(message, "items")) instanceof List<?> items ? items : List.of();
  }

  private static String text(DynamicMessage message, String name) {
    return String.valueOf(message.getField(field(message, name)));
  }

  private static long number(DynamicMessage message, String name) {
    return message.getField(field(message, name)) instanceof Number number ? number.longValue() : 0;
  }

  private static FieldDescriptor field(DynamicMessage message, String name) {
    return Optional.ofNullable(message.getDescriptorForType().findFieldByName(name))
        .orElseThrow(() -> new IllegalStateException("upstream's message has no field " + name));
  }
}
