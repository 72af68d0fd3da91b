package io.luotsi.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.core.api.GroupResource;
import io.luotsi.persistence.raft.Groups;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.raft.SnapshotPolicy;
import io.luotsi.persistence.raft.StorePlugins;
import io.luotsi.persistence.registry.ResourceSettings;
import io.luotsi.persistence.registry.WindowLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A single member on disk with an ActorSystem and a store over it, as the application wires it. */
final class LocalStore implements AutoCloseable {
  /** What a test may want different. */
  record Options(
      Function<GroupResource, ResourceSettings> resources,
      MemberSettings.Tuning tuning,
      ReplicatedStore.Settings settings,
      InstantSource clock) {
    static final Options STANDARD =
        new Options(
            resource -> ResourceSettings.DEFAULT,
            new MemberSettings.Tuning(Groups.ONE, WindowLimits.standard(), SnapshotPolicy.STANDARD),
            ReplicatedStore.Settings.STANDARD,
            InstantSource.system());

    Options with(MemberSettings.Tuning newTuning) {
      return new Options(resources, newTuning, settings, clock);
    }

    Options with(ReplicatedStore.Settings newSettings) {
      return new Options(resources, tuning, newSettings, clock);
    }

    Options with(Function<GroupResource, ResourceSettings> newResources, InstantSource newClock) {
      return new Options(newResources, tuning, settings, newClock);
    }
  }

  private final RaftMember member;
  private final Options options;
  private ActorSystem<Void> system;
  private ReplicatedStore store;

  private LocalStore(RaftMember member, Options options) {
    this.member = member;
    this.options = options;
    this.system = newSystem(options.tuning().groups().count());
    this.store = open();
  }

  static LocalStore start(Path directory) throws IOException {
    return start(directory, Options.STANDARD);
  }

  static LocalStore start(Path directory, Options options) throws IOException {
    MemberSettings settings =
        new MemberSettings("one", directory, "127.0.0.1", FreePorts.next(), options.tuning());
    return new LocalStore(RaftMember.start(settings, options.resources()), options);
  }

  private static ActorSystem<Void> newSystem(int groups) {
    Config config =
        ConfigFactory.parseString(
                """
                pekko.coordinated-shutdown.exit-jvm = off
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                pekko.jvm-shutdown-hooks = off
                pekko.loglevel = WARNING
                pekko.stdout-loglevel = OFF
                """)
            .withFallback(StorePlugins.config(groups))
            .withFallback(ConfigFactory.load());
    return ActorSystem.create(Behaviors.empty(), "luotsi", config);
  }

  private ReplicatedStore open() {
    return ReplicatedStore.open(system, member, options.settings(), options.clock());
  }

  ReplicatedStore store() {
    return store;
  }

  RaftMember member() {
    return member;
  }

  ActorSystem<Void> system() {
    return system;
  }

  /** Rebuilds the ActorSystem in place, as a member that was declared down does. */
  void rebuildSystem() {
    endSystem();
    system = newSystem(options.tuning().groups().count());
    store = open();
  }

  private void endSystem() {
    store.close();
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    endSystem();
    member.close();
  }
}
