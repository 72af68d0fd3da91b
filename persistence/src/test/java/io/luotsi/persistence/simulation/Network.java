package io.luotsi.persistence.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * Carries messages between machines: late, out of order, and not always. Cuts may be in one
 * direction only.
 */
final class Network {
  private final World world;
  private final List<Machine> machines;
  private final boolean[][] cut;
  private double loss;
  private double slow;

  Network(World world, List<Machine> machines) {
    this.world = world;
    this.machines = machines;
    this.cut = new boolean[machines.size()][machines.size()];
  }

  /** Sends something that may come twice. */
  void sendLoosely(int from, int to, Runnable arrival) {
    send(from, to, arrival);
    if (world.chance(loss)) {
      world.count("messages that came twice");
      send(from, to, arrival);
    }
  }

  /** Sends something that comes once at most. */
  void send(int from, int to, Runnable arrival) {
    if (cut[from][to] || world.chance(loss)) {
      world.count("messages lost");
      return;
    }
    long delay =
        world.chance(slow)
            ? world.between(World.MILLI, 400 * World.MILLI)
            : world.between(100_000, 1_500_000);
    world.after(delay, machines.get(to), arrival);
  }

  void setNoise(double newLoss, double newSlow) {
    loss = newLoss;
    slow = newSlow;
  }

  /** Cuts the machines in two parts, of which one has {@code some}. */
  void divide(List<Integer> some) {
    for (int from = 0; from < cut.length; from++) {
      for (int to = 0; to < cut.length; to++) {
        cut[from][to] |= some.contains(from) != some.contains(to);
      }
    }
  }

  void cutOneWay(int from, int to) {
    cut[from][to] = from != to;
  }

  void heal() {
    for (boolean[] row : cut) {
      java.util.Arrays.fill(row, false);
    }
  }

  /** A part of the machines, neither none nor all. */
  List<Integer> somePart() {
    List<Integer> part = new ArrayList<>();
    for (int i = 0; i < cut.length; i++) {
      if (world.random.nextBoolean()) {
        part.add(i);
      }
    }
    return part.isEmpty() || part.size() == cut.length ? List.of(0) : part;
  }
}
