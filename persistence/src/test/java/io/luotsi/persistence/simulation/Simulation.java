package io.luotsi.persistence.simulation;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import io.luotsi.history.AcknowledgedWrites;
import io.luotsi.history.Change;
import io.luotsi.history.Entry;
import io.luotsi.history.FinalOrder;
import io.luotsi.history.Linearizability;
import io.luotsi.history.Recorder;
import io.luotsi.history.WatchStreams;
import io.luotsi.persistence.raft.Leadership;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** One run: clients and watchers while things go wrong, then peace, then the verdict. */
final class Simulation {
  /**
   * @param digest the same for the same run
   * @param wrong what the clients' histories show; empty if every promise was kept
   */
  record Run(
      long seed,
      long digest,
      SortedMap<String, Integer> counts,
      List<Entry> history,
      List<String> wrong) {}

  private static final long SPAN = 3_000 * World.MILLI;
  private static final long PEACE = 15_000 * World.MILLI;
  private static final long HAUNTED = 1_500 * World.MILLI;
  private static final int MOST_EVENTS = 100_000;
  private static final int CLIENTS = 4;
  private static final int WATCHERS = 2;
  private static final int FIRST_WATCHER = 100;

  private final World world;
  private final Machine outside = new Machine(-1);
  private final Cluster cluster;
  private final Recorder recorder;
  private final List<Client> clients = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private int values;
  private int haunted = -1;
  private boolean over;

  private Simulation(long seed, Defect defect) {
    world = new World(seed);
    cluster = new Cluster(world, world.chance(0.1) ? 1 : world.chance(0.1) ? 5 : 3, defect);
    recorder = new Recorder(world::nowNanos);
  }

  static Run run(long seed, Defect defect) {
    return new Simulation(seed, defect).run(seed);
  }

  World world() {
    return world;
  }

  Cluster cluster() {
    return cluster;
  }

  /** Where clients live, and whoever harms the cluster. */
  Machine outside() {
    return outside;
  }

  /** Whether nobody begins anything any more. */
  boolean isOver() {
    return over;
  }

  /** Half of the clients go to one member for a while, to ask for what it is likely to refuse. */
  void haunt(int member) {
    haunted = member;
    world.after(HAUNTED, outside, () -> haunted = -1);
  }

  OptionalInt haunted() {
    return haunted < 0 ? OptionalInt.empty() : OptionalInt.of(haunted);
  }

  String newValue() {
    return "v" + ++values;
  }

  private Run run(long seed) {
    Faults faults = new Faults(this);
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new Client(this, i, recorder));
    }
    for (int i = 0; i < WATCHERS; i++) {
      watchers.add(new Watcher(this, FIRST_WATCHER + i, recorder));
    }
    faults.plan(SPAN);
    List<String> wrong = new ArrayList<>();
    try {
      while (world.step(SPAN)) {}
      over = true;
      faults.heal();
      int events = 0;
      while (!isSettled() && world.step(SPAN + PEACE) && events < MOST_EVENTS) {
        events++;
      }
      judge(wrong);
    } catch (IllegalStateException e) { // the rules' own guards have found something
      wrong.add(e.toString());
    }
    return new Run(seed, world.digest(), world.counts(), recorder.entries(), wrong);
  }

  private boolean isSettled() {
    if (!clients.stream().allMatch(Client::isIdle)) {
      return false;
    }
    Optional<RaftNode> leader =
        IntStream.range(0, cluster.size())
            .mapToObj(i -> cluster.node(i).orElseThrow())
            .filter(node -> node.leadership() instanceof Leadership.Ready)
            .findFirst();
    if (leader.isEmpty()) {
      return false;
    }
    long last = version(0);
    for (int i = 0; i < cluster.size(); i++) {
      if (version(i) != last || !cluster.node(i).orElseThrow().hasAllOf(leader.get())) {
        return false;
      }
    }
    return watchers.stream().allMatch(watcher -> watcher.version() >= last);
  }

  private long version(int member) {
    return cluster.member(member).map(m -> m.replica().state(CONFIG_MAPS).version()).orElse(-1L);
  }

  private void judge(List<String> wrong) {
    if (!isSettled()) {
      wrong.add("it does not come to rest: " + describe());
      return;
    }
    List<Change> changes = changesAt(0);
    for (int i = 1; i < cluster.size(); i++) {
      if (!changesAt(i).equals(changes)) {
        wrong.add("members 0 and " + i + " have different histories");
      }
    }
    List<Entry> history = recorder.entries();
    FinalOrder order = new FinalOrder(1, changes);
    order.checkGapless("configmaps").forEach(v -> wrong.add(v.toString()));
    Linearizability.check(history).forEach(v -> wrong.add(v.toString()));
    AcknowledgedWrites.check(history, order).forEach(v -> wrong.add(v.toString()));
    WatchStreams.check(history, order, order.last()).forEach(v -> wrong.add(v.toString()));
  }

  /** Where everybody stands. */
  private String describe() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < cluster.size(); i++) {
      text.append("member ").append(i).append(" at version ").append(version(i)).append(", ");
      text.append(cluster.node(i).map(RaftNode::toString).orElse("dead")).append("; ");
    }
    clients.forEach(client -> text.append(client.isIdle() ? "" : "a client waits; "));
    watchers.forEach(watcher -> text.append("a watcher at ").append(watcher.version()).append(' '));
    return text.toString();
  }

  /** Everything that ever happened, as a member tells it in the end. */
  private List<Change> changesAt(int member) {
    List<Change> changes = new ArrayList<>();
    long last = version(member);
    var replica = cluster.member(member).orElseThrow().replica();
    try (WatchCursor cursor = replica.watch(CONFIG_MAPS, 1).orElseThrow()) {
      while (cursor.version() < last) {
        CompletableFuture<List<WatchEvent>> next =
            cursor.next().toCompletableFuture().thenApply(outcome -> outcome.orElseThrow());
        next.join().forEach(event -> changes.add(changeOf(event)));
      }
    }
    return changes;
  }

  static Change changeOf(WatchEvent event) {
    Change.Kind kind =
        switch (event) {
          case WatchEvent.Added added -> Change.Kind.ADDED;
          case WatchEvent.Modified modified -> Change.Kind.MODIFIED;
          case WatchEvent.Deleted deleted -> Change.Kind.DELETED;
        };
    StoredObject object = event.object();
    return new Change(
        event.version(), kind, object.key().toString(), object.uid(), valueOf(object));
  }

  /** What a client wrote into it. */
  static String valueOf(StoredObject object) {
    String json = new String(object.json(), StandardCharsets.UTF_8);
    int at = json.indexOf("\"value\":\"") + 9;
    return json.substring(at, json.indexOf('"', at));
  }
}
