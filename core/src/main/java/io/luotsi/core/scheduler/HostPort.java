package io.luotsi.core.scheduler;

/**
 * A port of the host that a container wants.
 *
 * @param ip {@link #ANY_ADDRESS} if the container named none
 */
public record HostPort(String ip, String protocol, int port) {
  static final String ANY_ADDRESS = "0.0.0.0";

  boolean conflictsWith(HostPort other) {
    return port == other.port
        && protocol.equals(other.protocol)
        && (ip.equals(other.ip) || ip.equals(ANY_ADDRESS) || other.ip.equals(ANY_ADDRESS));
  }
}
