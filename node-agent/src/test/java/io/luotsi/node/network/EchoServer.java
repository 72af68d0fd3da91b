package io.luotsi.node.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend: sends one byte, its name, to whoever connects, then all that it is sent; closes when
 * the other side has.
 */
final class EchoServer implements AutoCloseable {
  private final char name;
  private final ServerSocket server;
  private final AtomicInteger accepted = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private EchoServer(char name, ServerSocket server) {
    this.name = name;
    this.server = server;
    Thread.ofVirtual().start(this::run);
  }

  /**
   * @param ip a loopback address of its own; the port is any free one
   */
  static EchoServer start(char name, String ip) {
    try {
      return new EchoServer(name, new ServerSocket(0, 100, InetAddress.ofLiteral(ip)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Backend backend() {
    return new Backend(server.getInetAddress().getHostAddress(), server.getLocalPort());
  }

  int accepted() {
    return accepted.get();
  }

  /** Breaks off all connections with a reset. */
  void resetAll() throws IOException {
    for (Socket socket : open) {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  private void run() {
    try {
      while (true) {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      out.write(name);
      in.transferTo(out);
    } catch (IOException e) {
      return; // the client broke off, or we did
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
