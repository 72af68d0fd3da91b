package io.luotsi.persistence.simulation;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import io.luotsi.history.Operation;
import io.luotsi.history.Recorder;
import java.util.List;
import java.util.Optional;

/** Follows everything from the beginning, and now and then goes on with another member. */
final class Watcher {
  private static final double LEAVES = 0.08;

  private final Simulation simulation;
  private final World world;
  private final int process;
  private final Recorder recorder;
  private long version = 1;
  private long connection;
  private boolean first = true;

  Watcher(Simulation simulation, int process, Recorder recorder) {
    this.simulation = simulation;
    this.world = simulation.world();
    this.process = process;
    this.recorder = recorder;
    connect();
  }

  long version() {
    return version;
  }

  private void connect() {
    int to = world.random.nextInt(simulation.cluster().size());
    Optional<Member> member = simulation.cluster().member(to);
    if (member.isEmpty()) {
      world.after(30 * World.MILLI, simulation.outside(), this::connect);
      return;
    }
    long mine = ++connection;
    if (!first) {
      world.count("watchers that moved");
    }
    recorder.begin(process, Operation.WATCH, "", "", "", version);
    boolean skips = !first && simulation.cluster().has(Defect.SKIPS_AN_EVENT);
    first = false;
    long from = skips ? version + 1 : version;
    member.get().connections().open(() -> reconnect(mine));
    // A member that is paused, or knows nothing new because it is cut off, is left after a while.
    long patience = world.between(300 * World.MILLI, 3_000 * World.MILLI);
    world.after(patience, simulation.outside(), () -> reconnect(mine));
    world.after(
        world.between(50_000, 500_000),
        simulation.cluster().machine(to),
        () -> follow(member.get().replica().watch(CONFIG_MAPS, from).orElseThrow(), mine));
  }

  private void reconnect(long left) {
    if (left == connection) {
      connection++;
      connect();
    }
  }

  private void follow(WatchCursor cursor, long mine) {
    cursor.next().thenAccept(answer -> pass(answer, cursor, mine));
  }

  /** What the member sends; the connection keeps it in order. */
  private void pass(Outcome<List<WatchEvent>> answer, WatchCursor cursor, long mine) {
    world.after(
        world.between(50_000, 500_000),
        simulation.outside(),
        () -> {
          if (mine != connection) {
            cursor.close();
            return;
          }
          answer.orElseThrow().forEach(event -> saw(event));
          if (world.chance(LEAVES)) {
            cursor.close();
            reconnect(mine);
          } else {
            follow(cursor, mine);
          }
        });
  }

  private void saw(WatchEvent event) {
    recorder.saw(process, Simulation.changeOf(event));
    version = event.version();
  }
}
