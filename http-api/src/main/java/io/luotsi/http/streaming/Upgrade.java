package io.luotsi.http.streaming;

import io.luotsi.core.api.Rejection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpProtocols;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * Another protocol that a client wants to go on with on its connection.
 *
 * <p>Pekko HTTP's own WebSockets know neither subprotocols with a slash in their names, as kubectl
 * has one, nor SPDY; so the handshake is ours, and what Pekko has for its own is used: a header
 * that hands the connection over.
 */
sealed interface Upgrade {
  /**
   * @param key what the handshake answers
   * @param protocols that the client offers, in its order
   */
  record WebSocket(String key, List<String> protocols) implements Upgrade {
    public WebSocket {
      protocols = List.copyOf(protocols);
    }
  }

  /**
   * @param protocols that the client offers, in its order
   */
  record Spdy(List<String> protocols) implements Upgrade {
    public Spdy {
      protocols = List.copyOf(protocols);
    }
  }

  /** Nothing that we know. */
  record None() implements Upgrade {}

  String SPDY_PROTOCOL = "X-Stream-Protocol-Version";
  String WEBSOCKET_PROTOCOL = "Sec-WebSocket-Protocol";

  static Upgrade of(HttpRequest request) {
    boolean upgrade =
        request.protocol().equals(HttpProtocols.HTTP_1_1)
            && words(request, "Connection").stream().anyMatch("upgrade"::equalsIgnoreCase);
    if (!upgrade) {
      return new None();
    }
    List<String> to =
        words(request, "Upgrade").stream().map(w -> w.toLowerCase(Locale.ROOT)).toList();
    List<String> key = words(request, "Sec-WebSocket-Key");
    if (to.contains("websocket")
        && request.method().name().equals("GET")
        && words(request, "Sec-WebSocket-Version").contains("13")
        && key.size() == 1) {
      return new WebSocket(key.getFirst(), words(request, WEBSOCKET_PROTOCOL));
    }
    return to.contains("spdy/3.1") ? new Spdy(words(request, SPDY_PROTOCOL)) : new None();
  }

  /** The first of those that the client offers that we know, too. */
  static Optional<String> negotiate(List<String> offered, List<String> known) {
    return offered.stream().filter(known::contains).findFirst();
  }

  /** What a client is told of which we know none of the protocols. */
  static Rejection foreign(List<String> offered, List<String> known) {
    return new Rejection.BadRequest(
        "unable to upgrade: unable to negotiate protocol: client supports "
            + offered
            + ", server accepts "
            + known);
  }

  /** All values of a header that is a list, over all its lines. */
  private static List<String> words(HttpRequest request, String name) {
    List<String> words = new ArrayList<>();
    for (HttpHeader header : request.getHeaders()) {
      if (header.is(name.toLowerCase(Locale.ROOT))) {
        for (String word : header.value().split(",")) {
          if (!word.isBlank()) {
            words.add(word.strip());
          }
        }
      }
    }
    return words;
  }

  /**
   * The answer that hands the connection over.
   *
   * @param protocol that is spoken then; not said to a client that has offered none
   * @param conversation is run on a virtual thread of its own; the connection ends with it
   */
  default HttpResponse accept(String protocol, Consumer<Upgraded> conversation) {
    List<HttpHeader> headers = new ArrayList<>();
    headers.add(Connection.create("Upgrade"));
    switch (this) {
      case WebSocket(String key, List<String> offered) -> {
        headers.add(RawHeader.create("Upgrade", "websocket"));
        headers.add(RawHeader.create("Sec-WebSocket-Accept", answer(key)));
        if (!offered.isEmpty()) {
          headers.add(RawHeader.create(WEBSOCKET_PROTOCOL, protocol));
        }
      }
      case Spdy spdy -> {
        headers.add(RawHeader.create("Upgrade", "SPDY/3.1"));
        headers.add(RawHeader.create(SPDY_PROTOCOL, protocol));
      }
      case None none -> throw new IllegalStateException("nothing was offered");
    }
    return Upgraded.by(headers, conversation);
  }

  /**
   * @see "Source: RFC 6455, 4.2.2"
   */
  static String answer(String key) {
    try {
      byte[] text =
          (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
