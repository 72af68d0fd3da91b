package io.luotsi.persistence.simulation;

import java.util.List;

/** What goes wrong, and when: a plan that the seed makes beforehand, and that ends. */
final class Faults {
  private static final int MOST = 9;

  private final Simulation simulation;
  private final World world;
  private final Cluster cluster;

  Faults(Simulation simulation) {
    this.simulation = simulation;
    this.world = simulation.world();
    this.cluster = simulation.cluster();
    double noise = world.chance(0.5) ? 0 : world.random.nextDouble() * 0.05;
    cluster.network().setNoise(noise, noise);
  }

  void plan(long spanNanos) {
    int count = world.random.nextInt(MOST + 1);
    for (int i = 0; i < count; i++) {
      world.after(world.between(0, spanNanos), simulation.outside(), this::happen);
    }
  }

  private void happen() {
    if (simulation.isOver()) {
      return;
    }
    int one = world.random.nextInt(cluster.size());
    switch (world.random.nextInt(9)) {
      case 0 -> killForAWhile(one);
      case 1 -> killForAWhile(leaderOr(one));
      case 2 -> {
        for (int i = 0; i < cluster.size(); i++) {
          killForAWhile(i);
        }
      }
      case 3 -> pause(world.chance(0.5) ? leaderOr(one) : one);
      case 4 -> divide(cluster.network().somePart(), aWhile());
      case 5 -> cutOneWay(one);
      case 6 -> slowDisks();
      case 7 -> cutOff(leaderOr(one));
      default -> rebuild(world.chance(0.3) ? one : leaderOr(one));
    }
  }

  private void cutOff(int number) {
    divide(List.of(number), world.between(800 * World.MILLI, 2_000 * World.MILLI));
    simulation.haunt(number);
  }

  /** Sometimes while its writes take their time. */
  private void rebuild(int number) {
    if (world.chance(0.5)) {
      slowDisks();
      simulation.haunt(number);
    }
    world.after(
        world.between(0, 100 * World.MILLI),
        simulation.outside(),
        () -> cluster.member(number).ifPresent(Member::rebuild));
  }

  private int leaderOr(int other) {
    for (int i = 0; i < cluster.size(); i++) {
      boolean leads =
          cluster
              .node(i)
              .filter(node -> node.leader() instanceof io.luotsi.persistence.raft.Leader.Here)
              .isPresent();
      if (leads) {
        return i;
      }
    }
    return other;
  }

  private long aWhile() {
    return world.between(20 * World.MILLI, 1_500 * World.MILLI);
  }

  private void killForAWhile(int number) {
    cluster.kill(number);
    world.after(aWhile(), simulation.outside(), () -> cluster.start(number));
  }

  private void pause(int number) {
    Machine machine = cluster.machine(number);
    long life = machine.life();
    if (cluster.member(number).isEmpty() || machine.isPaused()) {
      return;
    }
    world.count("pauses");
    machine.pause();
    world.after(
        aWhile(),
        simulation.outside(),
        () -> {
          if (machine.life() == life && machine.isPaused()) {
            machine.resume(world);
          }
        });
  }

  private void divide(List<Integer> some, long nanos) {
    world.count("partitions");
    cluster.network().divide(some);
    world.after(nanos, simulation.outside(), cluster.network()::heal);
  }

  private void cutOneWay(int from) {
    world.count("one-way cuts");
    cluster.network().cutOneWay(from, world.random.nextInt(cluster.size()));
    world.after(aWhile(), simulation.outside(), cluster.network()::heal);
  }

  private void slowDisks() {
    world.count("slow disks");
    cluster.setSlowDisks(true);
    world.after(aWhile(), simulation.outside(), () -> cluster.setSlowDisks(false));
  }

  /** Ends all that is wrong, for good. */
  void heal() {
    cluster.network().heal();
    cluster.network().setNoise(0, 0);
    cluster.setSlowDisks(false);
    for (int i = 0; i < cluster.size(); i++) {
      if (cluster.machine(i).isPaused()) {
        cluster.machine(i).resume(world);
      }
      cluster.start(i);
    }
  }
}
