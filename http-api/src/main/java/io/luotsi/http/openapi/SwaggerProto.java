package io.luotsi.http.openapi;

import static io.luotsi.http.openapi.GnosticFields.ONLY;
import static io.luotsi.http.openapi.GnosticFields.extensions;
import static io.luotsi.http.openapi.GnosticFields.message;
import static io.luotsi.http.openapi.GnosticFields.named;
import static io.luotsi.http.openapi.GnosticFields.text;
import static io.luotsi.http.openapi.GnosticFields.texts;
import static io.luotsi.http.openapi.GnosticFields.wrapped;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The document of OpenAPI version 2 in the protobuf form that kubectl reads it in.
 *
 * @see "Source: the field numbers are those of gnostic's OpenAPIv2.proto"
 */
final class SwaggerProto {
  private static final Map<String, Integer> METHODS = new LinkedHashMap<>();

  static {
    METHODS.put("get", 2);
    METHODS.put("put", 3);
    METHODS.put("post", 4);
    METHODS.put("delete", 5);
    METHODS.put("patch", 8);
  }

  private static final int DOCUMENT_SWAGGER = 1;
  private static final int DOCUMENT_INFO = 2;
  private static final int DOCUMENT_PATHS = 8;
  private static final int DOCUMENT_DEFINITIONS = 9;
  private static final int INFO_TITLE = 1;
  private static final int INFO_VERSION = 2;
  private static final int PATHS_PATH = 2;
  private static final int DEFINITIONS_SCHEMA = 1;
  private static final int ITEM_PARAMETERS = 9;
  private static final int OPERATION_TAGS = 1;
  private static final int OPERATION_ID = 5;
  private static final int OPERATION_PRODUCES = 6;
  private static final int OPERATION_CONSUMES = 7;
  private static final int OPERATION_PARAMETERS = 8;
  private static final int OPERATION_RESPONSES = 9;
  private static final int OPERATION_SCHEMES = 10;
  private static final int OPERATION_EXTENSION = 13;
  private static final int PARAMETER = 1;
  private static final int PARAMETER_BODY = 1;
  private static final int PARAMETER_NON_BODY = 2;
  private static final int BODY_NAME = 2;
  private static final int BODY_IN = 3;
  private static final int BODY_REQUIRED = 4;
  private static final int BODY_SCHEMA = 5;
  private static final int NON_BODY_QUERY = 3;
  private static final int NON_BODY_PATH = 4;
  private static final int PARAMETER_REQUIRED = 1;
  private static final int PARAMETER_IN = 2;
  private static final int PARAMETER_NAME = 4;
  private static final int QUERY_TYPE = 6;
  private static final int QUERY_UNIQUE = 20;
  private static final int PATH_TYPE = 5;
  private static final int PATH_UNIQUE = 19;
  private static final int RESPONSES_CODE = 1;
  private static final int RESPONSE = 1;
  private static final int RESPONSE_DESCRIPTION = 1;
  private static final int RESPONSE_SCHEMA = 2;
  private static final int SCHEMA_ITEM = 1;
  private static final int SCHEMA_REF = 1;
  private static final int SCHEMA_FORMAT = 2;
  private static final int SCHEMA_DESCRIPTION = 4;
  private static final int SCHEMA_REQUIRED = 19;
  private static final int SCHEMA_ADDITIONAL = 21;
  private static final int SCHEMA_TYPE = 22;
  private static final int SCHEMA_ITEMS = 23;
  private static final int SCHEMA_PROPERTIES = 25;
  private static final int SCHEMA_EXTENSION = 31;

  private SwaggerProto() {}

  static byte[] encode(JsonNode document) {
    return message(
        out -> {
          out.writeString(DOCUMENT_SWAGGER, document.path("swagger").asText());
          out.writeByteArray(
              DOCUMENT_INFO,
              message(
                  info -> {
                    info.writeString(INFO_TITLE, document.at("/info/title").asText());
                    info.writeString(INFO_VERSION, document.at("/info/version").asText());
                  }));
          out.writeByteArray(DOCUMENT_PATHS, paths(document.path("paths")));
          out.writeByteArray(
              DOCUMENT_DEFINITIONS, schemas(DEFINITIONS_SCHEMA, document.path("definitions")));
        });
  }

  private static byte[] paths(JsonNode paths) {
    return message(
        out -> {
          for (Map.Entry<String, JsonNode> path : paths.properties()) {
            out.writeByteArray(PATHS_PATH, named(path.getKey(), pathItem(path.getValue())));
          }
        });
  }

  private static byte[] schemas(int field, JsonNode schemas) {
    return message(
        out -> {
          for (Map.Entry<String, JsonNode> schema : schemas.properties()) {
            out.writeByteArray(field, named(schema.getKey(), schema(schema.getValue())));
          }
        });
  }

  private static byte[] schema(JsonNode schema) {
    return message(
        out -> {
          text(out, SCHEMA_REF, schema.path("$ref"));
          text(out, SCHEMA_FORMAT, schema.path("format"));
          text(out, SCHEMA_DESCRIPTION, schema.path("description"));
          for (JsonNode required : schema.path("required")) {
            out.writeString(SCHEMA_REQUIRED, required.asText());
          }
          JsonNode values = schema.path("additionalProperties");
          if (values.isObject()) {
            byte[] type = schema(values);
            out.writeByteArray(
                SCHEMA_ADDITIONAL, message(either -> either.writeByteArray(ONLY, type)));
          }
          if (schema.path("type").isTextual()) {
            String type = schema.path("type").asText();
            out.writeByteArray(SCHEMA_TYPE, message(item -> item.writeString(ONLY, type)));
          }
          if (schema.path("items").isObject()) {
            byte[] item = schema(schema.path("items"));
            out.writeByteArray(SCHEMA_ITEMS, message(items -> items.writeByteArray(ONLY, item)));
          }
          if (schema.has("properties")) {
            out.writeByteArray(SCHEMA_PROPERTIES, schemas(ONLY, schema.path("properties")));
          }
          extensions(out, SCHEMA_EXTENSION, schema);
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
          for (JsonNode parameter : item.path("parameters")) {
            out.writeByteArray(ITEM_PARAMETERS, parameter(parameter));
          }
        });
  }

  private static byte[] operation(JsonNode operation) {
    return message(
        out -> {
          texts(out, OPERATION_TAGS, operation.path("tags"));
          text(out, OPERATION_ID, operation.path("operationId"));
          texts(out, OPERATION_PRODUCES, operation.path("produces"));
          texts(out, OPERATION_CONSUMES, operation.path("consumes"));
          for (JsonNode parameter : operation.path("parameters")) {
            out.writeByteArray(OPERATION_PARAMETERS, parameter(parameter));
          }
          out.writeByteArray(OPERATION_RESPONSES, responses(operation.path("responses")));
          texts(out, OPERATION_SCHEMES, operation.path("schemes"));
          extensions(out, OPERATION_EXTENSION, operation);
        });
  }

  private static byte[] parameter(JsonNode parameter) {
    byte[] either =
        parameter.path("in").asText().equals("body")
            ? wrapped(PARAMETER_BODY, body(parameter))
            : wrapped(PARAMETER_NON_BODY, nonBody(parameter));
    return wrapped(PARAMETER, either);
  }

  private static byte[] body(JsonNode parameter) {
    return message(
        out -> {
          text(out, BODY_NAME, parameter.path("name"));
          text(out, BODY_IN, parameter.path("in"));
          if (parameter.path("required").asBoolean()) {
            out.writeBool(BODY_REQUIRED, true);
          }
          out.writeByteArray(BODY_SCHEMA, schema(parameter.path("schema")));
        });
  }

  private static byte[] nonBody(JsonNode parameter) {
    boolean query = parameter.path("in").asText().equals("query");
    byte[] own =
        message(
            out -> {
              if (parameter.path("required").asBoolean()) {
                out.writeBool(PARAMETER_REQUIRED, true);
              }
              text(out, PARAMETER_IN, parameter.path("in"));
              text(out, PARAMETER_NAME, parameter.path("name"));
              text(out, query ? QUERY_TYPE : PATH_TYPE, parameter.path("type"));
              if (parameter.path("uniqueItems").asBoolean()) {
                out.writeBool(query ? QUERY_UNIQUE : PATH_UNIQUE, true);
              }
            });
    return wrapped(query ? NON_BODY_QUERY : NON_BODY_PATH, own);
  }

  private static byte[] responses(JsonNode responses) {
    return message(
        out -> {
          for (Map.Entry<String, JsonNode> response : responses.properties()) {
            byte[] value = wrapped(RESPONSE, response(response.getValue()));
            out.writeByteArray(RESPONSES_CODE, named(response.getKey(), value));
          }
        });
  }

  private static byte[] response(JsonNode response) {
    return message(
        out -> {
          text(out, RESPONSE_DESCRIPTION, response.path("description"));
          if (response.has("schema")) {
            byte[] schema = wrapped(SCHEMA_ITEM, schema(response.path("schema")));
            out.writeByteArray(RESPONSE_SCHEMA, schema);
          }
        });
  }
}
