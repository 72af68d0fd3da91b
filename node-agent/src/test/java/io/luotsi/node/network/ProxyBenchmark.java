package io.luotsi.node.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the data path carries, with clients and backend in the same JVM: bytes a second of one
 * connection, connections a second of one client, heap of many idle connections. Arguments:
 * mebibytes (2048), connections (3000), idle (4000).
 */
public final class ProxyBenchmark {
  private static final String SERVICE_IP = "127.77.20.1";

  private ProxyBenchmark() {}

  public static void main(String[] args) throws IOException {
    int mebibytes = args.length > 0 ? Integer.parseInt(args[0]) : 2_048;
    int connections = args.length > 1 ? Integer.parseInt(args[1]) : 3_000;
    int idle = args.length > 2 ? Integer.parseInt(args[2]) : 4_000;
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral(SERVICE_IP))) {
      port = free.getLocalPort();
    }
    VirtualAddress address = new VirtualAddress(SERVICE_IP, port, "TCP");
    try (EchoServer server = EchoServer.start('a', "127.77.20.2");
        TcpProxy proxy = new TcpProxy(2, 20_000)) {
      ProxyRule rule = new ProxyRule(address, "", Optional.empty(), List.of(server.backend()));
      proxy.listen(address, new Balancer(rule, 0));
      for (int round = 0; round < 3; round++) {
        rate("direct", server.backend().socketAddress(), connections);
        rate("proxied", address.socketAddress(), connections);
        echo("direct", server.backend().socketAddress(), mebibytes);
        echo("proxied", address.socketAddress(), mebibytes);
      }
      idle(address, idle);
    }
  }

  private static Socket connect(InetSocketAddress to) throws IOException {
    Socket socket = new Socket();
    socket.connect(to, 5_000);
    if (socket.getInputStream().read() != 'a') {
      throw new IOException("no answer");
    }
    return socket;
  }

  private static void rate(String what, InetSocketAddress to, int connections) throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < connections; i++) {
      connect(to).close();
    }
    System.out.printf(
        "%s: %,.0f connections/s%n", what, connections / ((System.nanoTime() - start) / 1e9));
  }

  private static void echo(String what, InetSocketAddress to, int mebibytes) throws IOException {
    try (Socket socket = connect(to)) {
      long start = System.nanoTime();
      Thread.ofPlatform().start(() -> send(socket, mebibytes));
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[1 << 16];
      long read = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        read += n;
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf("%s: %,.0f MiB/s there and back%n", what, read / seconds / (1 << 20));
    }
  }

  private static void send(Socket socket, int mebibytes) {
    try {
      OutputStream out = socket.getOutputStream();
      byte[] chunk = new byte[1 << 20];
      for (int i = 0; i < mebibytes; i++) {
        out.write(chunk);
      }
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void idle(VirtualAddress address, int count) throws IOException {
    System.gc();
    long before = used();
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(connect(address.socketAddress()));
    }
    System.gc();
    System.out.printf(
        "%d idle connections: %,d bytes of heap each, test's own ends included%n",
        count, (used() - before) / count);
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
