package io.luotsi.persistence.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.persistence.registry.RandomHistory;
import io.luotsi.persistence.registry.RegistryEvent;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.ResourceSettings;
import io.luotsi.persistence.registry.WindowBudget;
import io.luotsi.persistence.registry.WindowLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
  private static final GroupResource PODS = GroupResource.parse("pods");
  private static final GroupResource EVENTS = GroupResource.parse("events.events.k8s.io");
  private static final ClusterState CLUSTER =
      ClusterState.NONE
          .form(new ClusterState.Formed(1, new ClusterState.Member("pekko://a@h:1", 11)))
          .down(new ClusterState.Member("pekko://a@h:2", 22));

  @TempDir Path directory;

  private static Replica replica() {
    WindowLimits limits = new WindowLimits(Duration.ofMinutes(5), 1_000, 1 << 30);
    return new Replica(
        resource ->
            resource.equals(EVENTS)
                ? new ResourceSettings(SelectableFields.NONE, Optional.of(Duration.ofHours(1)))
                : ResourceSettings.DEFAULT,
        new WindowBudget(limits),
        Runnable::run);
  }

  private static Replica filled(long seed, List<GroupResource> resources) {
    Replica replica = replica();
    for (GroupResource resource : resources) {
      List<RegistryEvent> events =
          RandomHistory.events(resource, resource.equals(EVENTS), new Random(seed), 80);
      assertThat(replica.apply(resource, events)).isEmpty();
    }
    return replica;
  }

  private Path write(Replica replica) throws IOException {
    Path file = directory.resolve("snapshot.3_77");
    SnapshotFile.write(file, new SnapshotFile.Content(3, 77, CLUSTER, replica.past()));
    return file;
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws IOException {
    for (long seed = 0; seed < 20; seed++) {
      Replica before = filled(seed, List.of(PODS, EVENTS));
      SnapshotFile.Content content = SnapshotFile.read(write(before), replica());
      assertThat(content.term()).isEqualTo(3);
      assertThat(content.index()).isEqualTo(77);
      assertThat(content.cluster()).isEqualTo(CLUSTER);
      Replica after = replica();
      after.reset(content.resources());
      for (GroupResource resource : List.of(PODS, EVENTS)) {
        assertThat(RandomHistory.describe(after.state(resource)))
            .isEqualTo(RandomHistory.describe(before.state(resource)));
      }
    }
  }

  @Test
  void aSnapshotAndTheTailBehindItGiveWhatTheWholeHistoryGives() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      List<RegistryEvent> events = RandomHistory.events(PODS, false, new Random(seed), 60);
      int cut = 1 + new Random(seed).nextInt(events.size() - 1);
      Replica whole = replica();
      Replica half = replica();
      assertThat(whole.apply(PODS, events)).isEmpty();
      assertThat(half.apply(PODS, events.subList(0, cut))).isEmpty();
      Replica resumed = replica();
      resumed.reset(SnapshotFile.read(write(half), replica()).resources());
      assertThat(resumed.apply(PODS, events.subList(cut, events.size()))).isEmpty();

      assertThat(RandomHistory.describe(resumed.state(PODS)))
          .isEqualTo(RandomHistory.describe(whole.state(PODS)));
      for (RegistryEvent event : events) { // the past came along: nobody is expired
        assertThat(resumed.at(PODS, event.version()).orElseThrow().objects().values().toString())
            .isEqualTo(whole.at(PODS, event.version()).orElseThrow().objects().values().toString());
        assertThat(resumed.watch(PODS, event.version() - 1).isDone()).isTrue();
      }
    }
  }

  @Test
  void everyChangedByteIsFoundAndNamed() throws IOException {
    Path file = write(filled(1, List.of(PODS)));
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i += 7) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Files.write(file, bad);
      assertThatThrownBy(() -> SnapshotFile.read(file, replica()))
          .as("byte %d", i)
          .isInstanceOf(CorruptFile.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("at byte ");
      assertThatThrownBy(() -> SnapshotFile.verify(file))
          .as("byte %d", i)
          .isInstanceOf(CorruptFile.class);
    }
    Files.write(file, good);
    SnapshotFile.verify(file);
  }

  @Test
  void everyTruncationIsFound() throws IOException {
    Path file = write(filled(1, List.of(PODS)));
    byte[] good = Files.readAllBytes(file);
    for (int length = 0; length < good.length; length += 11) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> SnapshotFile.read(file, replica()))
          .as("%d of %d bytes", length, good.length)
          .isInstanceOf(CorruptFile.class);
    }
    Files.write(file, Arrays.copyOf(good, good.length + 1));
    assertThatThrownBy(() -> SnapshotFile.read(file, replica())).isInstanceOf(CorruptFile.class);
  }
}
