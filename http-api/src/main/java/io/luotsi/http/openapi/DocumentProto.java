package io.luotsi.http.openapi;

import static io.luotsi.http.openapi.GnosticFields.ONLY;
import static io.luotsi.http.openapi.GnosticFields.any;
import static io.luotsi.http.openapi.GnosticFields.extensions;
import static io.luotsi.http.openapi.GnosticFields.message;
import static io.luotsi.http.openapi.GnosticFields.named;
import static io.luotsi.http.openapi.GnosticFields.text;
import static io.luotsi.http.openapi.GnosticFields.texts;
import static io.luotsi.http.openapi.GnosticFields.wrapped;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Documents of OpenAPI version 3 in the protobuf form that upstream serves them in.
 *
 * @see "Source: the field numbers are those of gnostic's OpenAPIv3.proto"
 */
final class DocumentProto {
  private static final int DOCUMENT_OPENAPI = 1;
  private static final int DOCUMENT_INFO = 2;
  private static final int DOCUMENT_PATHS = 4;
  private static final int DOCUMENT_COMPONENTS = 5;
  private static final int INFO_TITLE = 1;
  private static final int INFO_VERSION = 6;
  private static final int COMPONENTS_SCHEMAS = 1;

  private static final Map<String, Integer> METHODS = new LinkedHashMap<>();
  private static final int ITEM_PARAMETERS = 13;

  static {
    METHODS.put("get", 4);
    METHODS.put("put", 5);
    METHODS.put("post", 6);
    METHODS.put("delete", 7);
    METHODS.put("options", 8);
    METHODS.put("head", 9);
    METHODS.put("patch", 10);
  }

  private static final int OPERATION_TAGS = 1;
  private static final int OPERATION_DESCRIPTION = 3;
  private static final int OPERATION_ID = 5;
  private static final int OPERATION_PARAMETERS = 6;
  private static final int OPERATION_BODY = 7;
  private static final int OPERATION_RESPONSES = 8;
  private static final int OPERATION_EXTENSION = 13;
  private static final int PARAMETER_NAME = 1;
  private static final int PARAMETER_IN = 2;
  private static final int PARAMETER_DESCRIPTION = 3;
  private static final int PARAMETER_REQUIRED = 4;
  private static final int PARAMETER_SCHEMA = 10;
  private static final int BODY_DESCRIPTION = 1;
  private static final int BODY_CONTENT = 2;
  private static final int BODY_REQUIRED = 3;
  private static final int RESPONSES_CODE = 2;
  private static final int RESPONSE_DESCRIPTION = 1;
  private static final int RESPONSE_CONTENT = 3;

  private static final int EITHER_SCHEMA = 1;
  private static final int EITHER_REFERENCE = 2;
  private static final int REFERENCE_DESCRIPTION = 3;
  private static final int VALUES_SCHEMA = 1;
  private static final int VALUES_FLAG = 2;
  private static final int DEFAULT_NUMBER = 1;
  private static final int DEFAULT_FLAG = 2;
  private static final int DEFAULT_TEXT = 3;

  private static final Map<String, Integer> SCHEMA_FLAGS =
      Map.of(
          "nullable", 1,
          "readOnly", 3,
          "writeOnly", 4,
          "deprecated", 8,
          "exclusiveMaximum", 12,
          "exclusiveMinimum", 14,
          "uniqueItems", 20);
  private static final Map<String, Integer> SCHEMA_NUMBERS =
      Map.of("multipleOf", 10, "maximum", 11, "minimum", 13);
  private static final Map<String, Integer> SCHEMA_COUNTS =
      Map.of(
          "maxLength", 15,
          "minLength", 16,
          "maxItems", 18,
          "minItems", 19,
          "maxProperties", 21,
          "minProperties", 22);
  private static final Map<String, Integer> SCHEMA_TEXTS =
      Map.of("title", 9, "pattern", 17, "type", 25, "description", 34, "format", 35);
  private static final Map<String, Integer> SCHEMA_CHOICES =
      Map.of("allOf", 26, "oneOf", 27, "anyOf", 28);
  private static final int SCHEMA_DOCS = 6;
  private static final int DOCS_DESCRIPTION = 1;
  private static final int DOCS_URL = 2;
  private static final int SCHEMA_EXAMPLE = 7;
  private static final int SCHEMA_REQUIRED = 23;
  private static final int SCHEMA_ENUM = 24;
  private static final int SCHEMA_NOT = 29;
  private static final int SCHEMA_ITEMS = 30;
  private static final int SCHEMA_PROPERTIES = 31;
  private static final int SCHEMA_VALUES = 32;
  private static final int SCHEMA_DEFAULT = 33;
  private static final int SCHEMA_EXTENSION = 36;

  private DocumentProto() {}

  static byte[] encode(JsonNode document) {
    return message(
        out -> {
          text(out, DOCUMENT_OPENAPI, document.path("openapi"));
          out.writeByteArray(
              DOCUMENT_INFO,
              message(
                  info -> {
                    text(info, INFO_TITLE, document.at("/info/title"));
                    text(info, INFO_VERSION, document.at("/info/version"));
                  }));
          out.writeByteArray(
              DOCUMENT_PATHS, all(ONLY, document.path("paths"), DocumentProto::pathItem));
          byte[] schemas = all(ONLY, document.at("/components/schemas"), DocumentProto::either);
          out.writeByteArray(DOCUMENT_COMPONENTS, wrapped(COMPONENTS_SCHEMAS, schemas));
        });
  }

  /** A message of nothing but named values. */
  private static byte[] all(int field, JsonNode values, Function<JsonNode, byte[]> each) {
    return message(
        out -> {
          for (Map.Entry<String, JsonNode> value : values.properties()) {
            out.writeByteArray(field, named(value.getKey(), each.apply(value.getValue())));
          }
        });
  }

  private static byte[] pathItem(JsonNode item) {
    return message(
        out -> {
          for (Map.Entry<String, Integer> method : METHODS.entrySet()) {
            if (item.has(method.getKey())) {
              out.writeByteArray(method.getValue(), operation(item.path(method.getKey())));
            }
          }
          parameters(out, ITEM_PARAMETERS, item);
        });
  }

  private static byte[] operation(JsonNode operation) {
    return message(
        out -> {
          texts(out, OPERATION_TAGS, operation.path("tags"));
          text(out, OPERATION_DESCRIPTION, operation.path("description"));
          text(out, OPERATION_ID, operation.path("operationId"));
          parameters(out, OPERATION_PARAMETERS, operation);
          if (operation.has("requestBody")) {
            out.writeByteArray(OPERATION_BODY, wrapped(ONLY, body(operation.path("requestBody"))));
          }
          out.writeByteArray(
              OPERATION_RESPONSES,
              all(
                  RESPONSES_CODE,
                  operation.path("responses"),
                  response -> wrapped(ONLY, response(response))));
          extensions(out, OPERATION_EXTENSION, operation);
        });
  }

  private static void parameters(CodedOutputStream out, int field, JsonNode of) throws IOException {
    for (JsonNode parameter : of.path("parameters")) {
      out.writeByteArray(field, wrapped(ONLY, parameter(parameter)));
    }
  }

  private static byte[] parameter(JsonNode parameter) {
    return message(
        out -> {
          text(out, PARAMETER_NAME, parameter.path("name"));
          text(out, PARAMETER_IN, parameter.path("in"));
          text(out, PARAMETER_DESCRIPTION, parameter.path("description"));
          flag(out, PARAMETER_REQUIRED, parameter.path("required"));
          out.writeByteArray(PARAMETER_SCHEMA, either(parameter.path("schema")));
        });
  }

  private static byte[] body(JsonNode body) {
    return message(
        out -> {
          text(out, BODY_DESCRIPTION, body.path("description"));
          content(out, BODY_CONTENT, body);
          flag(out, BODY_REQUIRED, body.path("required"));
        });
  }

  private static byte[] response(JsonNode response) {
    return message(
        out -> {
          text(out, RESPONSE_DESCRIPTION, response.path("description"));
          content(out, RESPONSE_CONTENT, response);
        });
  }

  /** What a body may be, by media type. */
  private static void content(CodedOutputStream out, int field, JsonNode of) throws IOException {
    if (of.has("content")) {
      out.writeByteArray(
          field,
          all(
              ONLY,
              of.path("content"),
              type ->
                  type.has("schema") ? wrapped(ONLY, either(type.path("schema"))) : new byte[0]));
    }
  }

  /** A schema, or where it is; what else stands beside a reference is no part of it. */
  private static byte[] either(JsonNode schema) {
    if (!schema.has("$ref")) {
      return wrapped(EITHER_SCHEMA, schema(schema));
    }
    return wrapped(
        EITHER_REFERENCE,
        message(
            out -> {
              text(out, ONLY, schema.path("$ref"));
              text(out, REFERENCE_DESCRIPTION, schema.path("description"));
            }));
  }

  private static byte[] schema(JsonNode schema) {
    return message(
        out -> {
          for (Map.Entry<String, JsonNode> entry : schema.properties()) {
            keyword(out, entry.getKey(), entry.getValue());
          }
          extensions(out, SCHEMA_EXTENSION, schema);
        });
  }

  private static void keyword(CodedOutputStream out, String name, JsonNode value)
      throws IOException {
    if (SCHEMA_TEXTS.containsKey(name)) {
      text(out, SCHEMA_TEXTS.get(name), value);
    } else if (SCHEMA_FLAGS.containsKey(name)) {
      flag(out, SCHEMA_FLAGS.get(name), value);
    } else if (SCHEMA_NUMBERS.containsKey(name)) {
      out.writeDouble(SCHEMA_NUMBERS.get(name), value.asDouble());
    } else if (SCHEMA_COUNTS.containsKey(name)) {
      out.writeInt64(SCHEMA_COUNTS.get(name), value.asLong());
    } else if (SCHEMA_CHOICES.containsKey(name)) {
      for (JsonNode choice : value) {
        out.writeByteArray(SCHEMA_CHOICES.get(name), either(choice));
      }
    } else {
      structure(out, name, value);
    }
  }

  private static void structure(CodedOutputStream out, String name, JsonNode value)
      throws IOException {
    switch (name) {
      case "required" -> texts(out, SCHEMA_REQUIRED, value);
      case "enum" -> {
        for (JsonNode one : value) {
          out.writeByteArray(SCHEMA_ENUM, any(one));
        }
      }
      case "example" -> out.writeByteArray(SCHEMA_EXAMPLE, any(value));
      case "externalDocs" ->
          out.writeByteArray(
              SCHEMA_DOCS,
              message(
                  docs -> {
                    text(docs, DOCS_DESCRIPTION, value.path("description"));
                    text(docs, DOCS_URL, value.path("url"));
                  }));
      case "not" -> out.writeByteArray(SCHEMA_NOT, schema(value));
      case "items" -> out.writeByteArray(SCHEMA_ITEMS, wrapped(ONLY, either(value)));
      case "properties" ->
          out.writeByteArray(SCHEMA_PROPERTIES, all(ONLY, value, DocumentProto::either));
      case "additionalProperties" ->
          out.writeByteArray(
              SCHEMA_VALUES,
              value.isBoolean()
                  ? message(either -> either.writeBool(VALUES_FLAG, value.asBoolean()))
                  : wrapped(VALUES_SCHEMA, either(value)));
      case "default" -> out.writeByteArray(SCHEMA_DEFAULT, defaultValue(value));
      default -> {} // extensions come last, and there is no field for anything else
    }
  }

  /** Of lists and objects gnostic has no message: that there is a default is all it says. */
  private static byte[] defaultValue(JsonNode value) {
    return message(
        out -> {
          if (value.isNumber()) {
            out.writeDouble(DEFAULT_NUMBER, value.asDouble());
          } else if (value.isBoolean()) {
            out.writeBool(DEFAULT_FLAG, value.asBoolean());
          } else if (value.isTextual()) {
            out.writeString(DEFAULT_TEXT, value.asText());
          }
        });
  }

  private static void flag(CodedOutputStream out, int field, JsonNode flag) throws IOException {
    if (flag.asBoolean()) {
      out.writeBool(field, true);
    }
  }
}
