package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.await;
import static io.luotsi.persistence.Drafts.create;
import static io.luotsi.persistence.Drafts.done;
import static io.luotsi.persistence.Drafts.key;
import static io.luotsi.persistence.Drafts.latest;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.persistence.raft.EndedGroup;
import io.luotsi.persistence.raft.Groups;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class SeveralGroupsTest {
  private static final GroupResource SECRETS = GroupResource.parse("secrets");
  private static final GroupResource LEASES = GroupResource.parse("leases.coordination.k8s.io");
  private static final List<GroupResource> ALL = List.of(CONFIG_MAPS, SECRETS, LEASES);
  private static final Groups GROUPS = new Groups(3, Map.of(SECRETS, 1, LEASES, 2));
  private static final int WRITES = 50;

  @TempDir Path directory;

  @Test
  void leadersAreSpreadAndAGroupWithoutQuorumIsInNobodysWay() throws Exception {
    Duration timeout = Duration.ofSeconds(2);
    ReplicatedStore.Settings settings = new ReplicatedStore.Settings(timeout, timeout, timeout);
    Founders founders = Founders.of(directory, Trio.NAMES.toArray(String[]::new)).with(GROUPS);
    try (Trio trio = Trio.start(founders, settings)) {
      while (leaders(trio).size() < ALL.size()) { // moved by the members themselves
        Thread.onSpinWait();
      }
      for (GroupResource resource : ALL) {
        for (Trio.One one : trio.living()) {
          done(one.store().commit(resource, create(one.name())));
        }
        for (Trio.One one : trio.living()) {
          assertThat(latest(one.store(), resource).version()).isEqualTo(4);
        }
      }
      List<Trio.One> all = List.copyOf(trio.living());
      for (Trio.One one : all.subList(0, 2)) {
        EndedGroup.end(one.raft().group(SECRETS));
      }
      long started = System.nanoTime();
      var stuck = all.getLast().store().commit(SECRETS, create("stuck"));
      for (int i = 0; i < WRITES; i++) {
        for (GroupResource resource : List.of(CONFIG_MAPS, LEASES)) {
          Trio.One one = all.get(i % all.size());
          done(one.store().commit(resource, create("d" + i)));
        }
      }
      assertThat(Duration.ofNanos(System.nanoTime() - started).toMillis() / WRITES / 2)
          .as("milliseconds a write")
          .isLessThan(100);
      Outcome<StoredObject> outcome = await(stuck);
      assertThat(outcome.isDone()).isFalse();
      assertThat(((Outcome.Rejected<StoredObject>) outcome).rejection())
          .isInstanceOfAny(Rejection.TooManyRequests.class, Rejection.Timeout.class);
      assertThat(
              await(all.getLast().store().read(SECRETS, ReadVersion.ANY))
                  .orElseThrow()
                  .get(key("a")))
          .isPresent();
    }
  }

  @Test
  @Tag("long")
  void everyGroupGoesOnWithoutWhoeverLeadsOneOfThemAndHasThemBack() throws Exception {
    Founders founders = Founders.of(directory, Trio.NAMES.toArray(String[]::new)).with(GROUPS);
    try (Trio trio = Trio.start(founders, Trio.SETTINGS)) {
      while (leaders(trio).size() < ALL.size()) {
        Thread.onSpinWait();
      }
      for (GroupResource resource : ALL) {
        Trio.One lost =
            trio.living().stream()
                .filter(one -> leads(one, resource))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody leads " + resource));
        trio.stop(lost);
        for (GroupResource each : ALL) {
          for (Trio.One one : trio.living()) {
            writeUntilDone(one, each, resource.resource() + "-" + one.name());
          }
        }
        Trio.One back = trio.start(lost.name());
        for (GroupResource each : ALL) {
          assertThat(latest(back.store(), each).version())
              .as("%s, of which all is known to %s", each, back.name())
              .isEqualTo(latest(trio.get(other(back)).store(), each).version());
        }
        while (leaders(trio).size() < ALL.size()) { // moved once more
          Thread.onSpinWait();
        }
      }
      for (GroupResource each : ALL) {
        for (Trio.One one : trio.living()) {
          assertThat(latest(one.store(), each).objects()).hasSize(2 * ALL.size());
        }
      }
    }
  }

  private static boolean leads(Trio.One one, GroupResource resource) {
    return one.raft().group(resource).leadership().readyTerm().isPresent();
  }

  private static String other(Trio.One one) {
    return Trio.NAMES.stream().filter(name -> !name.equals(one.name())).findFirst().orElseThrow();
  }

  /** A write of which nobody knows whether it was done is there, or is done by the next attempt. */
  private static void writeUntilDone(Trio.One one, GroupResource resource, String name)
      throws Exception {
    Outcome<StoredObject> outcome = await(one.store().commit(resource, create(name)));
    while (!outcome.isDone() && latest(one.store(), resource).get(key(name)).isEmpty()) {
      outcome = await(one.store().commit(resource, create(name)));
    }
  }

  /** Names of the members that lead a group and are ready. */
  private static Set<String> leaders(Trio trio) {
    Set<String> names = new HashSet<>();
    for (Trio.One one : trio.living()) {
      Optional<GroupResource> leads =
          ALL.stream()
              .filter(resource -> one.raft().group(resource).leadership().readyTerm().isPresent())
              .findFirst();
      leads.ifPresent(resource -> names.add(one.name()));
    }
    return names;
  }
}
