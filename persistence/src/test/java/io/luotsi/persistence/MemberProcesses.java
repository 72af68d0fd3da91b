package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.latest;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.History.Acknowledged;
import io.luotsi.persistence.History.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Three {@link MemberProcess}es, what they say, and what is done to them. */
final class MemberProcesses implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What the members of the last test said, and where they were when it failed. */
  private static final Path KEPT = Path.of("target", "members");

  /** What the processes said, and when. Guarded by itself. */
  static final class Said {
    final List<Acknowledged> acknowledged = new ArrayList<>();
    private final List<Refused> refused = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final List<Watched> watched = new ArrayList<>();
    private final Map<String, Long> watchedLast = new HashMap<>();

    /** Lives that have written. */
    final Set<String> writing = new HashSet<>();

    String leader = "";
    long term;
    long ledNanos;

    /** Writes that were acknowledged since the newest term began. */
    int sinceTerm;

    long firstSinceTermNanos;

    private synchronized void line(String member, String line) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "leads" -> onLeads(member, Long.parseLong(words[1]));
        case "wrong" -> wrong.add(member + " " + line);
        case "refused" -> refused.add(new Refused(words[1], words[2], words[3]));
        case "watched" -> {
          long version = Long.parseLong(words[1]);
          watched.add(new Watched(member, version, Integer.parseInt(words[2])));
          watchedLast.put(member, version);
        }
        default -> {
          Acknowledged write = Acknowledged.parse(line);
          acknowledged.add(write);
          writing.add(write.name().split("-")[0]);
          if (sinceTerm++ == 0) {
            firstSinceTermNanos = System.nanoTime();
          }
        }
      }
      notifyAll();
    }

    private void onLeads(String member, long led) {
      if (led > term) {
        leader = member;
        term = led;
        sinceTerm = 0;
        ledNanos = System.nanoTime();
      }
    }

    synchronized void await(String what, BooleanSupplier condition) throws InterruptedException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!condition.getAsBoolean()) {
        assertThat(System.nanoTime()).as("%s in time", what).isLessThan(deadline);
        wait(1_000);
      }
    }

    /** The version that a member's watcher has seen. */
    long watchedBy(String member) {
      return watchedLast.getOrDefault(member, 0L);
    }

    /** The newest version that any client was told. */
    long newest() {
      return acknowledged.getLast().version();
    }
  }

  /** A member's watcher has seen everything up to a version, of which the rest is a digest. */
  private record Watched(String member, long version, int digest) {}

  private record Running(Process process, Thread reader) {
    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor()).isEqualTo(128 + 9);
      reader.join();
    }

    void signal(String name) throws Exception {
      Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
      assertThat(kill.waitFor()).isZero();
    }
  }

  private final Path directory;
  private final MemberProcess.Members members;
  private final Said said = new Said();
  private final Map<String, Running> running = new TreeMap<>();

  /** Of each member, the word that its present process was given. */
  private final Map<String, String> lives = new TreeMap<>();

  private MemberProcesses(Path directory, MemberProcess.Members members) {
    this.directory = directory;
    this.members = members;
  }

  static MemberProcesses start(Path directory) throws IOException {
    MemberProcesses processes =
        new MemberProcesses(directory, MemberProcess.Members.create(directory));
    for (String name : Trio.NAMES) {
      processes.start(name, 0);
    }
    return processes;
  }

  Said said() {
    return said;
  }

  /** Waits until clients of all present processes have written, and so many in all. */
  void awaitWriting(int writes) throws InterruptedException {
    synchronized (said) {
      int before = said.acknowledged.size();
      said.await(
          "writes of " + lives.values(),
          () ->
              said.acknowledged.size() >= before + writes
                  && said.writing.containsAll(lives.values()));
    }
  }

  void kill(String name) throws InterruptedException {
    running.remove(name).kill();
  }

  /** All at once. */
  void killAll() throws InterruptedException {
    for (Running each : running.values()) {
      each.process().destroyForcibly();
    }
    for (Running each : running.values()) {
      each.kill();
    }
    running.clear();
  }

  void pause(String name) throws Exception {
    running.get(name).signal("STOP");
  }

  void resume(String name) throws Exception {
    running.get(name).signal("CONT");
  }

  /**
   * @param life tells this process from earlier ones of the member
   */
  void start(String name, int life) throws IOException {
    lives.put(name, name + life);
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.config.file="
                    + System.getProperty("java.util.logging.config.file"),
                "-cp",
                System.getProperty("java.class.path"),
                MemberProcess.class.getName(),
                directory.toString(),
                name,
                lives.get(name))
            .redirectError(Files.createDirectories(KEPT).resolve(name + life + ".log").toFile())
            .start();
    Thread reader =
        Thread.ofPlatform()
            .daemon()
            .start(() -> ProcessLines.read(process, line -> said.line(name, line)));
    running.put(name, new Running(process, reader));
  }

  /**
   * Starts the members anew, in this process, and fails unless what clients and watchers were told
   * is what happened.
   */
  void checkHistory() throws Exception {
    assertThat(running).isEmpty();
    assertThat(said.wrong).isEmpty();
    assertThat(said.watched).extracting(Watched::member).containsAll(Trio.NAMES);
    try (Trio trio = Trio.start(members.founders(), Trio.SETTINGS)) {
      trio.leader();
      long last = latest(trio.get("a").store(), CONFIG_MAPS).version();
      Map<Long, Acknowledged> events = History.events(trio.get("a").store(), last);
      History.check(events, said.acknowledged);
      History.checkRefused(events, said.refused);
      for (Trio.One one : trio.living()) {
        assertThat(History.events(one.store(), last)).isEqualTo(events);
      }
      Map<Long, Integer> digests = History.digests(events);
      for (Watched seen : said.watched) {
        assertThat(seen.digest()).as("%s", seen).isEqualTo(digests.get(seen.version()));
      }
    }
  }

  /** What each thread of those that still run is at, for whoever asks why a test has failed. */
  private void keepThreads() throws IOException, InterruptedException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    for (Map.Entry<String, Running> each : running.entrySet()) {
      new ProcessBuilder(tool.toString(), "" + each.getValue().process().pid(), "Thread.print")
          .redirectErrorStream(true)
          .redirectOutput(KEPT.resolve(each.getKey() + ".threads").toFile())
          .start()
          .waitFor(10, TimeUnit.SECONDS); // one that is paused does not answer
    }
  }

  @Override
  public void close() {
    try {
      keepThreads();
    } catch (IOException e) {
      System.err.println("the members' threads are not known: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      killAll();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
