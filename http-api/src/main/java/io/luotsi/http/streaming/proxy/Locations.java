package io.luotsi.http.streaming.proxy;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Redirects of what is proxied: a path of its own is one behind the proxy.
 *
 * @see "Source: apimachinery pkg/util/proxy transport.go rewriteURL"
 */
final class Locations {
  private Locations() {}

  /**
   * @param location as the other side says it
   * @param backend host and port that were asked
   * @param client the host that the client sees us at
   * @param prefix the path up to and with {@code /proxy}
   */
  static String rewritten(String location, String backend, String client, String prefix) {
    URI uri;
    try {
      uri = new URI(location);
    } catch (URISyntaxException e) {
      return location;
    }
    String host = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    boolean elsewhere = !host.isEmpty() && !host.equals(backend) && !host.equals(client);
    if (elsewhere || !path.startsWith("/")) {
      return location;
    }
    String origin = host.equals(client) ? uri.getScheme() + "://" + host : "";
    String behind = path.startsWith(prefix) ? path : prefix + path;
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String fragment = uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment();
    return (host.isEmpty() ? "" : origin) + behind + query + fragment;
  }
}
