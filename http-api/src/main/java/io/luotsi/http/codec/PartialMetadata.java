package io.luotsi.http.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.luotsi.core.api.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** An object reduced to its metadata, cut out of its bytes without decoding them. */
public final class PartialMetadata {
  private static final byte[] HEAD =
      "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":"
          .getBytes(StandardCharsets.UTF_8);

  private PartialMetadata() {}

  /**
   * @param json an object with {@code metadata}
   */
  public static byte[] of(byte[] json) {
    try (JsonParser parser = Json.mapper().createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals("metadata");
        parser.nextToken();
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        if (found) {
          int end = (int) parser.currentLocation().getByteOffset();
          ByteArrayOutputStream out = new ByteArrayOutputStream(HEAD.length + end - start + 1);
          out.write(HEAD, 0, HEAD.length);
          out.write(json, start, end - start);
          out.write('}');
          return out.toByteArray();
        }
      }
      throw new IllegalArgumentException("an object without metadata");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
