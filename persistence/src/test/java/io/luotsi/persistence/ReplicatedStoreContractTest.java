package io.luotsi.persistence;

import io.luotsi.core.store.Store;
import io.luotsi.core.store.StoreContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ReplicatedStoreContractTest extends StoreContract {
  private static LocalStore one;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    ReplicatedStore.Settings settings =
        new ReplicatedStore.Settings(
            Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(200));
    one = LocalStore.start(directory, LocalStore.Options.STANDARD.with(settings));
  }

  @AfterAll
  static void stop() throws IOException {
    one.close();
  }

  @Override
  protected Store store() {
    return one.store();
  }
}
