package io.luotsi.http.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Statuses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Builds responses with the headers that every one of upstream's has. */
public final class Replies {
  /** Answers to reads that are at least so long are compressed for clients that ask for it. */
  public static final int GZIP_FROM_BYTES = 128 * 1024;

  public static final ContentType JSON = ContentTypes.APPLICATION_JSON;
  public static final ContentType TEXT = ContentTypes.parse("text/plain; charset=utf-8");
  public static final ContentType PLAIN_TEXT = ContentTypes.parse("text/plain");
  private static final ContentType YAML = ContentTypes.parse("application/yaml");
  private static final ContentType PROTOBUF =
      ContentTypes.parse("application/vnd.kubernetes.protobuf");

  /** The Status that a rejection is, for those who read it in another format. */
  private static final AttributeKey<ObjectNode> STATUS =
      AttributeKey.create("status", ObjectNode.class);

  private static final HttpHeader NO_CACHE = RawHeader.create("Cache-Control", "no-cache, private");
  private static final HttpHeader NO_SNIFF = RawHeader.create("X-Content-Type-Options", "nosniff");
  private static final HttpHeader GZIPPED = RawHeader.create("Content-Encoding", "gzip");
  private static final HttpHeader VARY = RawHeader.create("Vary", "Accept-Encoding");

  private Replies() {}

  public static ContentType contentType(Accepted accepted) {
    return switch (accepted.format()) {
      case JSON -> JSON;
      case YAML -> YAML;
      case PROTOBUF -> PROTOBUF;
    };
  }

  /** A response with the usual headers and those given. */
  public static HttpResponse of(int code, ResponseEntity entity, List<HttpHeader> more) {
    List<HttpHeader> headers = new ArrayList<>(3 + more.size());
    headers.add(auditId());
    headers.add(NO_CACHE);
    headers.addAll(more);
    return HttpResponse.create()
        .withStatus(StatusCodes.get(code))
        .withEntity(entity)
        .addHeaders(headers);
  }

  public static HttpResponse of(int code, ContentType type, byte[] body) {
    return of(code, HttpEntities.create(type, body), List.of());
  }

  public static HttpResponse json(int code, JsonNode body, Accepted accepted) {
    return of(code, contentType(accepted), Encoding.encode(body, accepted));
  }

  public static HttpResponse text(int code, String body) {
    return of(
        code, HttpEntities.create(TEXT, body.getBytes(StandardCharsets.UTF_8)), List.of(NO_SNIFF));
  }

  /** How upstream says that a path leads nowhere. */
  public static HttpResponse pageNotFound() {
    return text(404, "404 page not found\n");
  }

  /** The Status of a rejection, in JSON until it is {@link #told}. */
  public static HttpResponse rejected(Rejection rejection) {
    ObjectNode status = Statuses.of(rejection);
    List<HttpHeader> headers =
        switch (rejection) {
          case Rejection.TooManyRequests busy ->
              retryAfter(Math.max(1, busy.retryAfter().toSeconds()));
          case Rejection.BudgetExhausted spent when !spent.retryAfter().isZero() ->
              retryAfter(spent.retryAfter().toSeconds());
          default -> List.of();
        };
    return of(status.get("code").asInt(), HttpEntities.create(JSON, Json.write(status)), headers)
        .addAttribute(STATUS, status);
  }

  /**
   * A rejection in the format that the client asks for; any other response as it is.
   *
   * @param accept as the client wrote it; if it takes nothing that we have, it gets JSON, as
   *     upstream's clients do
   * @param forPeople whether people look at it; not asked for answers
   */
  public static HttpResponse told(HttpResponse response, String accept, BooleanSupplier forPeople) {
    Optional<ObjectNode> status = response.getAttribute(STATUS);
    if (status.isEmpty()) {
      return response;
    }
    boolean pretty = forPeople.getAsBoolean();
    Accepted accepted =
        switch (Accepted.negotiate(accept, Accepted.PLAIN, pretty)) {
          case Outcome.Done<Accepted>(Accepted done) -> done;
          case Outcome.Rejected<Accepted> none ->
              new Accepted(Accepted.Format.JSON, Accepted.Shape.OBJECT, pretty);
        };
    return accepted.format() == Accepted.Format.JSON && !pretty
        ? response
        : response.withEntity(
            HttpEntities.create(contentType(accepted), Encoding.encode(status.get(), accepted)));
  }

  private static List<HttpHeader> retryAfter(long seconds) {
    return List.of(RawHeader.create("Retry-After", Long.toString(seconds)));
  }

  /** A whole body, compressed if it is long and the client can. */
  public static HttpResponse compressible(
      int code, ContentType type, byte[] body, boolean gzip, List<HttpHeader> more) {
    if (!gzip || body.length < GZIP_FROM_BYTES) {
      return of(code, HttpEntities.create(type, body), more);
    }
    List<HttpHeader> headers = new ArrayList<>(more);
    headers.add(GZIPPED);
    headers.add(VARY);
    return of(code, HttpEntities.create(type, gzip(body)), headers);
  }

  /** Headers that say that a streamed body is compressed. */
  public static List<HttpHeader> gzipHeaders() {
    return List.of(GZIPPED, VARY);
  }

  private static byte[] gzip(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4);
    try (GZIPOutputStream gzip = fastGzip(out)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static GZIPOutputStream fastGzip(ByteArrayOutputStream out) throws IOException {
    return new GZIPOutputStream(out, 8 * 1024) {
      {
        def.setLevel(Deflater.BEST_SPEED);
      }
    };
  }

  /** Unique enough to find a request by; not a secret, so the fast source of randomness will do. */
  private static HttpHeader auditId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return RawHeader.create("Audit-Id", new UUID(high, low).toString());
  }

  /** A Warning header as RFC 9110 and upstream write it. */
  public static HttpHeader warning(String text) {
    StringBuilder quoted = new StringBuilder("299 - \"");
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\');
              }
              // A header has no room for line breaks and other controls.
              quoted.append(c < 0x20 || c == 0x7f ? ' ' : (char) c);
            });
    return RawHeader.create("Warning", quoted.append('"').toString());
  }
}
