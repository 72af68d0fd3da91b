package io.luotsi.http.streaming.proxy;

import com.typesafe.config.ConfigFactory;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StageFailure;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.streaming.Upgraded;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpProtocols;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.Uri;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.headers.Host;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.headers.RawRequestURI;
import org.apache.pekko.http.javadsl.settings.ClientConnectionSettings;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Sends one request over a connection of its own, and gives the answer as it comes. */
final class Forwarding {
  /** For the answer to a request to speak another protocol, whose client may be gone by then. */
  private static final long ANSWER_SECONDS = 30;

  private static final int MAX_HEAD_BYTES = 64 << 10;
  private static final int MAX_REFUSAL_BYTES = 1 << 20;
  private static final int PIECE_BYTES = 16 << 10;
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final Materializer materializer;
  private final ClientConnectionSettings settings;

  Forwarding(Materializer materializer) {
    this.materializer = materializer;
    this.settings = settings(materializer.system());
  }

  /** Answers are passed on, whatever they say and however long they take. */
  private static ClientConnectionSettings settings(ActorSystem system) {
    Map<String, Object> overrides =
        Map.of(
            "idle-timeout",
            "infinite",
            "user-agent-header",
            "",
            "parsing.max-content-length",
            "infinite",
            "parsing.max-header-value-length",
            MAX_HEAD_BYTES,
            "parsing.max-header-count",
            256,
            "parsing.modeled-header-parsing",
            false,
            "parsing.illegal-header-warnings",
            false,
            "parsing.error-logging-verbosity",
            "off");
    return ClientConnectionSettings.create(
        ConfigFactory.parseMap(overrides, "proxy")
            .withFallback(system.settings().config().getConfig("pekko.http.client"))
            .atPath("pekko.http.client")
            .withFallback(system.settings().config()));
  }

  static boolean isUpgrade(HttpRequest request) {
    return request.protocol().equals(HttpProtocols.HTTP_1_1)
        && request
            .getHeader("Connection")
            .filter(header -> header.value().toLowerCase(Locale.ROOT).contains("upgrade"))
            .isPresent()
        && request.getHeader("Upgrade").isPresent();
  }

  /**
   * @param authority host and port of what answers
   */
  CompletionStage<HttpResponse> send(
      HttpRequest request,
      ProxyPath path,
      String authority,
      Flow<ByteString, ByteString, NotUsed> connection) {
    String client = host(request, authority);
    HttpRequest sent =
        HttpRequest.create()
            .withMethod(request.method())
            .withUri(Uri.create("/"))
            .withEntity(request.entity())
            .withHeaders(headers(request, path));
    Flow<HttpRequest, HttpResponse, NotUsed> http =
        Connections.http(
            Http.get(materializer.system()).clientLayer(hostHeader(client), settings),
            path.isTls(),
            connection);
    return Source.single(sent)
        // As long as the answer comes, the request's side stays open: its end is the client's.
        .concat(Source.maybe())
        .via(http)
        .runWith(Sink.head(), materializer)
        .handle(
            (answer, failure) ->
                failure == null
                    ? passedOn(answer, path, authority, client)
                    : Replies.rejected(ProxyRoutes.unreachable(words(failure))));
  }

  private static String uri(HttpRequest request, ProxyPath path) {
    return path.asked() + request.getUri().rawQueryString().map(text -> "?" + text).orElse("");
  }

  private static List<HttpHeader> headers(HttpRequest request, ProxyPath path) {
    List<HttpHeader> headers = new ArrayList<>(ProxyHeaders.ofRequest(request.getHeaders()));
    // As the client wrote it, whatever Pekko would make of it.
    headers.add(RawRequestURI.create(uri(request, path)));
    headers.add(RawHeader.create("X-Forwarded-Uri", path.prefix() + path.asked()));
    return headers;
  }

  /** The host that the client asked, which the other side is told as it is. */
  private static String host(HttpRequest request, String otherwise) {
    return request.getHeader("Host").map(HttpHeader::value).orElse(otherwise);
  }

  private static Host hostHeader(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > 0 && authority.indexOf(']') < colon;
    return hasPort
        ? Host.create(
            authority.substring(0, colon), Integer.parseInt(authority.substring(colon + 1)))
        : Host.create(authority);
  }

  private static HttpResponse passedOn(
      HttpResponse answer, ProxyPath path, String authority, String client) {
    List<HttpHeader> headers = new ArrayList<>();
    for (HttpHeader header : ProxyHeaders.ofResponse(answer.getHeaders())) {
      headers.add(
          header.is("location")
              ? RawHeader.create(
                  "Location", Locations.rewritten(header.value(), authority, client, path.prefix()))
              : header);
    }
    return HttpResponse.create()
        .withStatus(answer.status())
        .withHeaders(headers)
        .withEntity(answer.entity());
  }

  private static String words(Throwable failure) {
    Throwable cause = StageFailure.cause(failure);
    Throwable told = cause instanceof UncheckedIOException io ? io.getCause() : cause;
    return String.valueOf(told.getMessage());
  }

  /**
   * A request to speak another protocol: what the other side answers is passed on, and if it
   * agrees, every byte after it in both directions.
   */
  CompletionStage<HttpResponse> upgrade(
      HttpRequest request, ProxyPath path, Flow<ByteString, ByteString, NotUsed> connection) {
    CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    Upgraded behind =
        Upgraded.over(path.isTls() ? Connections.secured(connection) : connection, materializer);
    Thread.ofVirtual()
        .name("proxy-upgrade")
        .start(
            () -> {
              try {
                behind.out().write(head(request, path).getBytes(StandardCharsets.ISO_8859_1));
                behind.out().flush();
                answer.complete(answer(behind));
              } catch (IOException | RuntimeException e) {
                behind.close();
                answer.complete(Replies.rejected(ProxyRoutes.unreachable(words(e))));
              }
            });
    CompletableFuture.delayedExecutor(ANSWER_SECONDS, TimeUnit.SECONDS)
        .execute(
            () -> {
              if (!answer.isDone()) {
                behind.close(); // and whoever waits for its answer is thrown out
              }
            });
    return answer;
  }

  private static String head(HttpRequest request, ProxyPath path) {
    StringBuilder head = new StringBuilder(request.method().name());
    head.append(' ').append(uri(request, path)).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(host(request, path.name())).append("\r\n");
    for (HttpHeader header : ProxyHeaders.ofUpgrade(request.getHeaders())) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private static HttpResponse answer(Upgraded behind) throws IOException {
    String[] lines = readHead(behind.in()).split("\r\n");
    String[] status = lines[0].split(" ", 3);
    if (status.length < 2 || !status[1].matches("[1-5][0-9][0-9]")) {
      throw new IOException("malformed HTTP response \"" + lines[0] + "\"");
    }
    int code = Integer.parseInt(status[1]);
    List<HttpHeader> headers = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.add(
            RawHeader.create(lines[i].substring(0, colon), lines[i].substring(colon + 1).strip()));
      }
    }
    if (code == 101) {
      List<HttpHeader> told = new ArrayList<>();
      told.add(Connection.create("Upgrade"));
      headers.stream().filter(header -> header.isNot("connection")).forEach(told::add);
      return Upgraded.by(told, client -> converse(client, behind));
    }
    try (behind) {
      return code < 400
          ? Replies.rejected(
              new Rejection.Unclassified("invalid upgrade response: status code " + code))
          : refusal(code, headers, behind.in());
    }
  }

  private static HttpResponse refusal(int code, List<HttpHeader> headers, InputStream in)
      throws IOException {
    int length =
        headers.stream()
            .filter(header -> header.is("content-length"))
            .map(HttpHeader::value)
            .filter(value -> value.matches("[0-9]{1,7}"))
            .map(Integer::valueOf)
            .findFirst()
            .orElse(0);
    ContentType type =
        headers.stream()
            .filter(header -> header.is("content-type"))
            .map(header -> ContentTypes.parse(header.value()))
            .findFirst()
            .orElse(Replies.PLAIN_TEXT);
    byte[] body = in.readNBytes(Math.min(length, MAX_REFUSAL_BYTES));
    return HttpResponse.create()
        .withStatus(code)
        .withHeaders(ProxyHeaders.ofResponse(headers))
        .withEntity(HttpEntities.create(type, body));
  }

  /** Byte by byte: what follows the head is of another protocol. */
  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < MAX_HEAD_BYTES) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("unexpected EOF");
      }
      head.append((char) next);
      if (next == '\n' && head.indexOf(END_OF_HEAD, head.length() - END_OF_HEAD.length()) >= 0) {
        return head.toString();
      }
    }
    throw new IOException("the head of the answer is longer than " + MAX_HEAD_BYTES + " bytes");
  }

  /** Until either side goes, and with it the other. */
  private static void converse(Upgraded client, Upgraded behind) {
    try (behind) {
      Thread.ofVirtual()
          .name("proxy-answers")
          .start(
              () -> {
                copy(behind.in(), client.out());
                client.close();
              });
      copy(client.in(), behind.out());
    }
  }

  private static void copy(InputStream from, OutputStream to) {
    byte[] piece = new byte[PIECE_BYTES];
    try {
      for (int read = from.read(piece); read >= 0; read = from.read(piece)) {
        to.write(piece, 0, read);
        to.flush();
      }
    } catch (IOException gone) {
      return; // one of them, which is what ends it
    }
  }
}
