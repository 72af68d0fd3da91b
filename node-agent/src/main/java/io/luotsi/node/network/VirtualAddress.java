package io.luotsi.node.network;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;

/**
 * Where a Service is reached: one of its cluster addresses and one of its ports.
 *
 * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
 */
public record VirtualAddress(String ip, int port, String protocol)
    implements Comparable<VirtualAddress> {
  static final String TCP = "TCP";

  private static final Comparator<VirtualAddress> ORDER =
      Comparator.comparing(VirtualAddress::ip)
          .thenComparingInt(VirtualAddress::port)
          .thenComparing(VirtualAddress::protocol);

  boolean isTcp() {
    return protocol.equals(TCP);
  }

  @Override
  public int compareTo(VirtualAddress other) {
    return ORDER.compare(this, other);
  }

  InetSocketAddress socketAddress() {
    return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
  }

  @Override
  public String toString() {
    return ip + ":" + port + "/" + protocol;
  }
}
