package io.luotsi.node.network;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listening sockets, and the connections that came in through them. A listener can be closed
 * without its connections noticing; {@link #close} ends everything. For one caller's thread.
 */
final class TcpProxy implements AutoCloseable {

  /** One listening socket. */
  final class Listener implements AutoCloseable {
    private final ServerSocketChannel channel;
    private final Balancer balancer;
    private final EventLoop loop;

    private Listener(ServerSocketChannel channel, Balancer balancer, EventLoop loop) {
      this.channel = channel;
      this.balancer = balancer;
      this.loop = loop;
    }

    Balancer balancer() {
      return balancer;
    }

    private void register() {
      try {
        loop.register(channel, SelectionKey.OP_ACCEPT, this::accept);
      } catch (IOException e) {
        LOG.debug("closed before it was listened to", e);
      }
    }

    private void accept(SelectionKey key) {
      for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
        SocketChannel client;
        try {
          client = channel.accept();
          if (client == null) {
            return;
          }
          client.configureBlocking(false);
        } catch (ClosedChannelException e) {
          return;
        } catch (IOException e) {
          pause(key, e);
          return;
        }
        take(client, balancer);
      }
    }

    /** Most likely no descriptor is left: to ask again at once would only burn the processor. */
    private void pause(SelectionKey key, IOException why) {
      LOG.warn("cannot accept a connection: {}", why.getMessage());
      key.interestOps(0);
      loop.after(
          ACCEPT_PAUSE,
          () -> {
            if (key.isValid()) {
              key.interestOps(SelectionKey.OP_ACCEPT);
            }
          });
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.warn("cannot close a listening socket: {}", e.getMessage());
      }
      // The descriptor of a registered channel is only closed when its selector next looks.
      loop.execute(() -> {});
    }
  }

  private static final int BACKLOG = 1_024;
  private static final int ACCEPTED_AT_ONCE = 64;
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);
  private static final Logger LOG = LoggerFactory.getLogger(TcpProxy.class);

  private final int maxConnections;
  private final List<EventLoop> loops = new ArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * @param threads that carry the connections
   * @param maxConnections at once; further ones are reset
   */
  TcpProxy(int threads, int maxConnections) {
    this.maxConnections = maxConnections;
    for (int i = 0; i < threads; i++) {
      loops.add(EventLoop.start("service-proxy-" + i));
    }
  }

  /**
   * Listens, together with others of the same user that do so with SO_REUSEPORT: the JVMs of one
   * host share a Service's address.
   *
   * @throws IOException if the address cannot be had
   */
  Listener listen(VirtualAddress address, Balancer balancer) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      channel.bind(address.socketAddress(), BACKLOG);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    EventLoop loop = nextLoop();
    Listener listener = new Listener(channel, balancer, loop);
    if (!loop.execute(listener::register)) {
      channel.close();
      throw new IOException("the proxy is closed");
    }
    return listener;
  }

  int connections() {
    return connections.get();
  }

  private void take(SocketChannel client, Balancer balancer) {
    if (connections.incrementAndGet() > maxConnections) {
      connections.decrementAndGet();
      LOG.warn("more than {} connections through services, one refused", maxConnections);
      ProxiedConnection.reset(client);
      return;
    }
    EventLoop loop = nextLoop();
    boolean taken =
        loop.execute(
            () -> ProxiedConnection.start(loop, client, balancer, connections::decrementAndGet));
    if (!taken) {
      ProxiedConnection.reset(client);
    }
  }

  private EventLoop nextLoop() {
    return loops.get((turn.getAndIncrement() & Integer.MAX_VALUE) % loops.size());
  }

  @Override
  public void close() {
    loops.forEach(EventLoop::close);
  }
}
