package io.luotsi.bench.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** Ports of the loopback address that nobody listens on, each given once. */
final class Ports {
  static final String HOST = "127.0.0.1";

  private final Set<Integer> given = new HashSet<>();

  int next() throws IOException {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST))) {
        if (given.add(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      }
    }
  }
}
