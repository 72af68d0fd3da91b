package io.luotsi.http.streaming.proxy;

import java.util.Optional;
import java.util.Set;

/**
 * What the path of a proxied request says.
 *
 * @param scheme {@code http} or {@code https}
 * @param port number or name; empty if the client leaves it to us
 * @param prefix the path up to and with {@code /proxy}, as the client wrote it
 * @param rest the path behind it, empty or from a slash on
 */
record ProxyPath(String scheme, String name, String port, String prefix, String rest) {
  private static final Set<String> SCHEMES = Set.of("", "http", "https");

  /**
   * @param id as the path names the object: {@code name}, {@code name:port}, {@code
   *     scheme:name:port}
   * @param path of the whole request, escaped
   * @param segments of it up to and with the subresource
   * @return empty if the id is none
   * @see "Source: apimachinery pkg/util/net SplitSchemeNamePort"
   */
  static Optional<ProxyPath> parse(String id, String path, int segments) {
    String[] parts = id.split(":", -1);
    if (parts.length > 3) {
      return Optional.empty();
    }
    String scheme = parts.length == 3 ? parts[0] : "";
    String name = parts.length == 3 ? parts[1] : parts[0];
    String port = parts.length == 1 ? "" : parts[parts.length - 1];
    if (name.isEmpty() || !SCHEMES.contains(scheme)) {
      return Optional.empty();
    }
    int end = endOfPrefix(path, segments);
    return Optional.of(
        new ProxyPath(
            scheme.isEmpty() ? "http" : scheme,
            name,
            port,
            path.substring(0, end),
            path.substring(end)));
  }

  /** An object may be called {@code proxy} itself: the subresource comes after a name. */
  private static int endOfPrefix(String path, int segments) {
    int seen = 0;
    int at = 0;
    while (at < path.length()) {
      if (path.charAt(at) == '/') {
        at++;
      } else {
        int slash = path.indexOf('/', at);
        at = slash < 0 ? path.length() : slash;
        seen++;
        if (seen == segments) {
          return at;
        }
      }
    }
    throw new IllegalArgumentException(path);
  }

  boolean isTls() {
    return scheme.equals("https");
  }

  int defaultPort() {
    return isTls() ? 443 : 80;
  }

  /** What the other side is asked for; never empty. */
  String asked() {
    return rest.isEmpty() ? "/" : rest;
  }
}
