package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import io.luotsi.history.Change;
import io.luotsi.history.Entry;
import io.luotsi.history.HistoryFile;
import io.luotsi.history.Recorder;
import io.luotsi.persistence.raft.Groups;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.raft.SnapshotPolicy;
import io.luotsi.persistence.registry.WindowLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * One member in a process of its own, with clients and a watcher that are recorded in a file. Says
 * on standard output {@code leads TERM}, {@code acknowledged} for each request, {@code wrong WHAT},
 * {@code broken WHY} when it ends by itself; and does what it reads: {@code stop} (says {@code
 * stopped}), {@code order} (says a {@code change} a line, then {@code ordered VERSION}), {@code
 * seen VERSION} (says {@code seen} when its watcher has).
 */
final class RecordedMember {
  /** Numbers of clients that one process has at most. */
  static final int PROCESSES = 10;

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /**
   * Keeps every change of a run, so that the last watch sees them all; cuts the log all the same.
   */
  private static final MemberSettings.Tuning TUNING =
      new MemberSettings.Tuning(
          Groups.ONE,
          new WindowLimits(Duration.ofHours(1), 100_000, 64 << 20),
          new SnapshotPolicy(1_000, 4 << 20));

  private RecordedMember() {}

  /** Where a process records. */
  static Path file(Path directory, String name, int life) {
    return directory.resolve("history-" + name + life + ".jsonl");
  }

  /**
   * @param arguments directory of all members, name of this one, and a number that no other process
   *     was given
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    String name = arguments[1];
    int life = Integer.parseInt(arguments[2]);
    ReplicatedStore store = open(MemberProcess.Members.read(directory), name);
    OutputStream file = Files.newOutputStream(file(directory, name, life));
    Recorder recorder = new Recorder(System::nanoTime, 0, entry -> append(file, entry));
    RecordedClients clients =
        new RecordedClients(
            store,
            recorder,
            life * PROCESSES,
            new RecordedClients.Listener() {
              @Override
              public void acknowledged() {
                say("acknowledged");
              }

              @Override
              public void wrong(String what) {
                say("wrong " + what);
              }
            });
    RecordedWatcher watcher =
        new RecordedWatcher(
            store, recorder, life * PROCESSES + RecordedClients.CLIENTS, now(store));
    obey(store, clients, watcher);
  }

  private static ReplicatedStore open(MemberProcess.Members members, String name)
      throws IOException {
    RaftMember raft = members.founders().with(TUNING).start(name);
    raft.broken().thenAccept(RecordedMember::endAtOnce);
    raft.groups()
        .getFirst()
        .subscribe(leadership -> leadership.readyTerm().ifPresent(term -> say("leads " + term)));
    return ReplicatedStore.open(
        Trio.newSystem(members.addresses().get(name), 1),
        raft,
        new ReplicatedStore.Settings(TIMEOUT, TIMEOUT, TIMEOUT),
        InstantSource.system(),
        peer -> Optional.of(members.addresses().get(peer)));
  }

  /** As the application does. */
  private static void endAtOnce(String why) {
    say("broken " + why);
    Runtime.getRuntime().halt(1);
  }

  private static void append(OutputStream file, Entry entry) {
    try {
      HistoryFile.append(file, entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The resource's latest version, as soon as there is a leader. */
  private static long now(ReplicatedStore store) throws Exception {
    while (true) {
      if (Drafts.await(store.read(CONFIG_MAPS, ReadVersion.LATEST))
          instanceof Outcome.Done<ResourceSnapshot>(ResourceSnapshot snapshot)) {
        return snapshot.version();
      }
    }
  }

  private static void obey(ReplicatedStore store, RecordedClients clients, RecordedWatcher watcher)
      throws Exception {
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      String[] words = order.split(" ");
      switch (words[0]) {
        case "stop" -> {
          clients.stop();
          say("stopped");
        }
        case "order" -> order(store);
        case "seen" -> {
          watcher.endAt(Long.parseLong(words[1]));
          say("seen");
        }
        default -> say("wrong order " + order);
      }
    }
  }

  /** Says every change that there ever was, of a watch that begins now. */
  private static void order(ReplicatedStore store) throws Exception {
    long last = now(store);
    try (WatchCursor cursor = store.watch(CONFIG_MAPS, 1).orElseThrow()) {
      while (cursor.version() < last) {
        for (WatchEvent event : Drafts.await(cursor.next()).orElseThrow()) {
          Change change = RecordedWatcher.change(event);
          say(
              String.join(
                  " ",
                  "change",
                  Long.toString(change.version()),
                  change.kind().name(),
                  change.key(),
                  change.uid(),
                  change.value()));
        }
      }
    }
    say("ordered " + last);
  }

  private static void say(String line) {
    synchronized (RecordedMember.class) {
      System.out.println(line);
      System.out.flush();
    }
  }
}
