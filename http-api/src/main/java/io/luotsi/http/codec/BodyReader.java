package io.luotsi.http.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.catalog.StructuralSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Bodies of creations, updates, patches and deletions, from the media types that we read. */
public final class BodyReader {
  /** The words of upstream for what it reads; ours is the part of it that we read. */
  public static final String READ_MEDIA_TYPES =
      "application/json, application/yaml, application/vnd.kubernetes.protobuf";

  private static final String JSON_ERROR = "couldn't get version/kind; json parse error: ";
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
   * @param schema of the kind, for formats that do not say their fields' names
   */
  public record Expected(GroupVersionKind kind, StructuralSchema schema) {}

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
   * Decodes an object.
   *
   * @return BadRequest in upstream's words if it is no object
   */
  public static Outcome<Body> object(byte[] bytes, Format format, Expected expected) {
    String kind = expected.kind().kind();
    List<String> duplicates = new ArrayList<>();
    try {
      JsonNode node =
          format == Format.PROTOBUF
              ? ProtobufBody.read(bytes, expected.kind().apiVersion(), kind, expected.schema())
              : read(bytes, format, duplicates);
      if (node instanceof ObjectNode object) {
        return Outcome.done(new Body(object, duplicates));
      }
      return unrecognized(
          kind,
          JSON_ERROR
              + "json: cannot unmarshal "
              + goTypeOf(node)
              + " into Go value of type struct { APIVersion string; Kind string }",
          bytes);
    } catch (MalformedBodyException e) {
      String why = format == Format.JSON ? JSON_ERROR + e.getMessage() : e.getMessage();
      return unrecognized(kind, why, bytes);
    }
  }

  /** Decodes any JSON value: a patch. */
  public static Outcome<JsonNode> value(byte[] bytes, Format format) {
    try {
      return Outcome.done(read(bytes, format, new ArrayList<>()));
    } catch (MalformedBodyException e) {
      return Outcome.rejected(new Rejection.BadRequest("error decoding patch: " + e.getMessage()));
    }
  }

  /**
   * Decodes an applied configuration: YAML, which JSON is, too.
   *
   * @param duplicates gets the paths that the text gives twice; the last one wins
   */
  public static Outcome<JsonNode> configuration(byte[] bytes, List<String> duplicates) {
    if (bytes.length > 0 && bytes[0] == '{') {
      try { // most clients write JSON, which is read much faster as what it is
        return Outcome.done(JsonBody.read(bytes, duplicates));
      } catch (MalformedBodyException e) {
        duplicates.clear();
      }
    }
    try {
      return Outcome.done(YamlBody.read(bytes, duplicates));
    } catch (MalformedBodyException e) {
      return Outcome.rejected(new Rejection.BadRequest("error decoding YAML: " + e.getMessage()));
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

  private static JsonNode read(byte[] bytes, Format format, List<String> duplicates)
      throws MalformedBodyException {
    return switch (format) {
      case JSON -> JsonBody.read(bytes, duplicates);
      case YAML -> YamlBody.read(bytes, duplicates);
      case PROTOBUF -> throw new MalformedBodyException("a patch in protobuf");
    };
  }

  private static <T> Outcome<T> unrecognized(String kind, String why, byte[] bytes) {
    return Outcome.rejected(
        new Rejection.BadRequest(
            "the object provided is unrecognized (must be of type "
                + kind
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
