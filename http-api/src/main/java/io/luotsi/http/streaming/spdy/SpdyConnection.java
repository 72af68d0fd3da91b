package io.luotsi.http.streaming.spdy;

import io.luotsi.http.streaming.Upgraded;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A server's end of a SPDY connection, on which only the client opens streams. Windows are neither
 * kept nor expected, as by everybody who speaks SPDY in Kubernetes: what is not taken holds up the
 * whole connection.
 */
final class SpdyConnection {
  static final int PROTOCOL_ERROR = 1;
  static final int REFUSED_STREAM = 3;

  /** What is said on the streams; all of it on the thread that reads. */
  interface Listener {
    /** It has been accepted when this is called. */
    void opened(int stream, Map<String, String> headers) throws IOException, InterruptedException;

    /**
     * @param fin whether it is the last
     */
    void data(int stream, byte[] bytes, boolean fin) throws IOException, InterruptedException;

    void reset(int stream);

    /** The client has gone. On any thread, and perhaps more than once. */
    void gone();
  }

  private final Upgraded client;
  private final SpdyWriter writer;
  private final CountDownLatch ended = new CountDownLatch(1);

  SpdyConnection(Upgraded client) {
    this.client = client;
    this.writer = new SpdyWriter(client.out());
  }

  /** For any thread. */
  SpdyWriter writer() {
    return writer;
  }

  /** Reads until the client goes; returns then, whatever the reason. */
  void read(Listener listener) {
    Thread.ofVirtual().name("spdy-pinger").start(() -> ping(listener));
    try (SpdyReader reader = new SpdyReader(client.in())) {
      for (Optional<SpdyFrame> next = reader.read(); next.isPresent(); next = reader.read()) {
        switch (next.get()) {
          case SpdyFrame.SynStream(int stream, boolean fin, Map<String, String> headers) -> {
            writer.reply(stream);
            listener.opened(stream, headers);
            if (fin) {
              listener.data(stream, new byte[0], true);
            }
          }
          case SpdyFrame.Data(int stream, boolean fin, byte[] bytes) ->
              listener.data(stream, bytes, fin);
          case SpdyFrame.Reset(int stream) -> listener.reset(stream);
          case SpdyFrame.Ping(int id) -> {
            if (id % 2 != 0) { // else it is our own that comes back
              writer.ping(id);
            }
          }
          case SpdyFrame.GoAway goAway -> {
            // it goes when it is through
          }
          case SpdyFrame.Other other -> {
            // nothing depends on it
          }
        }
      }
    } catch (IOException gone) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
      listener.gone();
    }
  }

  /** Waits for the client to go. */
  void awaitEnd(Duration atMost) throws InterruptedException {
    boolean ignored = ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** So that a client that is gone is found even while nothing is read from it. */
  private void ping(Listener listener) {
    try {
      int id = 2;
      while (!ended.await(Upgraded.PING_EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
        writer.ping(id);
        id += 2;
      }
    } catch (IOException gone) {
      client.close();
      listener.gone();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      writer.close();
    }
  }
}
