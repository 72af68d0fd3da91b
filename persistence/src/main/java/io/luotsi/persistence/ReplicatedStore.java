package io.luotsi.persistence;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.carriage.Carrier;
import io.luotsi.persistence.carriage.Parcel;
import io.luotsi.persistence.carriage.Peers;
import io.luotsi.persistence.raft.Leader;
import io.luotsi.persistence.raft.Leadership;
import io.luotsi.persistence.raft.RaftBinding;
import io.luotsi.persistence.raft.RaftGroupMember;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.raft.StorePlugins;
import io.luotsi.persistence.raft.Subscription;
import io.luotsi.persistence.registry.Batcher;
import io.luotsi.persistence.registry.PendingWrite;
import io.luotsi.persistence.registry.Replica;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/**
 * The store of one control-plane member: writes go through registries in an ActorSystem, reads and
 * watches come from the replica that {@link RaftMember} keeps. Promises what {@link Store} says.
 *
 * <p>Made for one ActorSystem and closed with it; the member lives on, and the next store over it
 * goes on where this one ended. A store that is closed rejects writes and still reads.
 */
public final class ReplicatedStore implements Store, AutoCloseable {
  /**
   * @param writeTimeout how long a write waits for a leader, or for its batch to be confirmed
   * @param readTimeout how long a consistent read waits for a leader
   * @param versionTimeout how long a read waits for a version this member has not seen
   */
  public record Settings(Duration writeTimeout, Duration readTimeout, Duration versionTimeout) {
    /** 10 s, 10 s, and upstream's 3 s. */
    public static final Settings STANDARD =
        new Settings(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(3));
  }

  /** What carriers are called in every member's system, by groups, where the others find them. */
  private static final String CARRIER = "carrier-";

  /** Larger objects are refused; upstream's limit for a request body. */
  static final int MAX_OBJECT_BYTES = 3 << 20;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final long READ_RETRY_MILLIS = 20;

  private final ActorSystem<?> system;
  private final RaftMember member;
  private final Settings settings;
  private final InstantSource clock;
  private final ConcurrentMap<GroupResource, ActorRef<Batcher.Command>> batchers =
      new ConcurrentHashMap<>();
  private final List<Subscription> subscriptions = new ArrayList<>();

  /** One a group: those who wait for the leader of one are not in the way of others. */
  private final List<ActorRef<Carrier.Command>> carriers;

  /** Outcomes that somebody waits for. */
  private final Set<CompletableFuture<Outcome<StoredObject>>> awaited =
      ConcurrentHashMap.newKeySet();

  private volatile boolean closed;
  private volatile boolean ended;

  private ReplicatedStore(
      ActorSystem<?> system,
      RaftMember member,
      Settings settings,
      InstantSource clock,
      Function<String, Optional<Address>> addresses) {
    this.system = system;
    this.member = member;
    this.settings = settings;
    this.clock = clock;
    List<RaftGroupMember> groups = member.groups();
    this.carriers =
        groups.stream()
            .map(
                group ->
                    system.systemActorOf(
                        Carrier.create(new HereAndElsewhere(group, addresses), groups.size()),
                        CARRIER + group.number(),
                        Props.empty()))
            .toList();
    system.getWhenTerminated().thenRun(this::end);
  }

  /**
   * Opens the store in {@code system}, whose configuration must have this module's {@code
   * reference.conf} and {@link StorePlugins#config}. Usable at once; writes and consistent reads
   * wait for a leader.
   */
  public static ReplicatedStore open(
      ActorSystem<?> system, RaftMember member, Settings settings, InstantSource clock) {
    return open(system, member, settings, clock, name -> Optional.empty());
  }

  /**
   * Opens the store of a member that has peers. Artery must take frames of 4 MiB.
   *
   * @param addresses of the other members' ActorSystems, by the members' names; asked again and
   *     again, so a member whose address is not known yet is waited for
   */
  public static ReplicatedStore open(
      ActorSystem<?> system,
      RaftMember member,
      Settings settings,
      InstantSource clock,
      Function<String, Optional<Address>> addresses) {
    RaftBinding.bind(system, member);
    ReplicatedStore store = new ReplicatedStore(system, member, settings, clock, addresses);
    member.groups().forEach(store::follow);
    return store;
  }

  private void follow(RaftGroupMember group) {
    synchronized (subscriptions) { // batchers that the first of them starts subscribe, too
      subscriptions.add(group.subscribe(leadership -> onLeadership(group, leadership)));
      subscriptions.add(
          group.subscribeLeader(() -> carrier(group).tell(new Carrier.LeaderChanged())));
    }
  }

  /** Objects expire only where a registry watches over them, so those are started with the term. */
  private void onLeadership(RaftGroupMember group, Leadership leadership) {
    carrier(group).tell(new Carrier.LeaderChanged());
    if (leadership.readyTerm().isPresent()) {
      member.wakers().execute(() -> group.replica().resources().forEach(this::watchExpiry));
    }
  }

  private void watchExpiry(GroupResource resource) {
    if (!closed && replica(resource).settings(resource).timeToLive().isPresent()) {
      batcher(resource);
    }
  }

  private RaftGroupMember group(GroupResource resource) {
    return member.group(resource);
  }

  private ActorRef<Carrier.Command> carrier(RaftGroupMember group) {
    return carriers.get(group.number());
  }

  private Replica replica(GroupResource resource) {
    return group(resource).replica();
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> commit(GroupResource resource, Write write) {
    int size = sizeBytes(write);
    if (size > MAX_OBJECT_BYTES) {
      return rejected(
          new Rejection.RequestEntityTooLarge(
              "the object is too large: " + size + " bytes, limit is " + MAX_OBJECT_BYTES));
    }
    if (closed) {
      return rejected(new Rejection.TooManyRequests("the store is closing", RETRY_AFTER));
    }
    CompletableFuture<Outcome<StoredObject>> outcome = awaited();
    long deadline = System.nanoTime() + settings.writeTimeout().toNanos();
    RaftGroupMember group = group(resource);
    Parcel parcel = new Parcel(resource, write, outcome, deadline);
    if (group.isAlone() || group.leadership() instanceof Leadership.Ready) {
      batcher(resource)
          .tell(
              new Batcher.Submit(
                  parcel.attempt(back -> carrier(group).tell(new Carrier.HandedBack(back)))));
    } else {
      carrier(group).tell(new Carrier.Submit(parcel));
    }
    return outcome;
  }

  /** An outcome that is told even if all who know of it have ended. */
  private CompletableFuture<Outcome<StoredObject>> awaited() {
    CompletableFuture<Outcome<StoredObject>> outcome = new CompletableFuture<>();
    awaited.add(outcome);
    outcome.whenComplete((told, failure) -> awaited.remove(outcome));
    if (ended) { // of which end() may not have known
      unknown(outcome);
    }
    return outcome;
  }

  private static void unknown(CompletableFuture<Outcome<StoredObject>> outcome) {
    outcome.complete(
        Outcome.rejected(
            new Rejection.Timeout(
                "the store has ended; the request may or may not have been done")));
  }

  /** Of what was under way between actors that have ended, or came to them then, nobody knows. */
  private void end() {
    ended = true;
    List.copyOf(awaited).forEach(ReplicatedStore::unknown);
  }

  private static int sizeBytes(Write write) {
    return switch (write) {
      case Write.Create create -> create.draft().sizeBytes();
      case Write.Update update -> update.draft().sizeBytes();
      case Write.Delete delete -> 0;
    };
  }

  private static <T> CompletionStage<Outcome<T>> rejected(Rejection rejection) {
    return CompletableFuture.completedFuture(Outcome.rejected(rejection));
  }

  private ActorRef<Batcher.Command> batcher(GroupResource resource) {
    ActorRef<Batcher.Command> batcher = batchers.get(resource);
    return batcher != null ? batcher : batchers.computeIfAbsent(resource, this::startBatcher);
  }

  private ActorRef<Batcher.Command> startBatcher(GroupResource resource) {
    RaftGroupMember group = group(resource);
    Replica replica = group.replica();
    Batcher.Settings batcherSettings =
        new Batcher.Settings(
            resource,
            replica.settings(resource),
            StorePlugins.journal(group.number()),
            StorePlugins.snapshots(group.number()),
            () -> replica.state(resource),
            group::stillLeads,
            group::isAlone,
            Carrier.answersTogether(member.wakers()));
    ActorRef<Batcher.Command> batcher =
        system.systemActorOf(
            Batcher.create(batcherSettings, clock), "registry-" + resource, Props.empty());
    synchronized (subscriptions) {
      subscriptions.add(
          group.subscribe(
              leadership -> batcher.tell(new Batcher.LeadershipChanged(leadership.readyTerm()))));
    }
    return batcher;
  }

  @Override
  public CompletionStage<Outcome<ResourceSnapshot>> read(
      GroupResource resource, ReadVersion version) {
    return switch (version) {
      case ReadVersion.Any any -> readPresent(resource);
      case ReadVersion.Latest latest -> readLatest(resource);
      case ReadVersion.NotOlderThan(long least) ->
          await(resource, least)
              .thenApply(outcome -> outcome.flatMap(reached -> present(resource)));
      case ReadVersion.Exact(long exact) ->
          await(resource, exact)
              .thenApply(
                  outcome -> outcome.flatMap(reached -> replica(resource).at(resource, exact)));
    };
  }

  private Outcome<ResourceSnapshot> present(GroupResource resource) {
    return Outcome.done(replica(resource).state(resource).snapshot());
  }

  /** What the replica has; a resource that has no version yet is brought into being first. */
  private CompletionStage<Outcome<ResourceSnapshot>> readPresent(GroupResource resource) {
    if (replica(resource).state(resource).version() > 0) {
      return CompletableFuture.completedFuture(present(resource));
    }
    if (closed) {
      return rejected(noLeader(resource));
    }
    create(resource);
    return within(settings.readTimeout(), replica(resource).reached(resource, 1))
        .thenApply(reached -> reached ? present(resource) : Outcome.rejected(noLeader(resource)));
  }

  private void create(GroupResource resource) {
    if (group(resource).isAlone()) {
      batcher(resource).tell(new Batcher.Create());
    } else {
      long deadline = System.nanoTime() + settings.readTimeout().toNanos();
      carrier(group(resource)).tell(new Carrier.Create(resource, deadline));
    }
  }

  private CompletionStage<Outcome<ResourceSnapshot>> readLatest(GroupResource resource) {
    long deadline = System.nanoTime() + settings.readTimeout().toNanos();
    return catchUp(resource, deadline)
        .thenCompose(caughtUp -> caughtUp ? readPresent(resource) : rejected(noLeader(resource)));
  }

  /** Asks for the read index until a leader answers or the time is up. */
  private CompletionStage<Boolean> catchUp(GroupResource resource, long deadlineNanos) {
    return group(resource)
        .caughtUp()
        .handle((done, failure) -> failure == null)
        .thenCompose(
            caughtUp ->
                caughtUp || System.nanoTime() - deadlineNanos > 0
                    ? CompletableFuture.completedFuture(caughtUp)
                    : CompletableFuture.supplyAsync(() -> resource, later())
                        .thenCompose(again -> catchUp(again, deadlineNanos)));
  }

  private Executor later() {
    return CompletableFuture.delayedExecutor(
        READ_RETRY_MILLIS, TimeUnit.MILLISECONDS, member.wakers());
  }

  private CompletionStage<Outcome<Long>> await(GroupResource resource, long version) {
    Replica replica = replica(resource);
    if (version <= 0) {
      return readPresent(resource).thenApply(outcome -> outcome.map(ResourceSnapshot::version));
    }
    return within(settings.versionTimeout(), replica.reached(resource, version))
        .thenApply(
            reached ->
                reached
                    ? Outcome.done(version)
                    : Outcome.rejected(
                        new Rejection.ResourceVersionTooLarge(
                            version, replica.state(resource).version())));
  }

  private CompletionStage<Boolean> within(Duration timeout, CompletableFuture<Void> reached) {
    if (reached.isDone()) {
      return CompletableFuture.completedFuture(true);
    }
    return reached
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .handleAsync((done, failure) -> failure == null, member.wakers()); // off the JVM's timer
  }

  private static Rejection noLeader(GroupResource resource) {
    return new Rejection.TooManyRequests("no leader for " + resource + " in time", RETRY_AFTER);
  }

  @Override
  public Outcome<WatchCursor> watch(GroupResource resource, long fromVersion) {
    return replica(resource).watch(resource, fromVersion);
  }

  /** What the carrier sees of this member, and of the others. */
  private final class HereAndElsewhere implements Carrier.Member {
    private final RaftGroupMember group;
    private final Peers peers;

    HereAndElsewhere(RaftGroupMember group, Function<String, Optional<Address>> addresses) {
      this.group = group;
      this.peers = new Peers(system, addresses, CARRIER + group.number());
    }

    @Override
    public Leader leader(GroupResource resource) {
      return group(resource).leader();
    }

    @Override
    public boolean knows(String name) {
      return peers.knows(name);
    }

    @Override
    public void send(String name, Carrier.Wire message) {
      peers.send(name, message);
    }

    @Override
    public void submit(GroupResource resource, PendingWrite write) {
      batcher(resource).tell(new Batcher.Submit(write));
    }

    @Override
    public void create(GroupResource resource) {
      batcher(resource).tell(new Batcher.Create());
    }

    @Override
    public Replica replica(GroupResource resource) {
      return ReplicatedStore.this.replica(resource);
    }

    @Override
    public Executor completions() {
      return member.wakers();
    }
  }

  /**
   * Ends this store's part in leadership, before its ActorSystem is terminated. Writes that are
   * under way are answered, as soon as the ActorSystem has ended if not before.
   */
  @Override
  public void close() {
    closed = true;
    synchronized (subscriptions) {
      subscriptions.forEach(Subscription::close);
      subscriptions.clear();
    }
  }
}
