package io.luotsi.http.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.PatchBody;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.StructuralSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Bodies of creations, updates, patches and deletions, from the media types that we read. */
public final class BodyReader {
  /** The words of upstream for what it reads; ours is the part of it that we read. */
  public static final String READ_MEDIA_TYPES =
      "application/json, application/yaml, application/vnd.kubernetes.protobuf";

  private static final String JSON_ERROR = "couldn't get version/kind; json parse error: ";
  private static final String INTO =
      " into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\";"
          + " Kind string \"json:\\\"kind,omitempty\\\"\" }";
  private static final int SUMMARY_BYTES = 30;

  private BodyReader() {}

  /** How a body is written. */
  public enum Format {
    JSON,
    YAML,
    PROTOBUF
  }

  /**
   * What a body must be.
   *
   * @param schema of the kind
   * @param custom whether somebody has defined the kind; then the body must say that it is of it
   */
  public record Expected(GroupVersionKind kind, StructuralSchema schema, boolean custom) {
    /** One of the kinds that we bring. */
    public Expected(GroupVersionKind kind, StructuralSchema schema) {
      this(kind, schema, false);
    }

    /** What is sent to an object of the type or one of its subresources. */
    public static Expected at(ResourceType type, String subresource) {
      return type.subresource(subresource)
          .map(
              it ->
                  new Expected(
                      it.kind(),
                      it.schema(),
                      type.kind().equals(it.kind()) && type.custom().isPresent()))
          .orElseGet(() -> new Expected(type.kind(), type.schema(), type.custom().isPresent()));
    }
  }

  /**
   * @param contentType as the client gave it, possibly empty: then it is JSON
   * @return UnsupportedMediaType for everything but JSON and YAML
   */
  public static Outcome<Format> format(String contentType) {
    return switch (essence(contentType)) {
      case "", "application/json" -> Outcome.done(Format.JSON);
      case "application/yaml", "application/vnd.yaml", "text/yaml" -> Outcome.done(Format.YAML);
      // What a request without a Content-Type is given; upstream reads JSON then.
      case "application/octet-stream", "none/none" -> Outcome.done(Format.JSON);
      case "application/vnd.kubernetes.protobuf" -> Outcome.done(Format.PROTOBUF);
      default -> Outcome.rejected(unsupported(READ_MEDIA_TYPES));
    };
  }

  /** The media type without its parameters, in lower case. */
  public static String essence(String contentType) {
    int end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  public static Rejection unsupported(String accepted) {
    return new Rejection.UnsupportedMediaType(
        "the body of the request was in an unknown format - accepted media types include: "
            + accepted);
  }

  /**
   * Decodes an object. {@code null} is one without fields, as upstream has it.
   *
   * @return BadRequest in upstream's words if it is no object
   */
  public static Outcome<Body> object(byte[] bytes, Format format, Expected expected) {
    try {
      Body body = read(bytes, format, expected);
      if (expected.custom()) {
        if (body.object().path("kind").asText("").isEmpty()) {
          return unrecognized(expected, missingKind(bytes), bytes);
        }
        if (body.object().path("apiVersion").asText("").isEmpty()) {
          return Outcome.rejected(
              new Rejection.BadRequest(
                  "the API version in the data () does not match the expected API version ("
                      + expected.kind().apiVersion()
                      + ")"));
        }
      }
      return Outcome.done(body);
    } catch (MalformedBodyException e) {
      return unrecognized(expected, e.getMessage(), bytes);
    }
  }

  /**
   * Decodes the options of a deletion, of which upstream says what is wrong and no more.
   *
   * @return BadRequest if they are no object
   */
  public static Outcome<ObjectNode> options(byte[] bytes, Format format, Expected expected) {
    try {
      return Outcome.done(read(bytes, format, expected).object());
    } catch (MalformedBodyException e) {
      return Outcome.rejected(new Rejection.BadRequest(e.getMessage()));
    }
  }

  private static Body read(byte[] bytes, Format format, Expected expected)
      throws MalformedBodyException {
    List<String> twice = new ArrayList<>(0);
    JsonNode node =
        switch (format) {
          case JSON -> json(bytes, twice);
          case YAML -> YamlBody.read(bytes, twice);
          case PROTOBUF -> {
            GroupVersionKind kind = expected.kind();
            yield ProtobufBody.read(bytes, kind.apiVersion(), kind.kind(), expected.schema());
          }
        };
    JsonNode object = node.isNull() ? Json.object() : node;
    if (!(object instanceof ObjectNode fields)) {
      throw new MalformedBodyException(
          JSON_ERROR + "json: cannot unmarshal " + goTypeOf(node) + INTO);
    }
    return new Body(fields, twice.isEmpty() ? twice : complaints(bytes, format, expected, twice));
  }

  private static JsonNode json(byte[] bytes, List<String> twice) throws MalformedBodyException {
    try {
      return JsonBody.read(bytes, twice);
    } catch (MalformedBodyException e) {
      throw new MalformedBodyException(JSON_ERROR + e.getMessage());
    }
  }

  /** Custom kinds have no types to tell what is unknown while a text is read. */
  private static List<String> complaints(
      byte[] bytes, Format format, Expected expected, List<String> twice) {
    return switch (format) {
      case JSON ->
          expected.custom()
              ? StrictFields.duplicates(twice)
              : StrictFields.complaints(bytes, expected.schema());
      case YAML -> List.of(yamlErrors(twice));
      case PROTOBUF -> List.of();
    };
  }

  private static String yamlErrors(List<String> lines) {
    return "yaml: unmarshal errors:\n  " + String.join("\n  ", lines);
  }

  private static String missingKind(byte[] bytes) {
    return "Object 'Kind' is missing in '" + new String(bytes, StandardCharsets.UTF_8) + "'";
  }

  /**
   * Decodes a patch, with what upstream says of its text.
   *
   * @param operations whether it is a list of them, which have fields of their own
   */
  public static Outcome<PatchBody> patch(byte[] bytes, boolean operations) {
    List<String> twice = new ArrayList<>(0);
    return value(bytes, twice)
        .map(
            patch -> {
              boolean strange = operations && hasStrangeFields(patch);
              List<String> complaints =
                  operations && patch.isArray() && (strange || !twice.isEmpty())
                      ? StrictFields.ofOperations(bytes)
                      : StrictFields.duplicates(twice);
              return new PatchBody(patch, complaints);
            });
  }

  private static boolean hasStrangeFields(JsonNode operations) {
    for (JsonNode operation : operations) {
      for (Map.Entry<String, JsonNode> field : operation.properties()) {
        if (!StrictFields.OPERATION.contains(field.getKey())) {
          return true;
        }
      }
    }
    return false;
  }

  private static Outcome<JsonNode> value(byte[] bytes, List<String> twice) {
    try {
      return Outcome.done(JsonBody.read(bytes, twice));
    } catch (MalformedBodyException e) {
      return Outcome.rejected(new Rejection.BadRequest("error decoding patch: " + e.getMessage()));
    }
  }

  /**
   * Decodes an applied configuration: YAML, which JSON is, too.
   *
   * @param complaints gets what upstream says of what the text gives twice; the last one wins
   */
  public static Outcome<JsonNode> configuration(byte[] bytes, List<String> complaints) {
    Optional<JsonNode> json = plainJson(bytes);
    if (json.isPresent()) {
      return Outcome.done(json.get());
    }
    List<String> twice = new ArrayList<>(0);
    try {
      JsonNode read = YamlBody.read(bytes, twice);
      if (!twice.isEmpty()) {
        complaints.add(yamlErrors(twice));
      }
      return Outcome.done(read);
    } catch (MalformedBodyException e) {
      return Outcome.rejected(new Rejection.BadRequest("error decoding YAML: " + e.getMessage()));
    }
  }

  /** Most clients write JSON, which is read much faster as what it is. */
  private static Optional<JsonNode> plainJson(byte[] bytes) {
    if (bytes.length == 0 || bytes[0] != '{') {
      return Optional.empty();
    }
    List<String> twice = new ArrayList<>(0);
    try {
      JsonNode read = JsonBody.read(bytes, twice);
      return twice.isEmpty() ? Optional.of(read) : Optional.empty();
    } catch (MalformedBodyException e) {
      return Optional.empty();
    }
  }

  /**
   * Decodes what we have answered ourselves, in whatever format.
   *
   * @return empty for what is no object, or deeper than what we read
   */
  public static Optional<JsonNode> answer(byte[] bytes) {
    if (!ProtobufAnswer.isOne(bytes)) {
      return switch (configuration(bytes, new ArrayList<>())) {
        case Outcome.Done<JsonNode>(JsonNode object) -> Optional.of(object);
        case Outcome.Rejected<JsonNode> unreadable -> Optional.empty();
      };
    }
    try {
      return ProtobufBody.answer(bytes);
    } catch (MalformedBodyException e) {
      return Optional.empty();
    }
  }

  private static <T> Outcome<T> unrecognized(Expected expected, String why, byte[] bytes) {
    return Outcome.rejected(
        new Rejection.BadRequest(
            "the object provided is unrecognized (must be of type "
                + expected.kind().kind()
                + "): "
                + why
                + " ("
                + summary(bytes)
                + ")"));
  }

  /** The beginning of the body: as text if it looks like JSON, in hexadecimal otherwise. */
  private static String summary(byte[] bytes) {
    if (bytes.length == 0) {
      return "<empty>";
    }
    int length = Math.min(bytes.length, SUMMARY_BYTES);
    String shown =
        bytes[0] == '{'
            ? new String(bytes, 0, length, StandardCharsets.UTF_8)
            : HexFormat.of().formatHex(bytes, 0, length);
    return bytes.length > SUMMARY_BYTES ? shown + " ..." : shown;
  }

  private static String goTypeOf(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "array";
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "bool";
      case NULL, MISSING, BINARY, OBJECT, POJO -> "null";
    };
  }
}
