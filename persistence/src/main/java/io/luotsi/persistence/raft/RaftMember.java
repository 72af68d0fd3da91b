package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.ResourceSettings;
import io.luotsi.persistence.registry.WindowBudget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.jspecify.annotations.Nullable;

/**
 * This JVM's part in Raft: one server, and in it one state machine, log and replica a group. Lives
 * as long as the JVM, whatever becomes of ActorSystems over it.
 *
 * <p>Started, it elects a leader by itself; {@link RaftGroupMember#subscribe} tells when this
 * member may write.
 */
public final class RaftMember implements AutoCloseable {
  private static final int HAND_OVER_SECONDS = 2;

  private final MemberIdentity identity;
  private final RaftServer server;
  private final LeaderRounds rounds;
  private final List<RaftGroupMember> groups = new ArrayList<>();
  private final Groups assignment;
  private final Executor wakers;
  private final LeaderSpread spread;
  private final PeerConnections connections;
  private final CompletableFuture<Void> removed = new CompletableFuture<>();
  private final Members members = new Members(this);
  private Optional<MembershipKeeper> keeper = Optional.empty();

  private RaftMember(
      MemberIdentity identity,
      RaftServer server,
      LeaderRounds rounds,
      Groups assignment,
      Executor wakers) {
    this.identity = identity;
    this.server = server;
    this.rounds = rounds;
    this.assignment = assignment;
    this.wakers = wakers;
    this.spread = new LeaderSpread(groups, wakers);
    this.connections = new PeerConnections(server, groupId(0), wakers);
  }

  /**
   * Starts, or fails loudly: no half-started member is left behind.
   *
   * @param resources what the store must know of a resource; asked whenever it is first needed
   * @throws IOException if the directory cannot be used (damaged, in use, another member's) or the
   *     port cannot be had
   */
  public static RaftMember start(
      MemberSettings settings, Function<GroupResource, ResourceSettings> resources)
      throws IOException {
    requirePort(settings);
    MemberIdentity identity =
        MemberIdentity.loadOrCreate(settings.directory(), settings.name(), new SecureRandom());
    Path storage = storage(settings.directory());
    MemberIdentity.requireJournal(settings.directory(), exists(storage, groupId(0)));
    TornTail.cut(storage);
    Executor wakers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("luotsi-waker-", 0).factory());
    Map<RaftGroupId, GroupStateMachine> stateMachines = new LinkedHashMap<>();
    WindowBudget budget = new WindowBudget(settings.tuning().window());
    Groups assignment = settings.tuning().groups();
    GroupRecord record = GroupRecord.open(settings.directory(), assignment);
    for (int number = 0; number < assignment.count(); number++) {
      Replica replica = new Replica(resources, budget, wakers);
      stateMachines.put(
          groupId(number),
          new GroupStateMachine(replica, settings.tuning().snapshots(), number, record));
    }
    Peer self = new Peer(identity.peerId(), settings.host(), settings.port());
    List<RaftPeer> founders = founders(settings, self, storage);
    LeaderWatch leaderWatch = new LeaderWatch(wakers);
    LeaderRounds rounds = new LeaderRounds();
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(identity.peerId()))
            .setGroup(RaftGroup.valueOf(groupId(0), founders))
            .setOption(exists(storage, groupId(0)) ? StartupOption.RECOVER : StartupOption.FORMAT)
            .setStateMachineRegistry(stateMachines::get)
            .setProperties(RatisSettings.properties(settings, storage))
            .setParameters(
                RatisSettings.parameters(
                    settings,
                    rounds,
                    leaderWatch,
                    new RefusedRequests(
                        identity.peerId(), group -> listens(stateMachines.get(group)))))
            .build();
    RaftMember member = new RaftMember(identity, server, rounds, assignment, wakers);
    try {
      server.start();
      MemberIdentity.markFormatted(settings.directory());
      member.join(self, founders, storage, stateMachines);
      leaderWatch.watch(server);
      member.connections.start();
      if (assignment.count() > 1) {
        member.spread.start();
      }
      member.keepMembers(!MemberIdentity.isJoining(settings.directory()));
    } catch (IOException | RuntimeException e) {
      member.close();
      Optional<String> damaged = DamagedLog.find(storage);
      throw cannotStart(settings, damaged.isPresent() ? new IOException(damaged.get(), e) : e);
    }
    return member;
  }

  /**
   * Who takes part in a group that is new. If this member is to be added by others, it listens: to
   * Ratis that is a role of a server from its start, not one that it can take on later.
   */
  private static List<RaftPeer> founders(MemberSettings settings, Peer self, Path storage)
      throws IOException {
    if (MemberIdentity.isJoining(settings.directory())) {
      return List.of(
          RaftPeer.newBuilder(raftPeer(self)).setStartupRole(RaftPeerRole.LISTENER).build());
    }
    if (settings.peers().isEmpty()) {
      return List.of(raftPeer(self));
    }
    boolean isNew = !exists(storage, groupId(0));
    if (isNew && settings.peers().stream().noneMatch(peer -> peer.id().equals(self.id()))) {
      throw new IOException("member '" + self.id() + "' is not one of those who found the cluster");
    }
    return settings.peers().stream().map(RaftMember::raftPeer).toList();
  }

  static RaftPeer raftPeer(Peer peer) {
    return RaftPeer.newBuilder()
        .setId(RaftPeerId.valueOf(peer.id()))
        .setAddress(peer.host() + ":" + peer.port())
        .build();
  }

  private static boolean listens(@Nullable GroupStateMachine group) {
    return group != null && group.listens();
  }

  /** Ratis ends the whole JVM when it cannot have its port, with a line that nobody sees. */
  private static void requirePort(MemberSettings settings) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(settings.host(), settings.port()));
    } catch (IOException e) {
      throw cannotStart(settings, e);
    }
  }

  private static IOException cannotStart(MemberSettings settings, Exception why) {
    return new IOException(
        "member '"
            + settings.name()
            + "' cannot start at "
            + settings.host()
            + ":"
            + settings.port()
            + ": "
            + why.getMessage(),
        why);
  }

  private static Path storage(Path directory) {
    return directory.resolve("raft");
  }

  /** Where a member keeps a group. */
  static Path folder(Path directory, int number) {
    return storage(directory).resolve(groupId(number).getUuid().toString());
  }

  private static RaftGroupId groupId(int number) {
    return RaftGroupId.valueOf(
        UUID.nameUUIDFromBytes(("luotsi group " + number).getBytes(StandardCharsets.UTF_8)));
  }

  private static boolean exists(Path storage, RaftGroupId group) {
    return Files.isDirectory(storage.resolve(group.getUuid().toString()));
  }

  /** Adds the groups that are new; those that have a folder were recovered by the server. */
  private void join(
      Peer self,
      List<RaftPeer> founders,
      Path storage,
      Map<RaftGroupId, GroupStateMachine> stateMachines)
      throws IOException {
    int number = 0;
    for (Map.Entry<RaftGroupId, GroupStateMachine> entry : stateMachines.entrySet()) {
      RaftGroupId id = entry.getKey();
      boolean known = false;
      for (RaftGroupId served : server.getGroupIds()) {
        known |= served.equals(id);
      }
      if (!known && exists(storage, id)) { // Ratis has only logged why; formatting it would lose it
        throw new IOException("group " + number + " in " + storage + " cannot be read");
      }
      if (!known) {
        add(RaftGroup.valueOf(id, founders), number);
      }
      if (!server.getDivision(id).getInfo().isAlive()) {
        throw new IOException("group " + number + " did not start");
      }
      groups.add(new RaftGroupMember(number, self, id, server, rounds, entry.getValue(), wakers));
      number++;
    }
  }

  /**
   * @param founder whether this member takes part without having been enrolled
   */
  private void keepMembers(boolean founder) {
    AtomicBoolean takesPart = new AtomicBoolean(founder);
    groups
        .getFirst()
        .cluster()
        .subscribe(
            state -> {
              boolean enrolled =
                  state.enrolled().stream().anyMatch(one -> one.peer().id().equals(peerId()));
              if (enrolled) {
                takesPart.set(true);
              } else if (!state.enrolled().isEmpty() && takesPart.get()) {
                groups.forEach(RaftGroupMember::expectClose);
                removed.completeAsync(() -> null, wakers);
              }
            });
    MembershipKeeper started = new MembershipKeeper(peerId(), List.copyOf(groups), wakers);
    keeper = Optional.of(started);
    started.start();
  }

  private void add(RaftGroup group, int number) throws IOException {
    RaftClientReply reply =
        server.groupManagement(
            GroupManagementRequest.newAdd(
                ClientId.randomId(), server.getId(), number, group, true));
    if (!reply.isSuccess()) {
      throw new IOException("group " + number + " cannot be added", reply.getException());
    }
  }

  /** Name of this member with the random part that tells it from earlier ones of that name. */
  public String peerId() {
    return identity.peerId();
  }

  public String name() {
    return identity.name();
  }

  /**
   * All that was committed before this was called, as the pieces of a backup file, made as they are
   * taken; each resource at one version. Exceptionally if no leader answered.
   *
   * @param clusterUid and {@code timeMillis}, now, are told to whoever reads it
   */
  public CompletionStage<Iterator<byte[]>> backup(String clusterUid, long timeMillis) {
    CompletableFuture<?>[] caughtUp =
        groups.stream()
            .map(group -> group.caughtUp().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(caughtUp)
        .thenApplyAsync(
            done ->
                Backup.of(
                    groups.stream().map(RaftGroupMember::replica).toList(), clusterUid, timeMillis),
            wakers);
  }

  /** In order of their numbers; never empty. */
  public List<RaftGroupMember> groups() {
    return List.copyOf(groups);
  }

  /** The group that has a resource. */
  public RaftGroupMember group(GroupResource resource) {
    return groups.get(assignment.of(resource));
  }

  /** What Raft decides about the Pekko cluster: in group 0. */
  public ClusterLog clusterLog() {
    return new ClusterLog(groups.get(0), wakers);
  }

  /** Who takes part in all groups, and a way to change it. */
  public Members members() {
    return members;
  }

  /** Completes when this member hears that it is not to take part any more. */
  public CompletionStage<Void> removed() {
    return removed.minimalCompletionStage();
  }

  public List<GroupStatus> status() {
    return groups.stream().map(RaftGroupMember::status).toList();
  }

  /**
   * Runs what waits for this member's outcomes, each in a virtual thread of its own. Never shut
   * down: whoever still waits when the member is closed must hear of it.
   */
  public Executor wakers() {
    return wakers;
  }

  /**
   * Completes with a reason when this member can no longer write a journal: its disk is full or
   * failing. Nothing that was acknowledged is lost, but only a new start mends it; so a process
   * that hears of it should end at once. Completes on a thread of Raft's: pass it on.
   */
  public CompletionStage<String> broken() {
    return CompletableFuture.anyOf(
            groups.stream()
                .map(group -> group.broken().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new))
        .thenApply(String.class::cast);
  }

  /** Has other members lead from now on, so that nobody need notice when this one stops. */
  public void handOver() {
    spread.close();
    letOthersLead();
  }

  /**
   * Has other members lead what this one leads. Returns when they do, or when they cannot or would
   * not; soon in any case.
   */
  public void letOthersLead() {
    CompletableFuture<?>[] all =
        groups.stream()
            .map(group -> group.handOver().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(all)
        .completeOnTimeout(null, HAND_OVER_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  /** Stops taking part. Whoever still waits hears of it by their own deadline. */
  @Override
  public void close() throws IOException {
    spread.close();
    connections.close();
    keeper.ifPresent(MembershipKeeper::close);
    groups.forEach(RaftGroupMember::expectClose);
    server.close();
  }
}
