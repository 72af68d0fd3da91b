package io.luotsi.node.network;

import io.luotsi.node.network.SliceView.Endpoint;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * From a Service and its slices to rules: a plain function.
 *
 * @see "Source: kube-proxy CategorizeEndpoints; topology hints are not taken"
 */
final class ProxyRules {
  private ProxyRules() {}

  /**
   * @param slices of that Service, in any order
   * @param nodeName the proxy's own node
   * @return one rule for each cluster address and port, of whatever protocol
   */
  static SortedMap<VirtualAddress, ProxyRule> of(
      ServiceView service, Collection<SliceView> slices, String nodeName) {
    SortedMap<VirtualAddress, ProxyRule> rules = new TreeMap<>();
    for (ServiceView.Port port : service.ports()) {
      List<Backend> backends = backends(service, port, slices, nodeName);
      for (String ip : service.clusterIps()) {
        VirtualAddress address = new VirtualAddress(ip, port.port(), port.protocol());
        rules.put(address, new ProxyRule(address, port.name(), service.affinity(), backends));
      }
    }
    return rules;
  }

  /**
   * The ready endpoints. While there is none, those that still serve though they are on their way
   * out: better than nothing during a roll-out of a single pod.
   */
  private static List<Backend> backends(
      ServiceView service, ServiceView.Port port, Collection<SliceView> slices, String nodeName) {
    Map<Backend, Endpoint> candidates = new LinkedHashMap<>();
    for (SliceView slice : slices) {
      for (ServiceView.Port target : slice.ports()) {
        if (target.name().equals(port.name()) && target.protocol().equals(port.protocol())) {
          for (Endpoint endpoint : slice.endpoints()) {
            if (!service.localOnly() || endpoint.nodeName().equals(nodeName)) {
              // An endpoint can be in two slices for a moment; the ready one counts.
              candidates.merge(
                  new Backend(endpoint.ip(), target.port()), endpoint, (a, b) -> a.ready() ? a : b);
            }
          }
        }
      }
    }
    List<Backend> ready = select(candidates, true);
    return ready.isEmpty() ? select(candidates, false) : ready;
  }

  private static List<Backend> select(Map<Backend, Endpoint> candidates, boolean ready) {
    return candidates.entrySet().stream()
        .filter(
            e ->
                ready ? e.getValue().ready() : e.getValue().serving() && e.getValue().terminating())
        .map(Map.Entry::getKey)
        .toList();
  }
}
