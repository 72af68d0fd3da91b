package io.luotsi.persistence.simulation;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.carriage.Carriage;
import io.luotsi.persistence.carriage.Carrier;
import io.luotsi.persistence.carriage.Parcel;
import io.luotsi.persistence.raft.GroupRules;
import io.luotsi.persistence.raft.Leader;
import io.luotsi.persistence.raft.Leadership;
import io.luotsi.persistence.registry.Batching;
import io.luotsi.persistence.registry.PendingWrite;
import io.luotsi.persistence.registry.Registry;
import io.luotsi.persistence.registry.RegistryState;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.WriteFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** What the actors of one system do about the rules, for the one resource there is. */
final class StoreShell implements Carriage.View, RegistryShell.Owner {
  private static final long BATCHER_TICK = 250 * World.MILLI;
  private static final long CARRIER_TICK = 25 * World.MILLI;
  private static final long READ_RETRY = 20 * World.MILLI;

  private final Cluster cluster;
  private final World world;
  private final Machine machine;
  private final int self;
  private final RaftNode node;
  private final Replica replica;
  private final Mailbox batcherBox;
  private final Mailbox carrierBox;
  private final Batching batching;
  private final Carriage carriage;
  private final Supplier<CompletionStage<Void>> caughtUp;
  private final long clockSkewMillis;
  private Optional<RegistryShell> registry = Optional.empty();
  private boolean batcherTicks;
  private boolean carrierTicks;
  private boolean closed;

  StoreShell(Cluster cluster, int self, RaftNode node, Replica replica) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.machine = cluster.machine(self);
    this.self = self;
    this.node = node;
    this.replica = replica;
    this.batcherBox = new Mailbox(world, machine);
    this.carrierBox = new Mailbox(world, machine);
    this.batching =
        new Batching(
            new Batching.Settings(
                CONFIG_MAPS,
                Optional.empty(),
                () -> replica.state(CONFIG_MAPS),
                () -> cluster.size() == 1),
            world.nowNanos());
    this.carriage = new Carriage(this);
    this.caughtUp = GroupRules.sharedRounds(node::readIndex);
    this.clockSkewMillis = world.between(0, 5_000);
  }

  // What clients ask.

  CompletableFuture<Outcome<StoredObject>> commit(Write write, long deadlineNanos) {
    CompletableFuture<Outcome<StoredObject>> outcome = new CompletableFuture<>();
    Parcel parcel = new Parcel(CONFIG_MAPS, write, outcome, deadlineNanos);
    if (cluster.size() == 1) {
      submit(new PendingWrite(write, outcome, deadlineNanos));
    } else if (node.leadership() instanceof Leadership.Ready) {
      submitHere(parcel);
    } else {
      world.count("writes carried to a leader");
      carrier(() -> carriage.submit(parcel));
    }
    return outcome;
  }

  /** Fails if no leader answers by then. */
  CompletableFuture<ResourceSnapshot> readLatest(long deadlineNanos) {
    CompletableFuture<ResourceSnapshot> read = new CompletableFuture<>();
    readLatest(read, deadlineNanos);
    return read;
  }

  private void readLatest(CompletableFuture<ResourceSnapshot> read, long deadlineNanos) {
    caughtUp
        .get()
        .whenComplete(
            (done, failure) -> {
              if (failure == null && replica.state(CONFIG_MAPS).version() > 0) {
                read.complete(replica.state(CONFIG_MAPS).snapshot());
              } else if (closed || world.nowNanos() > deadlineNanos) {
                read.completeExceptionally(new TimeoutException("no leader in time"));
              } else {
                if (failure == null) {
                  carrier(() -> carriage.create(CONFIG_MAPS, deadlineNanos));
                }
                world.after(READ_RETRY, machine, () -> readLatest(read, deadlineNanos));
              }
            });
  }

  void onLeadership() {
    batcher(() -> batching.leadershipChanged(node.leadership().readyTerm(), world.nowNanos()));
    carrier(carriage::leaderChanged);
  }

  /** Ends the system, as one that is told to. */
  void close() {
    carryOutBatching(batching.close());
    carryOutCarriage(carriage.close());
    die();
  }

  /** Ends without a word. */
  void die() {
    closed = true;
    batcherBox.close();
    carrierBox.close();
    registry.ifPresent(RegistryShell::close);
  }

  // The carrier's view.

  @Override
  public Leader leader(GroupResource resource) {
    return node.leader();
  }

  @Override
  public boolean knows(String name) {
    return true;
  }

  @Override
  public RegistryState state(GroupResource resource) {
    return replica.state(resource);
  }

  // The batcher.

  private void batcher(Supplier<List<Batching.Effect>> message) {
    batcherBox.tell(
        () -> {
          carryOutBatching(message.get());
          tickBatcher();
        });
  }

  private void tickBatcher() {
    if (batching.isActive() && !batcherTicks) {
      batcherTicks = true;
      world.after(
          BATCHER_TICK,
          machine,
          () -> {
            batcherTicks = false;
            batcher(() -> batching.tick(world.nowNanos(), clockMillis()));
          });
    }
  }

  @Override
  public long clockMillis() {
    return world.nowNanos() / World.MILLI + clockSkewMillis;
  }

  private void submit(PendingWrite write) {
    batcher(() -> batching.submit(write, world.nowNanos()));
  }

  private void submitHere(Parcel parcel) {
    submit(parcel.attempt(back -> carrier(() -> carriage.handedBack(back))));
  }

  private void carryOutBatching(List<Batching.Effect> effects) {
    for (Batching.Effect effect : effects) {
      switch (effect) {
        case Batching.Effect.StartRegistry(long term) -> startRegistry(term);
        case Batching.Effect.StopRegistry stop -> registry.ifPresent(RegistryShell::stop);
        case Batching.Effect.Commit(List<Write> writes) -> registry.orElseThrow().commit(writes);
        case Batching.Effect.Confirm(Registry.Decided decided, long term) -> confirm(decided, term);
        case Batching.Effect.Complete(var writes, var outcomes) ->
            soon(
                () -> {
                  for (int i = 0; i < writes.size(); i++) {
                    writes.get(i).outcome().complete(outcomes.get(i));
                  }
                });
        case Batching.Effect.Reject(var writes, var why) ->
            soon(() -> writes.forEach(write -> write.outcome().complete(Outcome.rejected(why))));
        case Batching.Effect.HandBack(var writes) -> {
          world.count("batches handed back");
          soon(
              () ->
                  writes.forEach(
                      write ->
                          write
                              .outcome()
                              .completeExceptionally(
                                  new WriteFailure.NotDone("this member does not lead"))));
        }
      }
    }
  }

  private void startRegistry(long term) {
    Mailbox mailbox = new Mailbox(world, machine);
    registry = Optional.of(new RegistryShell(term, node, replica, this, mailbox));
  }

  @Override
  public Mailbox mailbox() {
    return batcherBox;
  }

  @Override
  public void onReply(Registry.Reply reply) {
    carryOutBatching(
        switch (reply) {
          case Registry.Decided decided -> batching.decided(decided, world.nowNanos());
          case Registry.Failed(Throwable why) -> {
            world.count(
                why instanceof WriteFailure.NotDone ? "batches not done" : "batches unconfirmed");
            yield batching.failed(why, world.nowNanos());
          }
        });
    tickBatcher();
  }

  @Override
  public void onRegistryStopped() {
    registry = Optional.empty();
    carryOutBatching(batching.registryStopped(world.nowNanos()));
    tickBatcher();
  }

  private void confirm(Registry.Decided decided, long term) {
    if (cluster.has(Defect.ANSWERS_WHEN_DEPOSED)) {
      batcher(() -> batching.confirmed(decided, true, world.nowNanos()));
      return;
    }
    Registry.Decided told =
        cluster.has(Defect.ANSWERS_FROM_BEHIND)
            ? new Registry.Decided(decided.outcomes(), decided.durable(), Long.MAX_VALUE)
            : decided;
    caughtUp
        .get()
        .whenComplete(
            (done, failure) -> {
              boolean still =
                  failure == null && node.leadership().equals(new Leadership.Ready(term));
              world.count(still ? "refusals confirmed" : "refusals of deposed registries");
              batcher(() -> batching.confirmed(told, still, world.nowNanos()));
            });
  }

  /** On a thread of its own. */
  private void soon(Runnable task) {
    world.after(world.between(1_000, 100_000), machine, task);
  }

  // The carrier.

  private void carrier(Supplier<List<Carriage.Effect>> message) {
    carrierBox.tell(
        () -> {
          carryOutCarriage(message.get());
          tickCarrier();
        });
  }

  private void tickCarrier() {
    if (carriage.isActive() && !carrierTicks) {
      carrierTicks = true;
      world.after(
          CARRIER_TICK,
          machine,
          () -> {
            carrierTicks = false;
            carrier(() -> carriage.tick(world.nowNanos()));
          });
    }
  }

  private void carryOutCarriage(List<Carriage.Effect> effects) {
    for (Carriage.Effect effect : effects) {
      switch (effect) {
        case Carriage.Effect.SubmitHere(Parcel parcel) -> submitHere(parcel);
        case Carriage.Effect.CreateHere create -> batcher(() -> batching.create(world.nowNanos()));
        case Carriage.Effect.Send send -> send(send);
        case Carriage.Effect.Settle settle -> settle(settle);
        case Carriage.Effect.Reject(Parcel parcel, var why) ->
            soon(() -> parcel.outcome().complete(Outcome.rejected(why)));
      }
    }
  }

  private void send(Carriage.Effect.Send send) {
    int to = Integer.parseInt(send.member());
    long remaining = send.deadlineNanos() - world.nowNanos();
    StoreShell sender = this;
    cluster
        .network()
        .send(
            self,
            to,
            () ->
                cluster
                    .member(to)
                    .ifPresent(other -> other.store().onRequest(send, remaining, sender)));
  }

  private void onRequest(Carriage.Effect.Send request, long remainingNanos, StoreShell from) {
    carrierBox.tell(() -> onRequestInTurn(request, remainingNanos, from));
  }

  private void onRequestInTurn(Carriage.Effect.Send request, long remainingNanos, StoreShell from) {
    boolean leads = carriage.leads(CONFIG_MAPS);
    if (request.write().isEmpty()) {
      if (leads) {
        batcher(() -> batching.create(world.nowNanos()));
      }
      return;
    }
    if (!leads) {
      answer(request.call(), new Carrier.NotHere(), from);
      return;
    }
    Write write = request.write().get();
    CompletableFuture<Outcome<StoredObject>> attempted = new CompletableFuture<>();
    attempted.whenComplete(
        (outcome, failure) ->
            answer(
                request.call(),
                failure == null
                    ? carriage.resultOf(CONFIG_MAPS, write, outcome)
                    : new Carrier.NotHere(),
                from));
    submit(new PendingWrite(write, attempted, world.nowNanos() + remainingNanos));
  }

  private void answer(long call, Carrier.Result result, StoreShell to) {
    cluster
        .network()
        .send(self, to.self, () -> to.carrier(() -> to.carriage.answered(call, result)));
  }

  private void settle(Carriage.Effect.Settle settle) {
    Parcel parcel = settle.parcel();
    CompletableFuture<Void> reached = replica.reached(CONFIG_MAPS, settle.version());
    world.after(
        Math.max(0, parcel.deadlineNanos() - world.nowNanos()),
        machine,
        () -> reached.completeExceptionally(new TimeoutException()));
    reached.whenComplete(
        (done, failure) ->
            soon(
                () ->
                    parcel
                        .outcome()
                        .complete(
                            failure == null
                                ? settle.outcome(replica.state(CONFIG_MAPS))
                                : Outcome.rejected(settle.otherwise()))));
  }
}
