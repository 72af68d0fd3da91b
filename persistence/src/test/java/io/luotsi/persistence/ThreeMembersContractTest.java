package io.luotsi.persistence;

import io.luotsi.core.store.Store;
import io.luotsi.core.store.StoreContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Of three members, the one that leads and one that does not promise the same. */
class ThreeMembersContractTest {
  private static Trio trio;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    ReplicatedStore.Settings settings =
        new ReplicatedStore.Settings(
            Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(200));
    trio = Trio.start(directory, settings);
  }

  @AfterAll
  static void stop() throws Exception {
    trio.close();
  }

  /** Finds one anew for each test: on a busy machine another may lead by then. */
  private static Store find(boolean leads) {
    try {
      return (leads ? trio.leader() : trio.follower()).store();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Nested
  class OnTheLeader extends StoreContract {
    private final Store leader = find(true);

    @Override
    protected Store store() {
      return leader;
    }
  }

  @Nested
  class OnAFollower extends StoreContract {
    private final Store follower = find(false);

    @Override
    protected Store store() {
      return follower;
    }
  }
}
