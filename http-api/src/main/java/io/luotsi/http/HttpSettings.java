package io.luotsi.http;

import io.luotsi.http.codec.RequestBytes;
import io.luotsi.http.watch.WatchTimes;
import java.time.Duration;

/**
 * How the API listens.
 *
 * @param port 0 for any free one
 * @param sharedPort whether other processes of this host may listen on the same port (SO_REUSEPORT)
 * @param maxConnections beyond which new connections wait to be accepted
 * @param maxHeaderBytes of one header, and of the URL
 * @param ping interval at which idle HTTP/2 connections are probed, so that dead peers are found;
 *     at least one second
 * @param firstRequest within which a client that has connected must have sent the head of a
 *     request; else it is cut off. At least a tenth of a second
 * @param bodies limits on request bodies
 * @param watches when watches end and are bookmarked
 */
public record HttpSettings(
    String bindAddress,
    int port,
    boolean sharedPort,
    int maxConnections,
    int maxHeaderBytes,
    Duration ping,
    Duration firstRequest,
    RequestBytes.Limits bodies,
    WatchTimes watches) {
  /** Upstream's ReadHeaderTimeout, which holds for TLS handshakes as well. */
  private static final Duration FIRST_REQUEST = Duration.ofSeconds(32);

  public HttpSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("not a port: " + port);
    }
    if (ping.toMillis() < 1_000) {
      throw new IllegalArgumentException("ping more often than once a second: " + ping);
    }
    if (firstRequest.toMillis() < 100) {
      throw new IllegalArgumentException("too soon for anybody: " + firstRequest);
    }
  }

  /** Upstream's limits. */
  public static HttpSettings defaults(String bindAddress, int port) {
    return new HttpSettings(
        bindAddress,
        port,
        false,
        20_000,
        128 * 1024,
        Duration.ofSeconds(30),
        FIRST_REQUEST,
        RequestBytes.Limits.DEFAULT,
        WatchTimes.DEFAULT);
  }

  /** The same on another port that several processes of this host share. */
  public HttpSettings onSharedPort(int sharedPortNumber) {
    return new HttpSettings(
        bindAddress,
        sharedPortNumber,
        true,
        maxConnections,
        maxHeaderBytes,
        ping,
        firstRequest,
        bodies,
        watches);
  }
}
