package io.luotsi.app.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A wire to a server that a test can freeze, as if the server were paused: connections are still
 * made and what is sent is still taken, but nothing arrives.
 */
final class Wire implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger swallowed = new AtomicInteger();
  private final AtomicReference<CompletableFuture<Void>> held =
      new AtomicReference<>(CompletableFuture.completedFuture(null));
  private volatile boolean toServer = true;
  private volatile boolean toClient = true;

  private Wire(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  static Wire to(int target) {
    try {
      Wire wire = new Wire(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
      Thread.ofVirtual().start(wire::accept);
      return wire;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** From now on nothing arrives on either side. */
  void freeze() {
    toServer = false;
    toClient = false;
  }

  /** From now on the server hears the client, and the client nothing. */
  void swallowAnswers() {
    toClient = false;
  }

  /** From now on everything waits, as it does for a process that is stopped. */
  void hold() {
    held.set(new CompletableFuture<>());
  }

  /** All that waited arrives. */
  void release() {
    held.getAndSet(CompletableFuture.completedFuture(null)).complete(null);
  }

  /** How many pieces have got lost. */
  int swallowed() {
    return swallowed.get();
  }

  /** Breaks all connections. */
  void cut() {
    sockets.forEach(Wire::closeQuietly);
  }

  private void accept() {
    try {
      while (true) {
        connect(listener.accept());
      }
    } catch (IOException e) {
      cut(); // closed
    }
  }

  private void connect(Socket client) {
    sockets.add(client);
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(server);
      Thread.ofVirtual().start(() -> pump(client, server, true));
      Thread.ofVirtual().start(() -> pump(server, client, false));
    } catch (IOException e) {
      closeQuietly(client); // nobody is there
    }
  }

  private void pump(Socket from, Socket to, boolean up) {
    byte[] buffer = new byte[64 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        held.get().join();
        if (up ? toServer : toClient) {
          out.write(buffer, 0, n);
        } else {
          swallowed.incrementAndGet();
        }
      }
    } catch (IOException e) {
      closeQuietly(from);
    }
    closeQuietly(to);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    release();
    cut();
  }
}
