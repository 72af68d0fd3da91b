package io.luotsi.persistence;

import io.luotsi.core.store.Store;
import io.luotsi.core.store.StoreContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A member that does not lead promises all that one does that does. */
class FollowerStoreContractTest extends StoreContract {
  private static Trio trio;
  private static Store follower;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    ReplicatedStore.Settings settings =
        new ReplicatedStore.Settings(
            Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(200));
    trio = Trio.start(directory, settings);
    follower = trio.follower().store();
  }

  @AfterAll
  static void stop() throws Exception {
    trio.close();
  }

  @Override
  protected Store store() {
    return follower;
  }
}
