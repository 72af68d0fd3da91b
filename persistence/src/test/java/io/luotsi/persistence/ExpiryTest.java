package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.await;
import static io.luotsi.persistence.Drafts.create;
import static io.luotsi.persistence.Drafts.done;
import static io.luotsi.persistence.Drafts.key;
import static io.luotsi.persistence.Drafts.latest;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import io.luotsi.persistence.registry.ResourceSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ExpiryTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;

  @Test
  void whatOneLeaderStoredExpiresUnderTheNextThoughNobodyWrites() throws Exception {
    AtomicLong now = new AtomicLong(1_000_000);
    Trio.Rules rules =
        new Trio.Rules(
            resource -> new ResourceSettings(SelectableFields.NONE, Optional.of(HOUR)),
            () -> Instant.ofEpochMilli(now.get()));
    Founders founders = Founders.of(directory, Trio.NAMES.toArray(String[]::new));
    try (Trio trio = Trio.start(founders, Trio.SETTINGS, rules)) {
      Trio.One first = trio.leader();
      Trio.One follower = trio.follower();
      for (String name : List.of("a", "b", "c")) {
        done(follower.store().commit(CONFIG_MAPS, create(name)));
      }
      now.addAndGet(HOUR.toMillis() / 2);
      done(follower.store().commit(CONFIG_MAPS, create("young")));
      long before = latest(follower.store(), CONFIG_MAPS).version();
      trio.stop(first);
      try (WatchCursor cursor = follower.store().watch(CONFIG_MAPS, before).orElseThrow()) {
        now.addAndGet(HOUR.toMillis() / 2 + 1);
        List<WatchEvent> gone = new ArrayList<>();
        while (gone.size() < 3) {
          gone.addAll(await(cursor.next()).orElseThrow());
        }
        assertThat(gone).allMatch(WatchEvent.Deleted.class::isInstance);
        assertThat(gone)
            .extracting(event -> event.object().key())
            .containsExactly(key("a"), key("b"), key("c"));
      }
      assertThat(latest(follower.store(), CONFIG_MAPS).objects().keySet())
          .containsExactly(key("young"));
    }
  }
}
