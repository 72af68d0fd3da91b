package io.luotsi.http.codec;

import io.luotsi.core.api.StoredObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
  /**
   * So much is made when the connection asks for more: two frames of HTTP/2. Each list that is
   * under way holds a few of these, and many are at once.
   */
  static final int CHUNK_BYTES = 32 * 1024;

  /** What is shorter is put together at once. */
  private static final int WHOLE_BYTES = Replies.GZIP_FROM_BYTES;

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

  /** A list that is short enough is an answer with a length, any other a stream. */
  private static HttpResponse stream(ContentType type, Iterator<ByteString> chunks, boolean gzip) {
    List<ByteString> begin = new ArrayList<>();
    int bytes = 0;
    while (bytes < WHOLE_BYTES && chunks.hasNext()) {
      ByteString chunk = chunks.next();
      bytes += chunk.size();
      begin.add(chunk);
    }
    if (!chunks.hasNext()) {
      return Replies.compressible(200, type, joined(begin, bytes), gzip, List.of());
    }
    Source<ByteString, NotUsed> all = Source.fromIterator(() -> new Continued(begin, chunks));
    if (gzip) {
      ResponseEntity entity = HttpEntities.createChunked(type, all.via(Compression.gzip(1)));
      return Replies.of(200, entity, Replies.gzipHeaders());
    }
    return Replies.of(200, HttpEntities.createChunked(type, all), List.of());
  }

  private static byte[] joined(List<ByteString> chunks, int bytes) {
    if (chunks.size() == 1) {
      return chunks.get(0).toArrayUnsafe();
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    chunks.forEach(chunk -> chunk.copyToBuffer(all));
    return all.array();
  }

  /** What is there already, of which nothing is kept once it is given, and then the rest. */
  private static final class Continued implements Iterator<ByteString> {
    private final ArrayDeque<ByteString> begin;
    private final Iterator<ByteString> rest;

    Continued(List<ByteString> begin, Iterator<ByteString> rest) {
      this.begin = new ArrayDeque<>(begin);
      this.rest = rest;
      begin.clear(); // the stream is run once, and its description lives as long as the answer
    }

    @Override
    public boolean hasNext() {
      return !begin.isEmpty() || rest.hasNext();
    }

    @Override
    public ByteString next() {
      return begin.isEmpty() ? rest.next() : begin.remove();
    }
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

    /** Gathered first and copied then, so that a chunk costs the heap nothing but itself. */
    @Override
    public ByteString next() {
      if (ended) {
        throw new NoSuchElementException();
      }
      List<byte[]> parts = new ArrayList<>();
      int size = 0;
      if (!begun) {
        begun = true;
        size += add(head, parts);
      }
      while (size < CHUNK_BYTES && items.hasNext()) {
        if (!separated) {
          size += add(separator, parts);
        }
        separated = false;
        size += add(item.apply(items.next()), parts);
      }
      if (!items.hasNext()) {
        ended = true;
        size += add(tail, parts);
      }
      ByteBuffer chunk = ByteBuffer.allocate(size);
      parts.forEach(chunk::put);
      return ByteString.fromArrayUnsafe(chunk.array());
    }

    private static int add(byte[] part, List<byte[]> to) {
      to.add(part);
      return part.length;
    }
  }
}
