package io.luotsi.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.core.api.GroupResource;
import io.luotsi.persistence.raft.Leader;
import io.luotsi.persistence.raft.RaftGroupMember;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.raft.StorePlugins;
import io.luotsi.persistence.registry.ResourceSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Three members in one JVM, each with an ActorSystem that speaks Artery with the others. */
final class Trio implements AutoCloseable {
  static final List<String> NAMES = List.of("a", "b", "c");

  /** Short, so that tests need not wait for what must fail. */
  static final ReplicatedStore.Settings SETTINGS =
      new ReplicatedStore.Settings(
          Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(500));

  /** One member as the application wires it. */
  record One(String name, RaftMember raft, ActorSystem<Void> system, ReplicatedStore store) {
    RaftGroupMember group() {
      return raft.groups().getFirst();
    }

    boolean leads() {
      return group().leader() instanceof Leader.Here
          && group().leadership().readyTerm().isPresent();
    }
  }

  private final Founders founders;
  private final ReplicatedStore.Settings settings;
  private final Rules rules;
  private final Map<String, Integer> arteryPorts = new TreeMap<>();
  private final Map<String, One> living = new ConcurrentSkipListMap<>();

  private Trio(Founders founders, ReplicatedStore.Settings settings, Rules rules) {
    this.founders = founders;
    this.settings = settings;
    this.rules = rules;
    for (String name : NAMES) {
      arteryPorts.put(name, FreePorts.next());
    }
  }

  static Trio start(Path directory, ReplicatedStore.Settings settings) throws IOException {
    return start(Founders.of(directory, NAMES.toArray(String[]::new)), settings);
  }

  /** What is known of resources, and what time it is. */
  record Rules(Function<GroupResource, ResourceSettings> resources, InstantSource clock) {
    static final Rules PLAIN =
        new Rules(resource -> ResourceSettings.DEFAULT, InstantSource.system());
  }

  /** Starts members that may have a past. */
  static Trio start(Founders founders, ReplicatedStore.Settings settings) throws IOException {
    return start(founders, settings, Rules.PLAIN);
  }

  static Trio start(Founders founders, ReplicatedStore.Settings settings, Rules rules)
      throws IOException {
    Trio trio = new Trio(founders, settings, rules);
    for (String name : NAMES) {
      trio.start(name);
    }
    return trio;
  }

  /** Starts one, or starts it again. */
  One start(String name) throws IOException {
    RaftMember raft = founders.start(name, rules.resources());
    return open(name, raft, newSystem(addressOf(name), raft.groups().size()));
  }

  /** An ActorSystem at the address of one whose own has ended, with nobody in it yet. */
  ActorSystem<Void> newSystem(One one) {
    return newSystem(addressOf(one.name()), one.raft().groups().size());
  }

  /** Gives a member a store in an ActorSystem. */
  One open(String name, RaftMember raft, ActorSystem<Void> system) {
    ReplicatedStore store =
        ReplicatedStore.open(system, raft, settings, rules.clock(), this::address);
    One one = new One(name, raft, system, store);
    living.put(name, one);
    return one;
  }

  Optional<Address> address(String name) {
    return Optional.of(addressOf(name));
  }

  private Address addressOf(String name) {
    return address("127.0.0.1", arteryPorts.get(name));
  }

  static Address address(String host, int port) {
    return new Address("pekko", "luotsi", host, port);
  }

  static ActorSystem<Void> newSystem(Address address, int groups) {
    Config config =
        ConfigFactory.parseString(
                """
                pekko.actor.provider = cluster
                pekko.remote.artery.advanced.maximum-frame-size = 4 MiB
                pekko.remote.artery.advanced.shutdown-flush-timeout = 1 ms
                pekko.remote.artery.advanced.outbound-restart-backoff = 200 ms
                # The default is a minute, in which most tests are over.
                pekko.remote.artery.advanced.compression.actor-refs.advertisement-interval = 200 ms
                pekko.cluster.jmx.enabled = off
                pekko.cluster.downing-provider-class = ""
                pekko.coordinated-shutdown.exit-jvm = off
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                pekko.jvm-shutdown-hooks = off
                pekko.loglevel = ERROR
                pekko.stdout-loglevel = OFF
                """)
            .withFallback(
                ConfigFactory.parseMap(
                    Map.of(
                        "pekko.remote.artery.canonical.hostname",
                        address.getHost().orElseThrow(),
                        "pekko.remote.artery.canonical.port",
                        address.getPort().orElseThrow())))
            .withFallback(StorePlugins.config(groups))
            .withFallback(ConfigFactory.load());
    return ActorSystem.create(Behaviors.empty(), "luotsi", config);
  }

  Collection<One> living() {
    return living.values();
  }

  One get(String name) {
    return Optional.ofNullable(living.get(name)).orElseThrow();
  }

  /** Waits for a living member that leads and is ready. */
  One leader() throws Exception {
    CompletableFuture<One> leader = new CompletableFuture<>();
    var subscriptions =
        living.values().stream()
            .map(
                one ->
                    one.group()
                        .subscribe(
                            leadership -> {
                              if (leadership.readyTerm().isPresent()) {
                                leader.complete(one);
                              }
                            }))
            .toList();
    try {
      return leader.get(20, TimeUnit.SECONDS);
    } finally {
      subscriptions.forEach(subscription -> subscription.close());
    }
  }

  One follower() throws Exception {
    One leader = leader();
    return living.values().stream().filter(one -> one != leader).findFirst().orElseThrow();
  }

  /** Ends one with no word to the others, as far as that can be done inside a JVM. */
  void stop(One one) throws IOException {
    living.remove(one.name());
    end(one);
  }

  static void end(One one) throws IOException {
    one.raft().close();
    endSystem(one);
  }

  /** Ends one's store and ActorSystem; in Raft it goes on. */
  static void endSystem(One one) {
    one.store().close();
    one.system().terminate();
    try {
      one.system().getWhenTerminated().toCompletableFuture().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stops all at once: each needs a second to end its log. */
  @Override
  public void close() throws IOException {
    List<Future<?>> ends = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (One one : List.copyOf(living.values())) {
        ends.add(
            threads.submit(
                () -> {
                  stop(one);
                  return null;
                }));
      }
    }
    for (Future<?> end : ends) {
      try {
        end.get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IOException("a member did not end well", e);
      }
    }
  }
}
