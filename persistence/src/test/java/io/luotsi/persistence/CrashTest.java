package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed with SIGKILL, again and again; nothing it was told is lost. */
class CrashTest {
  private static final int KILLS = 3;
  private static final int ACKNOWLEDGED_EACH = 400;

  /** A line of {@link CrashWriter}'s. */
  private record Acknowledged(String kind, String name, String uid, long version) {
    static Acknowledged parse(String line) {
      String[] words = line.split(" ");
      return new Acknowledged(words[0], words[1], words[2], Long.parseLong(words[3]));
    }
  }

  @Test
  @Timeout(value = 90, unit = TimeUnit.SECONDS)
  void noAcknowledgedWriteIsLostToSigkill(@TempDir Path directory) throws Exception {
    List<Acknowledged> acknowledged = new ArrayList<>();
    int kills = 0;
    for (int run = 0; run < KILLS; run++) {
      int before = acknowledged.size();
      kills += writeUntilKilled(directory, run, acknowledged);
      assertThat(acknowledged.size() - before).isGreaterThanOrEqualTo(ACKNOWLEDGED_EACH);
    }
    assertThat(kills).isEqualTo(KILLS);
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(KILLS * ACKNOWLEDGED_EACH);

    try (LocalStore survivor = CrashWriter.start(directory)) {
      long last = Drafts.latest(survivor.store(), CONFIG_MAPS).version();
      Map<Long, WatchEvent> history = history(survivor.store(), last);
      assertThat(history.keySet()).hasSize((int) last - 1).contains(2L, last);
      for (Acknowledged write : acknowledged) {
        WatchEvent event = history.get(write.version());
        assertThat(event).as("%s", write).isNotNull();
        StoredObject object = event.object();
        assertThat(
                new Acknowledged(kind(event), object.key().name(), object.uid(), event.version()))
            .isEqualTo(write);
      }
      assertThat(Drafts.done(survivor.store().commit(CONFIG_MAPS, Drafts.create("after"))))
          .extracting(StoredObject::resourceVersion)
          .isEqualTo(last + 1);
    }
  }

  private static String kind(WatchEvent event) {
    return switch (event) {
      case WatchEvent.Added added -> "created";
      case WatchEvent.Modified modified -> "updated";
      case WatchEvent.Deleted deleted -> "deleted";
    };
  }

  /** Every event since the beginning: restarts, and snapshots between them, have expired none. */
  private static Map<Long, WatchEvent> history(ReplicatedStore store, long last) throws Exception {
    Map<Long, WatchEvent> history = new TreeMap<>();
    try (WatchCursor cursor = store.watch(CONFIG_MAPS, 0).orElseThrow()) {
      while (cursor.version() < last) {
        for (WatchEvent event : Drafts.await(cursor.next()).orElseThrow()) {
          assertThat(history.put(event.version(), event)).isNull();
        }
      }
    }
    return history;
  }

  /**
   * @return 1 if the process was alive and writing when it was killed, and died of it
   */
  private static int writeUntilKilled(Path directory, int run, List<Acknowledged> acknowledged)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.config.file="
                    + System.getProperty("java.util.logging.config.file"),
                "-cp",
                System.getProperty("java.class.path"),
                CrashWriter.class.getName(),
                directory.toString(),
                "run" + run)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      int heard = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledged.add(Acknowledged.parse(line));
        if (++heard == ACKNOWLEDGED_EACH) {
          assertThat(process.isAlive()).isTrue();
          process.destroyForcibly();
          break;
        }
      }
      drain(lines, acknowledged);
    } finally {
      process.destroyForcibly();
    }
    return process.waitFor() == 128 + 9 ? 1 : 0;
  }

  /** What was said before the kill counts as well; the last line may be torn. */
  private static void drain(BufferedReader lines, List<Acknowledged> acknowledged)
      throws IOException {
    List<String> rest = new ArrayList<>();
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rest.add(line);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("closed")) { // the killed process's pipe
        throw e;
      }
    }
    if (!rest.isEmpty()) {
      rest.removeLast();
    }
    rest.forEach(line -> acknowledged.add(Acknowledged.parse(line)));
  }
}
