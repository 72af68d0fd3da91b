package io.luotsi.persistence.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/**
 * Time, chance, and everything that is going to happen. What happens at one moment happens in the
 * order in which it was planned, so a seed decides all.
 */
final class World {
  static final long MILLI = 1_000_000;

  private record Planned(long atNanos, long order, Machine machine, long life, Runnable task) {}

  private final PriorityQueue<Planned> planned =
      new PriorityQueue<>(
          Comparator.comparingLong(Planned::atNanos).thenComparingLong(Planned::order));
  private final TreeMap<String, Integer> counts = new TreeMap<>();
  final Random random;
  private long now;
  private long orders;
  private long digest = 17;

  World(long seed) {
    random = new Random(seed);
  }

  long nowNanos() {
    return now;
  }

  /** Plans something that happens on a machine, unless it is killed before. */
  void after(long nanos, Machine machine, Runnable task) {
    planned.add(new Planned(now + nanos, orders++, machine, machine.life(), task));
  }

  long between(long least, long most) {
    return least + (long) (random.nextDouble() * (most - least + 1));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** Notes that something happened, so that a run can be told from one where nothing did. */
  void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  TreeMap<String, Integer> counts() {
    return counts;
  }

  /** A number that no other run has but the same one. */
  long digest() {
    return digest;
  }

  /**
   * Lets the next thing happen.
   *
   * @return false if nothing is planned up to {@code untilNanos}
   */
  boolean step(long untilNanos) {
    Planned next = planned.peek();
    if (next == null || next.atNanos() > untilNanos) {
      return false;
    }
    planned.remove();
    now = next.atNanos();
    digest = digest * 31 + now;
    digest = digest * 31 + next.machine().number();
    if (next.life() == next.machine().life()) {
      next.machine().run(next.task());
    }
    return true;
  }
}
