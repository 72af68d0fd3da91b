package io.luotsi.http.guard;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.io.Inet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts off who connects and does not come to a request: who sends nothing, or a TLS handshake or a
 * request's head bit by bit, would hold one of the connections that there are for ever. Whoever has
 * asked for anything is of no more interest here.
 *
 * <p>An option of the listening socket, because nothing that Pekko HTTP offers sees a connection
 * before its handshake is done. For any number of threads.
 */
public final class Newcomers extends Inet.AbstractSocketOptionV2 {
  private static final Logger LOG = LoggerFactory.getLogger(Newcomers.class);

  private record Arrival(Socket socket, long nanos) {}

  private final long limitNanos;
  private final LongSupplier nanoTime;
  private final Map<SocketAddress, Arrival> waiting = new ConcurrentHashMap<>();

  /**
   * @param limit from the connection to the head of its first request
   * @param nanoTime as {@link System#nanoTime}
   */
  public Newcomers(Duration limit, LongSupplier nanoTime) {
    this.limitNanos = limit.toNanos();
    this.nanoTime = nanoTime;
  }

  /** A connection has been accepted; nothing has been read from it yet. */
  @Override
  public void afterConnect(Socket socket) {
    SocketAddress client = socket.getRemoteSocketAddress();
    if (client != null) { // else it is gone already
      waiting.put(client, new Arrival(socket, nanoTime.getAsLong()));
    }
  }

  /** A client has asked for something. */
  public void asks(HttpRequest request) {
    if (!waiting.isEmpty()) { // mostly nobody is new
      request.getAttribute(AttributeKeys.remoteAddress).ifPresent(this::asks);
    }
  }

  private void asks(RemoteAddress client) {
    client
        .getAddress()
        .ifPresent(address -> waiting.remove(new InetSocketAddress(address, client.getPort())));
  }

  /** To be called every now and then, which is how exact the limit is. */
  public void look() {
    long now = nanoTime.getAsLong();
    waiting
        .values()
        .removeIf(
            arrival -> {
              if (arrival.socket().isClosed()) {
                return true;
              }
              boolean late = now - arrival.nanos() >= limitNanos;
              if (late) {
                cutOff(arrival.socket());
              }
              return late;
            });
  }

  /** To who reads from it this is as if the client had closed; it ends the connection in order. */
  private static void cutOff(Socket socket) {
    LOG.debug("{} has asked for nothing and is cut off", socket.getRemoteSocketAddress());
    try {
      socket.shutdownInput();
    } catch (IOException e) {
      LOG.debug("it is gone already", e);
    }
  }

  /** How many have not asked for anything yet. */
  int number() {
    return waiting.size();
  }
}
