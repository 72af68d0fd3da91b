package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.latest;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.History.Acknowledged;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes whose clients write; whichever leads is killed with SIGKILL and started again,
 * and at last all three are. Nothing that a client was told is lost, and writing goes on in no
 * time.
 */
class LeaderKillTest {
  private static final int KILLS = Integer.getInteger("luotsi.test.kills", 3);
  private static final int WRITES_BETWEEN_KILLS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  /** What the processes said, and when. Guarded by itself. */
  private static final class Said {
    final List<Acknowledged> acknowledged = new ArrayList<>();
    final List<String> wrong = new ArrayList<>();
    final Set<String> writing = new HashSet<>();
    String leader = "";
    long term;
    long ledNanos;
    int sinceTerm;
    long firstSinceTermNanos;

    synchronized void line(String member, String line) {
      if (line.startsWith("leads ")) {
        long led = Long.parseLong(line.substring(6));
        if (led > term) {
          leader = member;
          term = led;
          sinceTerm = 0;
          ledNanos = System.nanoTime();
        }
      } else if (line.startsWith("wrong ")) {
        wrong.add(line);
      } else {
        Acknowledged write = Acknowledged.parse(line);
        acknowledged.add(write);
        writing.add(write.name().split("-")[0]);
        if (sinceTerm++ == 0) {
          firstSinceTermNanos = System.nanoTime();
        }
      }
      notifyAll();
    }

    synchronized void await(BooleanSupplier condition) throws InterruptedException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!condition.getAsBoolean()) {
        assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
        wait(1_000);
      }
    }
  }

  private record Running(Process process, Thread reader) {
    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor()).isEqualTo(128 + 9);
      reader.join();
    }
  }

  private final Said said = new Said();

  /** Of each member, the word that its present process was given: it must be back before a kill. */
  private final Map<String, String> lives = new TreeMap<>();

  private final List<Duration> elections = new ArrayList<>();
  private final Map<String, Running> running = new TreeMap<>();

  @Test
  @Timeout(120)
  void noAcknowledgedWriteIsLostWhenLeadersAreKilledAndWritingGoesOnSoon() throws Exception {
    MemberProcess.Members members = MemberProcess.Members.create(directory);
    List<Duration> gaps = new ArrayList<>();
    try {
      for (String name : Trio.NAMES) {
        start(name, 0);
      }
      for (int kill = 1; kill <= KILLS; kill++) {
        synchronized (said) {
          said.await(
              () ->
                  said.sinceTerm >= WRITES_BETWEEN_KILLS
                      && said.writing.containsAll(lives.values()));
        }
        gaps.add(killLeader(kill));
      }
      synchronized (said) {
        said.await(() -> said.sinceTerm >= WRITES_BETWEEN_KILLS);
      }
      for (Running each : List.copyOf(running.values())) { // all at once, under writes
        each.process().destroyForcibly();
      }
    } finally {
      for (Running each : running.values()) {
        each.kill();
      }
    }
    List<Duration> sorted = gaps.stream().sorted().toList();
    System.out.println(
        "kill to next acknowledged write: median "
            + sorted.get(KILLS / 2).toMillis()
            + " ms, worst "
            + sorted.getLast().toMillis()
            + " ms, all "
            + gaps.stream().map(Duration::toMillis).toList()
            + ", of which to the next ready leader "
            + elections.stream().map(Duration::toMillis).toList());
    assertThat(gaps).hasSize(KILLS);
    assertThat(said.wrong).isEmpty();
    checkHistory(members);
  }

  private Duration killLeader(int kill) throws Exception {
    String victim;
    long termBefore;
    synchronized (said) {
      victim = said.leader;
      termBefore = said.term;
    }
    Running leader = running.remove(victim);
    long killed = System.nanoTime();
    leader.kill();
    Duration gap;
    synchronized (said) {
      said.await(() -> said.term > termBefore && said.sinceTerm > 0);
      assertThat(said.leader).isNotEqualTo(victim);
      gap = Duration.ofNanos(said.firstSinceTermNanos - killed);
      elections.add(Duration.ofNanos(said.ledNanos - killed));
    }
    start(victim, kill);
    return gap;
  }

  private void checkHistory(MemberProcess.Members members) throws Exception {
    assertThat(said.acknowledged).hasSizeGreaterThanOrEqualTo((KILLS + 1) * WRITES_BETWEEN_KILLS);
    try (Trio trio = Trio.start(members.founders(), Trio.SETTINGS)) {
      trio.leader();
      long last = latest(trio.get("a").store(), CONFIG_MAPS).version();
      Map<Long, Acknowledged> events = History.events(trio.get("a").store(), last);
      History.check(events, said.acknowledged);
      for (Trio.One one : trio.living()) {
        assertThat(History.events(one.store(), last)).isEqualTo(events);
      }
    }
  }

  private void start(String name, int life) throws IOException {
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
            .redirectError(directory.resolve(name + ".log").toFile())
            .start();
    Thread reader = Thread.ofPlatform().daemon().start(() -> read(name, process));
    running.put(name, new Running(process, reader));
  }

  /** What was said before a kill counts; a last line that is torn does not. */
  private void read(String name, Process process) {
    try (BufferedReader lines = process.inputReader()) {
      StringBuilder line = new StringBuilder();
      for (int c = lines.read(); c >= 0; c = lines.read()) {
        if (c == '\n') {
          said.line(name, line.toString());
          line.setLength(0);
        } else {
          line.append((char) c);
        }
      }
    } catch (IOException e) { // the killed process's pipe
      assertThat(process.isAlive()).isFalse();
    }
  }
}
