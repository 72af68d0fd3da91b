package io.luotsi.node.network;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses backends for the connections of one rule: in turn, or the client's last one where it is
 * to stay with it. For any thread.
 */
final class Balancer {
  /** Clients remembered; the one that was not seen for longest is forgotten. */
  static final int MAX_CLIENTS = 16_384;

  /** Backends tried for one connection. */
  static final int MAX_TRIES = 6;

  private record Stay(Backend backend, long untilNanos) {}

  private List<Backend> backends = List.of();
  private Optional<Duration> affinity = Optional.empty();
  private int turn;
  private final Map<String, Stay> stays =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Stay> eldest) {
          return size() > MAX_CLIENTS;
        }
      };

  /**
   * @param turn where to begin, so that not every node's proxy begins with the same backend
   */
  Balancer(ProxyRule rule, int turn) {
    this.turn = turn & Integer.MAX_VALUE;
    update(rule);
  }

  synchronized void update(ProxyRule rule) {
    backends = rule.backends();
    affinity = rule.affinity();
    if (affinity.isEmpty()) {
      stays.clear();
    } else {
      stays.values().removeIf(stay -> !backends.contains(stay.backend()));
    }
  }

  /** Backends for a new connection in the order in which they are to be tried, none twice. */
  synchronized List<Backend> candidates(String clientIp, long nowNanos) {
    List<Backend> order = new ArrayList<>(Math.min(backends.size(), MAX_TRIES) + 1);
    Stay stay = stays.get(clientIp);
    if (stay != null && stay.untilNanos() - nowNanos > 0) {
      order.add(stay.backend());
    }
    int first = backends.isEmpty() ? 0 : turn++ % backends.size();
    turn &= Integer.MAX_VALUE;
    for (int i = 0; i < backends.size() && order.size() < MAX_TRIES; i++) {
      Backend next = backends.get((first + i) % backends.size());
      if (order.isEmpty() || !order.getFirst().equals(next)) {
        order.add(next);
      }
    }
    return order;
  }

  /** A connection was made: the client stays there, if it is to. */
  synchronized void connected(String clientIp, Backend backend, long nowNanos) {
    if (affinity.isPresent() && backends.contains(backend)) {
      stays.put(clientIp, new Stay(backend, nowNanos + affinity.get().toNanos()));
    }
  }
}
