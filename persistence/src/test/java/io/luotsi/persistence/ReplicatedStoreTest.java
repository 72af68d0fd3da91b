package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.await;
import static io.luotsi.persistence.Drafts.create;
import static io.luotsi.persistence.Drafts.done;
import static io.luotsi.persistence.Drafts.key;
import static io.luotsi.persistence.Drafts.latest;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ResourceSnapshot;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicatedStoreTest {
  @TempDir Path directory;

  @Test
  void whatWasAcknowledgedIsThereAfterARestart() throws Exception {
    StoredObject before;
    try (LocalStore one = LocalStore.start(directory)) {
      before = done(one.store().commit(CONFIG_MAPS, create("a")));
      assertThat(before.resourceVersion()).isEqualTo(2);
    }
    try (LocalStore again = LocalStore.start(directory)) {
      ResourceSnapshot after = latest(again.store(), CONFIG_MAPS);
      assertThat(after.version()).isEqualTo(2);
      assertThat(after.get(key("a")).orElseThrow().json()).isEqualTo(before.json());
      assertThat(done(again.store().commit(CONFIG_MAPS, create("b"))).resourceVersion())
          .isEqualTo(3);
    }
  }

  @Test
  void aNewActorSystemGoesOnWhereTheOldOneEnded() throws Exception {
    try (LocalStore one = LocalStore.start(directory)) {
      done(one.store().commit(CONFIG_MAPS, create("a")));
      one.rebuildSystem();
      assertThat(done(one.store().commit(CONFIG_MAPS, create("b"))).resourceVersion()).isEqualTo(3);
      assertThat(await(one.store().commit(CONFIG_MAPS, create("a"))).isDone()).isFalse();
    }
  }
}
