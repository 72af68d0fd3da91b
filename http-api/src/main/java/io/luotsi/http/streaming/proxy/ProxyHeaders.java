package io.luotsi.http.streaming.proxy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Which headers pass a proxy. */
final class ProxyHeaders {
  /** What is between two neighbours, and nobody else's. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Written anew from what they mean. */
  private static final Set<String> OF_THE_ENTITY = Set.of("content-length", "content-type", "date");

  /** What a client may read across origins is ours to say. */
  private static final Set<String> CORS =
      Set.of(
          "access-control-allow-credentials",
          "access-control-allow-headers",
          "access-control-allow-methods",
          "access-control-allow-origin");

  private ProxyHeaders() {}

  /** Who asks has been found out, and what they showed for it is nobody's business any more. */
  static List<HttpHeader> ofRequest(Iterable<HttpHeader> headers) {
    return passing(headers, HOP_BY_HOP).stream()
        .filter(header -> header.renderInRequests() && !isCredential(header.lowercaseName()))
        .toList();
  }

  /** The same of a request that changes the protocol, which says so itself. */
  static List<HttpHeader> ofUpgrade(Iterable<HttpHeader> headers) {
    Set<String> dropped = new HashSet<>(HOP_BY_HOP);
    dropped.removeAll(Set.of("connection", "upgrade"));
    return passing(headers, dropped).stream()
        .filter(header -> header.renderInRequests() && !isCredential(header.lowercaseName()))
        .toList();
  }

  private static boolean isCredential(String name) {
    return name.equals("authorization") || name.equals("host") || name.startsWith("impersonate-");
  }

  static List<HttpHeader> ofResponse(Iterable<HttpHeader> headers) {
    return passing(headers, HOP_BY_HOP).stream()
        .filter(header -> header.renderInResponses() && !CORS.contains(header.lowercaseName()))
        .toList();
  }

  private static List<HttpHeader> passing(Iterable<HttpHeader> headers, Set<String> neighbours) {
    Set<String> dropped = new HashSet<>(neighbours);
    headers.forEach(
        header -> {
          if (header.is("connection") && neighbours.contains("connection")) {
            for (String name : header.value().split(",")) {
              dropped.add(name.strip().toLowerCase(Locale.ROOT));
            }
          }
        });
    List<HttpHeader> passing = new ArrayList<>();
    for (HttpHeader header : headers) {
      String name = header.lowercaseName();
      if (!dropped.contains(name) && !OF_THE_ENTITY.contains(name)) {
        passing.add(modelled(header));
      }
    }
    return passing;
  }

  /** Pekko writes these two only in its own form. */
  private static HttpHeader modelled(HttpHeader header) {
    boolean own = header.is("user-agent") || header.is("server");
    return own ? HttpHeader.parse(header.name(), header.value()) : header;
  }

  static HttpHeader of(String name, String value) {
    return RawHeader.create(name, value);
  }
}
