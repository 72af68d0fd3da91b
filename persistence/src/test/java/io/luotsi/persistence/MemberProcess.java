package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import io.luotsi.persistence.raft.Peer;
import io.luotsi.persistence.raft.RaftMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.Address;

/**
 * One member in a process of its own, with writers and a watcher that say on standard output what
 * they were told: {@code leads TERM}, {@code wrong WHAT}, {@code watched VERSION DIGEST}, and a
 * line for each write that is done, or certainly not done.
 */
final class MemberProcess {
  private static final int WRITERS = 4;
  private static final String FILE = "members";
  private static final long SAY_NANOS = 20_000_000;

  /**
   * What all processes of a test must know: a line each, of peer id, host, Raft's and Artery's
   * port.
   */
  record Members(Founders founders, Map<String, Address> addresses) {
    static Members create(Path directory) throws IOException {
      return create(directory, name -> "127.0.0.1");
    }

    /**
     * @param hosts of members, by their names
     */
    static Members create(Path directory, UnaryOperator<String> hosts) throws IOException {
      Founders founders = Founders.of(directory, Trio.NAMES.toArray(String[]::new));
      List<String> lines = new ArrayList<>();
      for (Peer peer : founders.peers()) {
        String host = hosts.apply(peer.name());
        lines.add(peer.id() + " " + host + " " + peer.port() + " " + FreePorts.next());
      }
      Files.write(directory.resolve(FILE), lines);
      return read(directory);
    }

    static Members read(Path directory) throws IOException {
      List<Peer> peers = new ArrayList<>();
      Map<String, Address> addresses = new LinkedHashMap<>();
      for (String line : Files.readAllLines(directory.resolve(FILE))) {
        String[] words = line.split(" ");
        Peer peer = new Peer(words[0], words[1], Integer.parseInt(words[2]));
        peers.add(peer);
        addresses.put(peer.name(), Trio.address(words[1], Integer.parseInt(words[3])));
      }
      return new Members(new Founders(directory, peers), addresses);
    }
  }

  private MemberProcess() {}

  /**
   * @param arguments directory of all members, name of this one, and a word that no earlier process
   *     was given
   */
  public static void main(String[] arguments) throws IOException {
    Members members = Members.read(Path.of(arguments[0]));
    String name = arguments[1];
    RaftMember raft = members.founders().start(name);
    var system = Trio.newSystem(members.addresses().get(name), 1);
    ReplicatedStore store =
        ReplicatedStore.open(
            system,
            raft,
            Trio.SETTINGS,
            InstantSource.system(),
            peer -> Optional.of(members.addresses().get(peer)));
    raft.groups()
        .getFirst()
        .subscribe(leadership -> leadership.readyTerm().ifPresent(term -> say("leads " + term)));
    new Writers(
        store,
        arguments[2],
        WRITERS,
        new Writers.Listener() {
          @Override
          public void done(History.Acknowledged write) {
            say(write.toLine());
          }

          @Override
          public void refused(History.Refused write) {
            say(write.toLine());
          }

          @Override
          public void wrong(String what) {
            say("wrong " + what);
          }
        });
    watch(store);
  }

  /** Follows the resource from its beginning, and says now and then what it has seen. */
  private static void watch(ReplicatedStore store) {
    int digest = 0;
    long saidNanos = System.nanoTime();
    try (WatchCursor cursor = store.watch(CONFIG_MAPS, 0).orElseThrow()) {
      while (true) {
        Outcome<List<WatchEvent>> next = cursor.next().toCompletableFuture().join();
        for (WatchEvent event : next.orElseThrow()) {
          digest = History.digest(digest, History.Acknowledged.of(event));
        }
        if (System.nanoTime() - saidNanos > SAY_NANOS) {
          saidNanos = System.nanoTime();
          say("watched " + cursor.version() + " " + digest);
        }
      }
    } catch (RuntimeException e) {
      say("wrong watcher ended with " + e);
    }
  }

  private static void say(String line) {
    synchronized (MemberProcess.class) {
      System.out.println(line);
      System.out.flush();
    }
  }
}
