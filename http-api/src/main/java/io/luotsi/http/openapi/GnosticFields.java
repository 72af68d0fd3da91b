package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** How gnostic writes what both versions of OpenAPI have. */
final class GnosticFields {
  /** Of messages that have one field. */
  static final int ONLY = 1;

  private static final int NAMED_NAME = 1;
  private static final int NAMED_VALUE = 2;
  private static final int ANY_YAML = 2;

  private GnosticFields() {}

  static void extensions(CodedOutputStream out, int field, JsonNode of) throws IOException {
    for (Map.Entry<String, JsonNode> extension : of.properties()) {
      if (extension.getKey().startsWith("x-")) {
        out.writeByteArray(field, named(extension.getKey(), any(extension.getValue())));
      }
    }
  }

  /** Any value at all. */
  static byte[] any(JsonNode value) {
    String yaml = value.toString(); // JSON is YAML
    return message(out -> out.writeString(ANY_YAML, yaml));
  }

  static void text(CodedOutputStream out, int field, JsonNode text) throws IOException {
    if (text.isTextual()) {
      out.writeString(field, text.asText());
    }
  }

  static void texts(CodedOutputStream out, int field, JsonNode texts) throws IOException {
    for (JsonNode text : texts) {
      out.writeString(field, text.asText());
    }
  }

  static byte[] wrapped(int field, byte[] value) {
    return message(out -> out.writeByteArray(field, value));
  }

  static byte[] named(String name, byte[] value) {
    return message(
        out -> {
          out.writeString(NAMED_NAME, name);
          out.writeByteArray(NAMED_VALUE, value);
        });
  }

  @FunctionalInterface
  interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  static byte[] message(Fields fields) {
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
