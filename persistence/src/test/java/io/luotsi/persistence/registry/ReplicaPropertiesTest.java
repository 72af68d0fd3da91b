package io.luotsi.persistence.registry;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import io.luotsi.persistence.format.ByteSink;
import io.luotsi.persistence.format.ByteSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Any history, applied in any batching, read at any version. */
class ReplicaPropertiesTest {
  private static final ResourceSettings EXPIRING =
      new ResourceSettings(SelectableFields.NONE, Optional.of(Duration.ofHours(1)));

  private static Replica replica() {
    WindowLimits limits = new WindowLimits(Duration.ofMinutes(5), 1_000, 1 << 30);
    return new Replica(resource -> EXPIRING, new WindowBudget(limits), Runnable::run);
  }

  private static Replica inBatches(List<RegistryEvent> events, Random random) {
    Replica replica = replica();
    int done = 0;
    while (done < events.size()) {
      int batch = Math.min(events.size() - done, 1 + random.nextInt(7));
      assertThat(replica.apply(CONFIG_MAPS, events.subList(done, done + batch))).isEmpty();
      done += batch;
    }
    return replica;
  }

  @Property(tries = 60)
  void replayInAnyBatchingGivesTheSameState(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int writes) {
    Random random = new Random(seed);
    List<RegistryEvent> events = RandomHistory.events(CONFIG_MAPS, true, random, writes);
    RegistryState oneByOne = RandomHistory.replay(RegistryState.empty(CONFIG_MAPS, true), events);
    assertThat(RandomHistory.describe(inBatches(events, random).state(CONFIG_MAPS)))
        .isEqualTo(RandomHistory.describe(oneByOne));
  }

  @Property(tries = 60)
  void everyVersionInTheWindowCanBeReadAgain(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int writes) {
    Random random = new Random(seed);
    List<RegistryEvent> events = RandomHistory.events(CONFIG_MAPS, true, random, writes);
    Replica replica = inBatches(events, random);
    RegistryState state = RegistryState.empty(CONFIG_MAPS, true);
    for (RegistryEvent event : events) {
      state = state.apply(event);
      assertThat(replica.at(CONFIG_MAPS, state.version()).orElseThrow().objects())
          .isEqualTo(state.objects());
    }
  }

  @Property(tries = 60)
  void aWatcherThatAppliesWhatItIsToldHasTheState(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int writes) throws Exception {
    Random random = new Random(seed);
    List<RegistryEvent> events = RandomHistory.events(CONFIG_MAPS, true, random, writes);
    Replica replica = inBatches(events, random);
    long from = 1 + random.nextInt(events.size());
    var objects = replica.at(CONFIG_MAPS, from).orElseThrow().objects();
    try (WatchCursor cursor = replica.watch(CONFIG_MAPS, from).orElseThrow()) {
      while (cursor.version() < events.size()) {
        for (WatchEvent event : cursor.next().toCompletableFuture().get().orElseThrow()) {
          StoredObject object = event.object();
          objects =
              switch (event) {
                case WatchEvent.Added added -> objects.plus(object.key(), object);
                case WatchEvent.Modified modified -> {
                  assertThat(objects.get(object.key())).isSameAs(modified.previous());
                  yield objects.plus(object.key(), object);
                }
                case WatchEvent.Deleted deleted -> objects.minus(object.key());
              };
        }
      }
    }
    assertThat(objects).isEqualTo(replica.state(CONFIG_MAPS).objects());
  }

  @Property(tries = 60)
  void eventsAreReadAsTheyWereWritten(@ForAll long seed) throws Exception {
    List<String> written = new ArrayList<>();
    List<String> read = new ArrayList<>();
    for (RegistryEvent event : RandomHistory.events(CONFIG_MAPS, true, new Random(seed), 20)) {
      ByteSink sink = new ByteSink(16);
      EventFormat.write(event, sink);
      assertThat(sink.length()).isEqualTo(EventFormat.sizeBytes(event));
      RegistryEvent again =
          EventFormat.read(
              ByteSource.of(sink.toByteArray()), event.version(), SelectableFields.NONE);
      written.add(text(event));
      read.add(text(again));
    }
    assertThat(read).isEqualTo(written);
  }

  private static String text(RegistryEvent event) {
    return event instanceof RegistryEvent.Stored(var object, var generation, var time)
        ? object
            + new String(object.json(), java.nio.charset.StandardCharsets.UTF_8)
            + generation
            + " "
            + time
        : event.toString();
  }
}
