package io.luotsi.http.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.luotsi.core.api.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Objects in the envelope that upstream puts around every one of them: four bytes, then a message
 * {@code Unknown} with the kind and the object's own message in it.
 *
 * @see "Source: apimachinery pkg/runtime/serializer/protobuf"
 */
public final class ProtobufAnswer {
  static final byte[] MAGIC = {'k', '8', 's', 0};

  private static final int TYPE_META = 1;
  private static final int API_VERSION = 1;
  private static final int KIND = 2;
  private static final int RAW = 2;
  private static final int CONTENT_ENCODING = 3;
  private static final int CONTENT_TYPE = 4;
  private static final int EVENT_TYPE = 1;
  private static final int EVENT_OBJECT = 2;
  private static final int EXTENSION_RAW = 1;

  private ProtobufAnswer() {}

  /** What an object says that it is. */
  record TypeMeta(String apiVersion, String kind) {
    static TypeMeta of(byte[] json) {
      String apiVersion = "";
      String kind = "";
      try (JsonParser parser = Json.mapper().createParser(json)) {
        parser.nextToken();
        while ((apiVersion.isEmpty() || kind.isEmpty())
            && parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          switch (name) {
            case "apiVersion" -> apiVersion = parser.getText();
            case "kind" -> kind = parser.getText();
            default -> parser.skipChildren();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new TypeMeta(apiVersion, kind);
    }

    /**
     * @throws IllegalStateException if the kind has no message (a caller's bug: such kinds are not
     *     offered in protobuf)
     */
    ProtobufLayout layout() {
      return ProtobufTypes.find(apiVersion, kind)
          .map(ProtobufLayout::of)
          .orElseThrow(() -> new IllegalStateException("no message for " + this));
    }
  }

  static boolean isOne(byte[] bytes) {
    return bytes.length >= MAGIC.length
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * @param json an object with {@code apiVersion} and {@code kind}
   */
  public static byte[] of(byte[] json) {
    ProtobufWriter out = new ProtobufWriter(json.length + 64);
    TypeMeta type = TypeMeta.of(json);
    begin(type, out);
    int raw = out.begin(RAW);
    ProtobufEncoder.write(json, type.layout(), out);
    out.end(raw);
    end(out);
    return out.toByteArray();
  }

  /** The bytes before those of the object's message, but for their length. */
  static void begin(TypeMeta type, ProtobufWriter out) {
    out.raw(MAGIC);
    int meta = out.begin(TYPE_META);
    out.text(API_VERSION, type.apiVersion());
    out.text(KIND, type.kind());
    out.end(meta);
  }

  /** The bytes after those of the object's message: upstream leaves both empty. */
  static void end(ProtobufWriter out) {
    out.lengthDelimited(CONTENT_ENCODING, 0);
    out.lengthDelimited(CONTENT_TYPE, 0);
  }

  /** What comes between {@link #begin} and a message of so many bytes. */
  static void length(long messageBytes, ProtobufWriter out) {
    out.lengthDelimited(RAW, messageBytes);
  }

  /**
   * A frame of a watch: its length in four bytes, then a {@code WatchEvent} without an envelope,
   * and in it the object with one.
   *
   * @param type as upstream calls it: {@code ADDED}
   * @param object in its envelope
   */
  public static byte[] event(String type, byte[] object) {
    ProtobufWriter out = new ProtobufWriter(object.length + 32);
    out.fixed32BigEndian(0);
    out.text(EVENT_TYPE, type);
    int extension = out.begin(EVENT_OBJECT);
    out.bytes(EXTENSION_RAW, object, 0, object.length);
    out.end(extension);
    out.fixed32BigEndianAt(0, out.size() - Integer.BYTES);
    return out.toByteArray();
  }
}
