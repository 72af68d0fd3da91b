package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedOutputStream;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The OpenAPI v2 document in the protobuf form that kubectl up to 1.28 insists on before it applies
 * anything. It says which operations there are and what parameters they take, which is all that
 * those look up; types are described in version 3 only.
 *
 * @see "Source: the field numbers are those of gnostic's OpenAPIv2.proto"
 */
final class SwaggerPaths {
  static final String MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

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
  private static final int INFO_TITLE = 1;
  private static final int INFO_VERSION = 2;
  private static final int PATHS_PATH = 2;
  private static final int NAMED_NAME = 1;
  private static final int NAMED_VALUE = 2;
  private static final int OPERATION_ID = 5;
  private static final int OPERATION_PARAMETERS = 8;
  private static final int OPERATION_EXTENSION = 13;
  private static final int ITEM_PARAMETER = 1;
  private static final int PARAMETER_NON_BODY = 2;
  private static final int NON_BODY_QUERY = 3;
  private static final int QUERY_IN = 2;
  private static final int QUERY_NAME = 4;
  private static final int QUERY_TYPE = 6;
  private static final int ANY_YAML = 2;

  private SwaggerPaths() {}

  static byte[] of(Catalog catalog) {
    ObjectNode paths = Json.object();
    for (ResourceType type : catalog.types()) {
      new TypePaths(type).write(paths);
    }
    return message(
        document -> {
          document.writeString(DOCUMENT_SWAGGER, "2.0");
          document.writeByteArray(
              DOCUMENT_INFO,
              message(
                  info -> {
                    info.writeString(INFO_TITLE, "Kubernetes");
                    info.writeString(INFO_VERSION, "v1.36.0");
                  }));
          document.writeByteArray(
              DOCUMENT_PATHS,
              message(
                  all -> {
                    for (Map.Entry<String, JsonNode> path : paths.properties()) {
                      byte[] item = pathItem(path.getValue());
                      all.writeByteArray(PATHS_PATH, named(path.getKey(), item));
                    }
                  }));
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
        });
  }

  private static byte[] operation(JsonNode operation) {
    return message(
        out -> {
          out.writeString(OPERATION_ID, operation.path("operationId").asText());
          for (JsonNode parameter : operation.path("parameters")) {
            out.writeByteArray(OPERATION_PARAMETERS, parameter(parameter));
          }
          for (String name :
              new String[] {"x-kubernetes-action", "x-kubernetes-group-version-kind"}) {
            // JSON is YAML.
            String yaml = operation.path(name).toString();
            byte[] any = message(value -> value.writeString(ANY_YAML, yaml));
            out.writeByteArray(OPERATION_EXTENSION, named(name, any));
          }
        });
  }

  private static byte[] parameter(JsonNode parameter) {
    byte[] query =
        message(
            out -> {
              out.writeString(QUERY_IN, "query");
              out.writeString(QUERY_NAME, parameter.path("name").asText());
              out.writeString(QUERY_TYPE, parameter.at("/schema/type").asText());
            });
    byte[] nonBody = message(out -> out.writeByteArray(NON_BODY_QUERY, query));
    byte[] either = message(out -> out.writeByteArray(PARAMETER_NON_BODY, nonBody));
    return message(out -> out.writeByteArray(ITEM_PARAMETER, either));
  }

  private static byte[] named(String name, byte[] value) {
    return message(
        out -> {
          out.writeString(NAMED_NAME, name);
          out.writeByteArray(NAMED_VALUE, value);
        });
  }

  @FunctionalInterface
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }
}
