package io.luotsi.persistence.simulation;

import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.ResourceSettings;
import io.luotsi.persistence.registry.WindowBudget;
import io.luotsi.persistence.registry.WindowLimits;
import java.time.Duration;

/** One life of a member: its part in the log, its replica, and the actor system over them. */
final class Member {
  private static final WindowLimits ALL = new WindowLimits(Duration.ofDays(1), 1_000_000, 1 << 30);

  private final Cluster cluster;
  private final int number;
  private final Replica replica;
  private final RaftNode node;
  private final Connections connections = new Connections();
  private StoreShell store;

  Member(Cluster cluster, int number, Disk disk) {
    this.cluster = cluster;
    this.number = number;
    World world = cluster.world();
    Machine machine = cluster.machine(number);
    this.replica =
        new Replica(
            resource -> ResourceSettings.DEFAULT,
            new WindowBudget(ALL),
            task -> world.after(world.between(1_000, 100_000), machine, task));
    this.node = new RaftNode(cluster, number, disk, replica);
    this.store = new StoreShell(cluster, number, node, replica);
    node.subscribe(leadership -> store.onLeadership());
  }

  RaftNode node() {
    return node;
  }

  Replica replica() {
    return replica;
  }

  StoreShell store() {
    return store;
  }

  /** Clients that must hear of it when this member dies. */
  Connections connections() {
    return connections;
  }

  /** Ends the actor system and begins another in its place, as one that was declared down does. */
  void rebuild() {
    cluster.world().count("actor systems rebuilt");
    store.close();
    store = new StoreShell(cluster, number, node, replica);
    store.onLeadership();
  }
}
