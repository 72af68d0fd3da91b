package io.luotsi.node.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Iterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection and the one to its backend. Lives on one event loop's thread.
 *
 * <p>Whoever closes his sending side has that passed on once his bytes are; whoever breaks off
 * breaks the other off, too. What one side cannot take yet is kept (at most one buffer for each
 * direction), and until it has gone nothing more is read from the other.
 */
final class ProxiedConnection {
  /** For one attempt; a backend on a live host answers or refuses at once. */
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** What one direction may pass on before others have their turn. */
  private static final int ROUNDS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(ProxiedConnection.class);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** One of the two ends. */
  private final class Side {
    private final SocketChannel channel;
    private final SelectionKey key;

    /** Bytes for this side that it could not take yet. */
    private ByteBuffer pending = NOTHING;

    private boolean readEnded;
    private boolean writeEnded;

    Side(SocketChannel channel, SelectionKey key) {
      this.channel = channel;
      this.key = key;
    }

    void interest(int operation, boolean wanted) {
      key.interestOps(wanted ? key.interestOps() | operation : key.interestOps() & ~operation);
    }
  }

  private final EventLoop loop;
  private final SocketChannel client;
  private final String clientIp;
  private final Balancer balancer;
  private final Runnable whenOver;
  private final Iterator<Backend> candidates;
  private boolean over;

  private ProxiedConnection(
      EventLoop loop, SocketChannel client, Balancer balancer, Runnable whenOver)
      throws IOException {
    this.loop = loop;
    this.client = client;
    this.balancer = balancer;
    this.whenOver = whenOver;
    InetAddress address = ((InetSocketAddress) client.getRemoteAddress()).getAddress();
    this.clientIp = address.getHostAddress();
    this.candidates = balancer.candidates(clientIp, System.nanoTime()).iterator();
  }

  /**
   * Takes over an accepted, non-blocking channel; on the loop's thread.
   *
   * @param whenOver called once when both ends are closed
   */
  static void start(EventLoop loop, SocketChannel client, Balancer balancer, Runnable whenOver) {
    ProxiedConnection connection;
    try {
      connection = new ProxiedConnection(loop, client, balancer, whenOver);
      // So that the loop knows of it, should it be closed before there is a backend.
      loop.register(client, 0, key -> {});
    } catch (IOException e) {
      reset(client); // gone before we looked
      whenOver.run();
      return;
    }
    connection.connectNext();
  }

  /** Breaks off both ends; on the loop's thread. */
  static void reset(SocketChannel channel) {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      LOG.trace("reset", e); // closed already, which is as good
    }
    close(channel);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.trace("close", e); // the descriptor is gone all the same
    }
  }

  private void finish() {
    if (!over) {
      over = true;
      whenOver.run();
    }
  }

  // ---- connecting: nothing has been read from the client yet, so another backend will do ----

  private void connectNext() {
    while (candidates.hasNext()) {
      if (connect(candidates.next())) {
        return;
      }
    }
    reset(client);
    finish();
  }

  /** Whether that is under way; refused at once otherwise. */
  private boolean connect(Backend to) {
    SocketChannel channel;
    try {
      channel = SocketChannel.open();
    } catch (IOException e) {
      LOG.warn("no socket for a connection to {}: {}", to, e.getMessage());
      return false;
    }
    try {
      channel.configureBlocking(false);
      if (channel.connect(to.socketAddress())) {
        connected(to, channel);
      } else {
        awaitConnection(to, channel);
      }
      return true;
    } catch (IOException e) {
      LOG.debug("cannot connect to {}: {}", to, e.getMessage());
      close(channel);
      return false;
    }
  }

  private void awaitConnection(Backend to, SocketChannel channel) throws IOException {
    EventLoop.Timeout timeout =
        loop.after(
            CONNECT_TIMEOUT,
            () -> {
              close(channel);
              connectNext();
            });
    loop.register(
        channel,
        SelectionKey.OP_CONNECT,
        key -> {
          timeout.cancel();
          try {
            channel.finishConnect();
            key.interestOps(0);
            connected(to, channel);
          } catch (IOException e) {
            LOG.debug("cannot connect to {}: {}", to, e.getMessage());
            close(channel);
            connectNext();
          }
        });
  }

  private void connected(Backend to, SocketChannel channel) throws IOException {
    for (SocketChannel each : new SocketChannel[] {client, channel}) {
      each.setOption(StandardSocketOptions.TCP_NODELAY, true);
      each.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }
    balancer.connected(clientIp, to, System.nanoTime());
    new Passing(channel);
  }

  // ---- passing bytes ----

  private final class Passing {
    private final Side left;
    private final Side right;

    Passing(SocketChannel backend) throws IOException {
      left = new Side(client, loop.register(client, 0, key -> onReady(key, true)));
      right = new Side(backend, loop.register(backend, 0, key -> onReady(key, false)));
      left.interest(SelectionKey.OP_READ, true);
      right.interest(SelectionKey.OP_READ, true);
    }

    private void onReady(SelectionKey key, boolean leftReady) {
      Side side = leftReady ? left : right;
      Side other = leftReady ? right : left;
      try {
        if (key.isWritable()) {
          flush(other, side);
        }
        if (key.isValid() && key.isReadable()) {
          pass(side, other);
        }
      } catch (IOException e) {
        LOG.trace("connection of {} broken off", clientIp, e);
        breakOff();
      }
    }

    private void pass(Side from, Side to) throws IOException {
      for (int round = 0; round < ROUNDS; round++) {
        ByteBuffer buffer = loop.buffer();
        int read = from.channel.read(buffer);
        if (read < 0) {
          from.readEnded = true;
          from.interest(SelectionKey.OP_READ, false);
          endWriting(from, to);
          return;
        }
        if (read == 0) {
          return;
        }
        to.channel.write(buffer.flip());
        if (buffer.hasRemaining()) {
          to.pending = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
          to.interest(SelectionKey.OP_WRITE, true);
          from.interest(SelectionKey.OP_READ, false);
          return;
        }
        if (read < EventLoop.BUFFER_BYTES) {
          return; // most likely all there was: saves a read that finds nothing
        }
      }
    }

    private void flush(Side from, Side to) throws IOException {
      to.channel.write(to.pending);
      if (to.pending.hasRemaining()) {
        return;
      }
      to.pending = NOTHING;
      to.interest(SelectionKey.OP_WRITE, false);
      if (from.readEnded) {
        endWriting(from, to);
      } else {
        from.interest(SelectionKey.OP_READ, true);
      }
    }

    /** Passes on that {@code from} sends no more, once all of it has gone. */
    private void endWriting(Side from, Side to) throws IOException {
      if (to.pending.hasRemaining()) {
        return;
      }
      to.channel.shutdownOutput();
      to.writeEnded = true;
      if (from.writeEnded) {
        close(left.channel);
        close(right.channel);
        finish();
      }
    }

    private void breakOff() {
      reset(left.channel);
      reset(right.channel);
      finish();
    }
  }
}
