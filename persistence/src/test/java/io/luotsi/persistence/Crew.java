package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.await;
import static io.luotsi.persistence.Drafts.create;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.persistence.raft.Groups;
import io.luotsi.persistence.raft.Leadership;
import io.luotsi.persistence.raft.MemberChange;
import io.luotsi.persistence.raft.MemberIdentity;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.Members;
import io.luotsi.persistence.raft.Peer;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.raft.SnapshotPolicy;
import io.luotsi.persistence.registry.ResourceSettings;
import io.luotsi.persistence.registry.WindowLimits;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;

/** Members in one JVM, of whom others join and leave; each with an ActorSystem and a store. */
final class Crew implements AutoCloseable {
  private static final SnapshotPolicy SNAPSHOTS = new SnapshotPolicy(50, 256 << 10);

  private final Path directory;
  private final MemberSettings.Tuning tuning;
  private final List<Peer> founders;
  private final Map<String, Integer> raftPorts = new TreeMap<>();
  private final Map<String, Integer> arteryPorts = new ConcurrentSkipListMap<>();
  private final Map<String, Trio.One> living = new ConcurrentSkipListMap<>();

  private Crew(Path directory, Groups groups, List<String> founders) throws IOException {
    this.directory = directory;
    this.tuning = new MemberSettings.Tuning(groups, WindowLimits.standard(), SNAPSHOTS);
    List<Peer> peers = new java.util.ArrayList<>();
    for (String name : founders) {
      peers.add(peer(name));
    }
    this.founders = List.copyOf(peers);
  }

  static Crew found(Path directory, Groups groups, String... names) throws IOException {
    Crew crew = new Crew(directory, groups, List.of(names));
    for (String name : names) {
      crew.start(name);
    }
    return crew;
  }

  /** As the directory of that name has it, with a fresh identity if it has none. */
  Peer peer(String name) throws IOException {
    if (!raftPorts.containsKey(name)) {
      raftPorts.put(name, FreePorts.next());
      arteryPorts.put(name, FreePorts.next());
    }
    MemberIdentity identity =
        MemberIdentity.loadOrCreate(directory.resolve(name), name, new Random());
    return new Peer(identity.peerId(), "127.0.0.1", raftPorts.get(name));
  }

  /** Starts a founder, or anybody again. */
  Trio.One start(String name) throws IOException {
    return start(name, false);
  }

  /** Starts one that waits to be added. */
  Trio.One join(String name) throws IOException {
    return start(name, true);
  }

  private Trio.One start(String name, boolean joins) throws IOException {
    Peer self = peer(name);
    if (joins) {
      MemberIdentity.markJoining(directory.resolve(name));
    }
    RaftMember raft =
        RaftMember.start(
            new MemberSettings(
                name, directory.resolve(name), self.host(), self.port(), tuning, founders),
            resource -> ResourceSettings.DEFAULT);
    ActorSystem<Void> system = Trio.newSystem(address(name).orElseThrow(), raft.groups().size());
    ReplicatedStore store =
        ReplicatedStore.open(system, raft, Trio.SETTINGS, InstantSource.system(), this::address);
    Trio.One one = new Trio.One(name, raft, system, store);
    living.put(name, one);
    return one;
  }

  private Optional<Address> address(String name) {
    return Optional.ofNullable(arteryPorts.get(name)).map(port -> Trio.address("127.0.0.1", port));
  }

  Trio.One get(String name) {
    return Optional.ofNullable(living.get(name)).orElseThrow();
  }

  List<Trio.One> living() {
    return List.copyOf(living.values());
  }

  /** Who leads group 0 and is ready. */
  Optional<Trio.One> leader() {
    return living.values().stream()
        .filter(one -> one.group().leadership() instanceof Leadership.Ready)
        .findFirst();
  }

  Trio.One awaitLeader() {
    until(() -> leader().isPresent());
    return leader().orElseThrow();
  }

  /** Asks whoever leads, and whoever leads next if that one cannot say. */
  MemberChange change(Function<Members, CompletionStage<MemberChange>> wish) throws Exception {
    MemberChange change = new MemberChange.Elsewhere(Optional.empty());
    while (change instanceof MemberChange.Elsewhere) {
      change = await(wish.apply(awaitLeader().raft().members()));
    }
    return change;
  }

  /** Adds one that waits. */
  MemberChange add(String name) throws Exception {
    Peer peer = peer(name);
    return change(members -> members.add(peer, "about " + name));
  }

  /** Puts one that waits in the place of an old one. */
  MemberChange replace(String name) throws Exception {
    Peer peer = peer(name);
    return change(members -> members.replace(peer));
  }

  MemberChange remove(String name) throws Exception {
    return change(members -> members.remove(name));
  }

  /** Waits until nothing is left to be done, by the word of all who live. */
  void settle(String... voters) {
    until(
        () ->
            living.values().stream()
                .allMatch(
                    one ->
                        one.raft().members().isSettled()
                            && votersOf(one.raft()).equals(List.of(voters))));
  }

  /** Names of those with a vote in all groups. */
  static List<String> votersOf(RaftMember raft) {
    return raft.members().list().stream()
        .filter(member -> member.voters().size() == raft.groups().size())
        .map(member -> member.peer().name())
        .toList();
  }

  /** Writes through that member as soon as there is a leader; to another name with each attempt. */
  void write(String name) throws Exception {
    Outcome<StoredObject> outcome = Outcome.rejected(new Rejection.Timeout("not tried"));
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!outcome.isDone() && System.nanoTime() - deadline < 0) {
      outcome = await(get(name).store().commit(CONFIG_MAPS, create("w-" + UUID.randomUUID())));
    }
    outcome.orElseThrow();
  }

  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not so in time");
      }
      Thread.onSpinWait();
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  /** Ends one with no word to the others. */
  void stop(String name) throws IOException {
    Trio.One one = get(name);
    living.remove(name);
    Trio.end(one);
  }

  /** Removes all that one kept. */
  void wipe(String name) throws IOException {
    Files.walkFileTree(
        directory.resolve(name),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path folder, java.io.@org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() throws IOException {
    for (Trio.One one : living()) {
      stop(one.name());
    }
  }
}
