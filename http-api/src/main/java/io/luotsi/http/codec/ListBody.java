package io.luotsi.http.codec;

import io.luotsi.core.api.StoredObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.stream.javadsl.Compression;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * A list as a response: a head, the items' bytes with a separator between them, a tail. Short ones
 * are put together at once; long ones are made as the client reads, so that a list of any length
 * costs one chunk of memory.
 *
 * @param item the bytes of one item in the list
 */
public record ListBody(
    byte[] head, byte[] separator, byte[] tail, Function<StoredObject, byte[]> item) {
  static final int CHUNK_BYTES = 128 * 1024;

  /**
   * @param gzip whether the client takes compressed bodies; only long ones are
   */
  public HttpResponse respond(Accepted accepted, List<StoredObject> items, boolean gzip) {
    ContentType type = Replies.contentType(accepted);
    return switch (accepted.format()) {
      case JSON ->
          stream(type, accepted.pretty() ? indented(accepted, items) : new Chunks(items), gzip);
      // An encoder of YAML wants the whole; nobody asks for long lists that way.
      case YAML ->
          Replies.compressible(200, type, Encoding.encode(whole(items), accepted), gzip, List.of());
      case PROTOBUF -> stream(type, new ProtobufList(whole(List.of()), items, item), gzip);
    };
  }

  private Iterator<ByteString> indented(Accepted accepted, List<StoredObject> items) {
    return items.isEmpty()
        ? List.of(ByteString.fromArrayUnsafe(Encoding.encode(whole(items), accepted))).iterator()
        : pretty(accepted).new Chunks(items);
  }

  private byte[] whole(List<StoredObject> items) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Chunks(items).forEachRemaining(chunk -> out.writeBytes(chunk.toArrayUnsafe()));
    return out.toByteArray();
  }

  /** The same list indented; {@code tail} closes the items and the list. */
  private ListBody pretty(Accepted accepted) {
    String empty = text(Encoding.encode(whole(List.of()), accepted));
    String opened = empty.substring(0, empty.lastIndexOf("[]"));
    return new ListBody(
        bytes(opened + "[\n    "),
        bytes(",\n    "),
        bytes("\n  ]\n}"),
        // Line breaks within strings are escaped, so each one here ends a line.
        object ->
            bytes(text(Encoding.encode(item.apply(object), accepted)).replace("\n", "\n    ")));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static HttpResponse stream(ContentType type, Iterator<ByteString> chunks, boolean gzip) {
    ByteString first = chunks.next();
    if (!chunks.hasNext()) {
      return Replies.compressible(200, type, first.toArrayUnsafe(), gzip, List.of());
    }
    Source<ByteString, NotUsed> bytes =
        Source.single(first).concat(Source.fromIterator(() -> chunks));
    if (gzip) {
      ResponseEntity entity = HttpEntities.createChunked(type, bytes.via(Compression.gzip(1)));
      return Replies.of(200, entity, Replies.gzipHeaders());
    }
    return Replies.of(200, HttpEntities.createChunked(type, bytes), List.of());
  }

  /** Makes chunks on demand; used by one stream, once. */
  private final class Chunks implements Iterator<ByteString> {
    private final Iterator<StoredObject> items;
    private boolean begun;
    private boolean ended;
    private boolean separated = true;

    Chunks(List<StoredObject> items) {
      this.items = items.iterator();
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public ByteString next() {
      if (ended) {
        throw new NoSuchElementException();
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream(CHUNK_BYTES / 8);
      if (!begun) {
        out.writeBytes(head);
        begun = true;
      }
      while (out.size() < CHUNK_BYTES && items.hasNext()) {
        if (!separated) {
          out.writeBytes(separator);
        }
        separated = false;
        out.writeBytes(item.apply(items.next()));
      }
      if (!items.hasNext()) {
        out.writeBytes(tail);
        ended = true;
      }
      return ByteString.fromArrayUnsafe(out.toByteArray());
    }
  }
}
