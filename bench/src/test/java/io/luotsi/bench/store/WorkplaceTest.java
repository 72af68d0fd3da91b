package io.luotsi.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkplaceTest {
  private static final List<String> SLEEP = List.of("sleep", "1000");

  @TempDir Path parent;

  @Test
  void whatIsClosedLeavesNoProcessAndNoFile() throws Exception {
    Process process;
    Path folder;
    try (Workplace workplace = Workplace.create(Optional.of(parent))) {
      folder = workplace.folder();
      process = workplace.spawn(SLEEP, folder.resolve("log"), "LUOTSI_");
      Files.createDirectories(folder.resolve("a/b"));
      Files.writeString(folder.resolve("a/b/c"), "something");
      assertThat(process.isAlive()).isTrue();
    }
    assertThat(process.isAlive()).isFalse();
    assertThat(folder).doesNotExist();
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void nothingIsStartedAfterTheEnd() {
    Workplace workplace = Workplace.create(Optional.of(parent));
    workplace.close();
    assertThatThrownBy(() -> workplace.spawn(SLEEP, parent.resolve("log"), "LUOTSI_"))
        .isInstanceOf(PlainFailure.class);
  }

  @Test
  void aFolderInMemoryIsRefused() throws IOException {
    Path memory = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(memory) && Files.getFileStore(memory).type().equals("tmpfs"));
    assertThatThrownBy(() -> Workplace.create(Optional.of(memory)))
        .isInstanceOf(PlainFailure.class)
        .hasMessageContaining("/dev/shm is in memory (tmpfs)");
  }
}
