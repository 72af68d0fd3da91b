package io.luotsi.node.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerDirectoryTest {
  private static final int KILLED = 137;

  @TempDir Path folder;

  @Test
  void anEndThatNobodySawIsRecordedOnce() {
    ContainerDirectory directory = new ContainerDirectory(folder);
    assertThat(directory.lost()).isEmpty();
    ContainerDirectory.Ended recorded = directory.writeLost();
    assertThat(recorded.exitCode()).isEqualTo(KILLED);
    assertThat(directory.lost()).contains(recorded);
  }

  @Test
  void anEndIsNotRecordedOfAContainerThatHasBeenRemoved() {
    Path removed = folder.resolve("removed");
    ContainerDirectory directory = new ContainerDirectory(removed);
    assertThat(directory.writeLost().exitCode()).isEqualTo(KILLED);
    assertThat(Files.exists(removed)).isFalse();
  }
}
