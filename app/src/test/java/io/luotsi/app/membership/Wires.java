package io.luotsi.app.membership;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What ActorSystems say to each other passes through here, so that one can be cut off: then no byte
 * passes in either direction and nobody is told, as when a cable is pulled. Each listens behind a
 * port of its own here and connects from an address of its own.
 */
final class Wires implements AutoCloseable {
  private record Wire(String from, String to, Socket outside, Socket inside) {
    boolean isOf(String name) {
      return from.equals(name) || to.equals(name);
    }
  }

  private record End(ServerSocket outer, String source, int innerPort) {}

  private final Map<String, End> ends = new TreeMap<>();
  private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
  private final Set<String> cut = ConcurrentHashMap.newKeySet();

  Wires(Iterable<String> names) throws IOException {
    int number = 1;
    for (String name : names) {
      ServerSocket outer = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      ends.put(name, new End(outer, "127.0.9." + number, freePort()));
      number++;
    }
    ends.forEach((name, end) -> Thread.ofVirtual().start(() -> accept(name, end)));
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private End end(String name) {
    return Optional.ofNullable(ends.get(name)).orElseThrow();
  }

  /** Where the others reach it. */
  int port(String name) {
    return end(name).outer().getLocalPort();
  }

  /** Where it listens. */
  int innerPort(String name) {
    return end(name).innerPort();
  }

  /** The address from which it connects. */
  String source(String name) {
    return end(name).source();
  }

  void cut(String name) {
    cut.add(name);
  }

  /** Connections that were cut are closed; new ones can be made. */
  void mend(String name) {
    for (Wire wire : wires) {
      if (wire.isOf(name)) {
        wires.remove(wire);
        close(wire.outside());
        close(wire.inside());
      }
    }
    cut.remove(name);
  }

  private boolean passes(Wire wire) {
    return !cut.contains(wire.from()) && !cut.contains(wire.to());
  }

  private void accept(String name, End end) {
    while (!end.outer().isClosed()) {
      try {
        Socket outside = end.outer().accept();
        Socket inside = new Socket();
        Wire wire = new Wire(nameAt(outside.getInetAddress()), name, outside, inside);
        wires.add(wire);
        if (passes(wire)) {
          connect(wire, end);
        }
      } catch (IOException e) {
        continue; // closed, which ends the loop
      }
    }
  }

  private void connect(Wire wire, End end) {
    try {
      wire.inside()
          .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), end.innerPort()));
    } catch (IOException e) {
      close(wire.outside()); // nobody listens there
      return;
    }
    Thread.ofVirtual().start(() -> pipe(wire, wire.outside(), wire.inside()));
    Thread.ofVirtual().start(() -> pipe(wire, wire.inside(), wire.outside()));
  }

  private String nameAt(InetAddress source) {
    return ends.entrySet().stream()
        .filter(end -> end.getValue().source().equals(source.getHostAddress()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private void pipe(Wire wire, Socket from, Socket to) {
    byte[] buffer = new byte[64 << 10];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!passes(wire)) {
          in.transferTo(OutputStream.nullOutputStream()); // until the sockets are closed
          return;
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      wires.remove(wire);
    }
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    ends.values().forEach(end -> close(end.outer()));
    ends.keySet().forEach(this::mend);
  }
}
