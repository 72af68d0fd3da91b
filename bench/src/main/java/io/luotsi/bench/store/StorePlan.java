package io.luotsi.bench.store;

import io.luotsi.bench.OptionLimits;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is to be measured.
 *
 * @param clients numbers of clients that write at the same time
 * @param members numbers of members, each a cluster of its own
 * @param rounds each measures both sides, one after the other; the next begins with the other side
 * @param seconds of one measurement of writes
 * @param objects that are held, listed and started with; 0 leaves that out
 * @param watchers of one resource; 0 leaves that out
 * @param kills of the leader on each side, and as many requests to it to stop, with next to nothing
 *     in the store and with all objects; 0 leaves that out
 * @param objectBytes of an object, which is the value in etcd
 */
record StorePlan(
    List<Integer> clients,
    List<Integer> members,
    int rounds,
    int seconds,
    int objects,
    int watchers,
    int kills,
    int objectBytes) {
  static final int MOST_CLIENTS = 2_000;
  static final int MOST_MEMBERS = 7;
  static final int MOST_ROUNDS = 100;
  static final int MOST_SECONDS = 600;
  static final int MOST_OBJECTS = 1_000_000;

  /** Each has one message on the wire, and Artery's queue takes three thousand. */
  static final int MOST_WATCHERS = 2_000;

  static final int MOST_KILLS = 1_000;

  /** Some twenty minutes on two cores. */
  static final StorePlan STANDARD =
      new StorePlan(List.of(1, 64, 500), List.of(1, 3), 3, 5, 100_000, 1_000, 20, Item.BYTES);

  /** Less than two minutes: a sign, not a measurement. */
  static final StorePlan QUICK =
      new StorePlan(List.of(1, 64, 500), List.of(1, 3), 1, 2, 10_000, 100, 3, Item.BYTES);

  StorePlan {
    clients = List.copyOf(clients);
    members = List.copyOf(members);
    OptionLimits.checkAll("--clients", clients, MOST_CLIENTS);
    OptionLimits.checkAll("--members", members, MOST_MEMBERS);
    OptionLimits.require(!clients.isEmpty(), "--clients needs a number");
    OptionLimits.require(!members.isEmpty(), "--members needs a number");
    OptionLimits.require(
        members.stream().allMatch(number -> number % 2 == 1),
        "--members must be odd: one more would not bear one more loss");
    OptionLimits.check("--rounds", rounds, 1, MOST_ROUNDS);
    OptionLimits.check("--seconds", seconds, 1, MOST_SECONDS);
    OptionLimits.check("--objects", objects, 0, MOST_OBJECTS);
    OptionLimits.check("--watchers", watchers, 0, MOST_WATCHERS);
    OptionLimits.check("--kills", kills, 0, MOST_KILLS);
  }

  /** How many members there are when leaders are killed: the least that bear it; 0 for none. */
  int killedMembers() {
    return members.stream().filter(number -> number >= 3).min(Integer::compare).orElse(0);
  }

  static String clients(int number) {
    return number == 1 ? "1 client" : number + " clients";
  }

  static String members(int number) {
    return number == 1 ? "1 member" : number + " members";
  }

  /** One line for people. */
  String text() {
    String counts = clients.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return "%d bytes an object; %s clients; %d rounds of %d s; %,d objects; %,d watchers; %d kills"
        .formatted(objectBytes, counts, rounds, seconds, objects, watchers, kills);
  }
}
