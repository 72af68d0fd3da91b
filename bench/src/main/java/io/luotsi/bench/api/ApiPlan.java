package io.luotsi.bench.api;

import io.luotsi.bench.OptionLimits;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is to be measured.
 *
 * @param clients numbers of clients that ask at the same time, each waiting for its answer
 * @param rounds each measures all sides, one after the other
 * @param millis of one measurement of creates or gets, after one that does not count
 * @param coldSeconds that count as the beginning of a server's life; 0 leaves that out
 * @param pods that are created, held and listed; 0 leaves that out
 * @param lists how many lists of all pods are read at once
 * @param watchers numbers of watchers of one namespace; empty leaves that out
 * @param events that each watcher waits for, ten a second
 */
record ApiPlan(
    List<Integer> clients,
    int rounds,
    int millis,
    int coldSeconds,
    int pods,
    int lists,
    List<Integer> watchers,
    int events) {
  static final int MOST_CLIENTS = 1_000;
  static final int MILLIS = 1_000;
  static final int MOST_ROUNDS = 100;
  static final int MOST_SECONDS = 600;
  static final int MOST_PODS = 1_000_000;
  static final int MOST_LISTS = 100;
  static final int MOST_WATCHERS = 10_000;
  static final int MOST_EVENTS = 10_000;

  static final ApiPlan STANDARD =
      new ApiPlan(List.of(1, 32, 128), 1, 5_000, 7, 20_000, 16, List.of(1, 50, 1_000), 50);

  /** A sign, not a measurement. */
  static final ApiPlan QUICK =
      new ApiPlan(List.of(1, 128), 1, 2_000, 7, 2_000, 4, List.of(1, 50), 20);

  ApiPlan {
    clients = List.copyOf(clients);
    watchers = List.copyOf(watchers);
    OptionLimits.checkAll("--clients", clients, MOST_CLIENTS);
    OptionLimits.checkAll("--watchers", watchers, MOST_WATCHERS);
    OptionLimits.require(!clients.isEmpty(), "--clients needs a number");
    OptionLimits.check("--rounds", rounds, 1, MOST_ROUNDS);
    OptionLimits.check("--seconds", Math.ceilDiv(millis, MILLIS), 1, MOST_SECONDS);
    OptionLimits.check("--cold", coldSeconds, 0, MOST_SECONDS);
    OptionLimits.check("--pods", pods, 0, MOST_PODS);
    OptionLimits.check("--lists", lists, 1, MOST_LISTS);
    OptionLimits.check("--events", events, 1, MOST_EVENTS);
  }

  /** The most clients that ask at the same time. */
  int mostClients() {
    return clients.stream().max(Integer::compare).orElseThrow();
  }

  /** One line for people. */
  String text() {
    return "%s clients; %d rounds of %.1f s, cold %d s; %,d pods, %d lists at once; %s watchers, %d events"
        .formatted(
            numbers(clients),
            rounds,
            (double) millis / MILLIS,
            coldSeconds,
            pods,
            lists,
            numbers(watchers),
            events);
  }

  private static String numbers(List<Integer> numbers) {
    return numbers.isEmpty()
        ? "no"
        : numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
