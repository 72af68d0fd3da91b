package io.luotsi.persistence.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The members: their machines, disks and network, and what lives on each. */
final class Cluster {
  private final World world;
  private final Defect defect;
  private final List<Machine> machines = new ArrayList<>();
  private final List<Disk> disks = new ArrayList<>();
  private final List<Optional<Member>> members = new ArrayList<>();
  private final Network network;
  private long syncLeast = 100_000;
  private long syncMost = 2 * World.MILLI;

  Cluster(World world, int size, Defect defect) {
    this.world = world;
    this.defect = defect;
    for (int i = 0; i < size; i++) {
      machines.add(new Machine(i));
      disks.add(new Disk());
      members.add(Optional.empty());
    }
    network = new Network(world, machines);
    for (int i = 0; i < size; i++) {
      start(i);
    }
  }

  static boolean isMajority(boolean[] some) {
    int count = 0;
    for (boolean one : some) {
      count += one ? 1 : 0;
    }
    return count > some.length / 2;
  }

  World world() {
    return world;
  }

  boolean has(Defect planted) {
    return defect == planted;
  }

  int size() {
    return machines.size();
  }

  Machine machine(int number) {
    return machines.get(number);
  }

  Network network() {
    return network;
  }

  Optional<Member> member(int number) {
    return members.get(number);
  }

  Optional<RaftNode> node(int number) {
    return members.get(number).map(Member::node);
  }

  long syncNanos() {
    return world.between(syncLeast, syncMost);
  }

  void setSlowDisks(boolean slow) {
    syncMost = (slow ? 300 : 2) * World.MILLI;
  }

  void start(int number) {
    if (members.get(number).isEmpty()) {
      members.set(number, Optional.of(new Member(this, number, disks.get(number))));
    }
  }

  void kill(int number) {
    Optional<Member> member = members.get(number);
    if (member.isPresent()) {
      world.count("kills");
      machines.get(number).kill();
      members.set(number, Optional.empty());
      long lost = disks.get(number).crash(world);
      if (lost > 0) {
        world.count("kills that lost the end of a log");
      }
      member.get().store().die();
      member.get().connections().broken();
    }
  }
}
