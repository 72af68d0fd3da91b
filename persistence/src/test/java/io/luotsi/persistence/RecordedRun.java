package io.luotsi.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.history.AcknowledgedWrites;
import io.luotsi.history.Change;
import io.luotsi.history.Entry;
import io.luotsi.history.FinalOrder;
import io.luotsi.history.HistoryFile;
import io.luotsi.history.Linearizability;
import io.luotsi.history.Operation;
import io.luotsi.history.Violation;
import io.luotsi.history.WatchStreams;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** Three {@link RecordedMember}s, what they say, what is done to them, and what they recorded. */
final class RecordedRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Path KEPT = Path.of("target", "faults");

  /** A process of a member; {@code life} is a number that no other process has. */
  private record Running(int life, Process process, Thread reader) {}

  private final Path directory;
  private final Site site;
  private final Map<String, Running> running = new TreeMap<>();
  private final List<Path> files = new ArrayList<>();
  private int lives;

  // What the processes said. Guarded by this.
  private final Map<String, Integer> acknowledged = new TreeMap<>();
  private final Set<String> said = new TreeSet<>();
  private final Map<String, String> broken = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private String leader = "";
  private long term;
  private long last;

  private RecordedRun(Path directory, Site site) {
    this.directory = directory;
    this.site = site;
  }

  static RecordedRun start(Path directory, Site site) throws IOException {
    MemberProcess.Members.create(directory, site::host);
    RecordedRun run = new RecordedRun(directory, site);
    for (String name : Trio.NAMES) {
      run.start(name);
    }
    return run;
  }

  void start(String name) throws IOException {
    int life = ++lives;
    List<String> command = new ArrayList<>(site.inside(name));
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.util.logging.config.file="
                + System.getProperty("java.util.logging.config.file"),
            "-cp",
            System.getProperty("java.class.path"),
            RecordedMember.class.getName(),
            directory.toString(),
            name,
            Integer.toString(life)));
    Path file = RecordedMember.file(directory, name, life);
    files.add(Files.createFile(file));
    Process process =
        new ProcessBuilder(command)
            .redirectError(directory.resolve(name + life + ".log").toFile())
            .start();
    synchronized (this) {
      acknowledged.put(name, 0);
    }
    Thread reader =
        Thread.ofPlatform()
            .daemon()
            .start(() -> ProcessLines.read(process, line -> heard(name, line.split(" "))));
    running.put(name, new Running(life, process, reader));
  }

  private synchronized void heard(String name, String[] words) {
    switch (words[0]) {
      case "acknowledged" -> acknowledged.merge(name, 1, Integer::sum);
      case "leads" -> {
        if (Long.parseLong(words[1]) > term) {
          term = Long.parseLong(words[1]);
          leader = name;
        }
      }
      case "change" ->
          changes.add(
              new Change(
                  Long.parseLong(words[1]),
                  Change.Kind.valueOf(words[2]),
                  words[3],
                  words[4],
                  words[5]));
      case "ordered" -> last = Long.parseLong(words[1]);
      case "broken" -> broken.put(name, String.join(" ", words));
      case "stopped", "seen" -> said.add(words[0] + " " + name);
      default -> wrong.add(name + ": " + String.join(" ", words));
    }
    notifyAll();
  }

  private synchronized void await(String what, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s in time; wrong: %s", what, wrong).isLessThan(deadline);
      wait(1_000);
    }
  }

  /** Waits until clients of each of these members were told so much more. */
  synchronized void awaitAcknowledged(Set<String> names, int more) throws InterruptedException {
    Map<String, Integer> before = new TreeMap<>(acknowledged);
    await(
        more + " acknowledged requests at each of " + names,
        () -> names.stream().allMatch(name -> told(name) >= before.get(name) + more));
  }

  private int told(String name) {
    return acknowledged.get(name);
  }

  synchronized String leader() {
    return leader;
  }

  synchronized long term() {
    return term;
  }

  synchronized void awaitTermAfter(long past) throws InterruptedException {
    await("a leader of a term after " + past, () -> term > past);
  }

  /**
   * Waits until a member has ended by itself.
   *
   * @return what it said last
   */
  String awaitBroken(String name) throws InterruptedException {
    synchronized (this) {
      await("the end of " + name, () -> broken.containsKey(name));
    }
    Running ended = running.remove(name);
    assertThat(ended.process().waitFor()).isEqualTo(1);
    ended.reader().join();
    synchronized (this) {
      return broken.remove(name);
    }
  }

  static Set<String> allBut(String name) {
    Set<String> others = new TreeSet<>(Trio.NAMES);
    others.remove(name);
    return others;
  }

  /**
   * Kills with SIGKILL.
   *
   * @return whether it was alive and died of that
   */
  boolean kill(String name) throws InterruptedException {
    Running killed = running.remove(name);
    boolean wasAlive = killed.process().isAlive();
    killed.process().destroyForcibly();
    boolean diedOfIt = killed.process().waitFor() == 128 + 9;
    killed.reader().join();
    return wasAlive && diedOfIt;
  }

  void signal(String name, String signal) throws IOException, InterruptedException {
    long pid = running.get(name).process().pid();
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
    assertThat(kill.waitFor()).isZero();
  }

  private void order(String name, String order) throws IOException {
    Writer orders = running.get(name).process().outputWriter();
    orders.write(order + "\n");
    orders.flush();
  }

  /** Of a member's clients, what was begun and answered well between two moments. */
  static long acknowledgedBetween(List<Entry> history, Set<Integer> processes, long from, long to) {
    Map<Integer, Entry> begun = new TreeMap<>();
    long count = 0;
    for (Entry entry : history) {
      if (entry.operation() == Operation.WATCH || !processes.contains(entry.process())) {
        continue;
      }
      if (entry.type() == Entry.Type.INVOKE) {
        begun.put(entry.process(), entry);
      } else if (entry.type() == Entry.Type.OK
          && begun.get(entry.process()).time() > from
          && entry.time() < to) {
        count++;
      }
    }
    return count;
  }

  /** Numbers of the clients of a member's present process. */
  Set<Integer> clientsOf(String name) {
    Set<Integer> processes = new TreeSet<>();
    for (int i = 0; i < RecordedClients.CLIENTS; i++) {
      processes.add(running.get(name).life() * RecordedMember.PROCESSES + i);
    }
    return processes;
  }

  /**
   * Lets the clients end, and fails unless what they and the watchers were told can have happened.
   * All members must be running, and nothing may be wrong with them.
   *
   * @param as what the history is kept as
   */
  List<Entry> check(String as, int leastAcknowledged) throws Exception {
    for (String name : Trio.NAMES) {
      order(name, "stop");
    }
    await("the clients' ends", () -> said.containsAll(all("stopped")));
    order(Trio.NAMES.getFirst(), "order");
    await("the final order", () -> last > 0);
    for (String name : Trio.NAMES) {
      order(name, "seen " + last);
    }
    await("what watchers see", () -> said.containsAll(all("seen")));
    List<Entry> history = HistoryFile.merge(files);
    Path kept = Files.createDirectories(KEPT).resolve(as + ".jsonl");
    HistoryFile.write(kept, history);
    assertThat(HistoryFile.read(kept)).isEqualTo(history);

    FinalOrder order = new FinalOrder(1, changes);
    List<Violation> violations = new ArrayList<>(order.checkGapless("configmaps"));
    violations.addAll(Linearizability.check(history));
    violations.addAll(AcknowledgedWrites.check(history, order));
    Set<Integer> living = livingWatchers();
    violations.addAll(WatchStreams.check(watchers(history, living, true), order, last));
    violations.addAll(WatchStreams.check(watchers(history, living, false), order, 0));
    assertThat(violations).as("%s, of which %s is the history", as, kept).isEmpty();
    assertThat(wrong).isEmpty();
    assertThat(AcknowledgedWrites.count(history)).isGreaterThanOrEqualTo(leastAcknowledged);
    return history;
  }

  private static List<String> all(String word) {
    return Trio.NAMES.stream().map(name -> word + " " + name).toList();
  }

  private Set<Integer> livingWatchers() {
    Set<Integer> living = new TreeSet<>();
    running
        .values()
        .forEach(
            each -> living.add(each.life() * RecordedMember.PROCESSES + RecordedClients.CLIENTS));
    return living;
  }

  /** Watchers' lines: of those that live, which have seen everything, or of those that do not. */
  private static List<Entry> watchers(List<Entry> history, Set<Integer> living, boolean live) {
    return history.stream()
        .filter(entry -> entry.operation() == Operation.WATCH)
        .filter(entry -> living.contains(entry.process()) == live)
        .toList();
  }

  @Override
  public void close() {
    try {
      for (String name : List.copyOf(running.keySet())) {
        kill(name);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
