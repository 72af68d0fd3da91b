package io.luotsi.node.network;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An endpoint that a connection can be passed on to. */
record Backend(String ip, int port) {
  InetSocketAddress socketAddress() {
    return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
  }

  @Override
  public String toString() {
    return ip + ":" + port;
  }
}
