package io.luotsi.node.network;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of connections to one address of a Service.
 *
 * @param affinity how long a client stays with its endpoint after its last connection, if it does
 * @param backends those to choose from, in no order that means anything; empty refuses connections
 */
record ProxyRule(
    VirtualAddress address, String portName, Optional<Duration> affinity, List<Backend> backends) {
  ProxyRule {
    backends = List.copyOf(backends);
  }
}
