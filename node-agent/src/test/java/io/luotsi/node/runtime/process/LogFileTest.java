package io.luotsi.node.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void create() throws Exception {
    path = directory.resolve("log");
    Files.createFile(path);
  }

  private void write(String text, Instant at) throws Exception {
    Files.writeString(path, text, StandardOpenOption.APPEND);
    Files.setLastModifiedTime(path, FileTime.from(at));
  }

  private static LogOptions options(boolean timestamps, Optional<Instant> since) {
    return new LogOptions(
        false, false, timestamps, since, OptionalLong.empty(), OptionalLong.empty());
  }

  @Test
  void linesHaveTheTimeAtWhichTheyWereSeenAlsoAfterAReopening() throws Exception {
    LogFile file = new LogFile(path, false);
    write("one\n", NOON);
    file.sample();
    write("two\nthr", NOON.plusSeconds(1));
    file.sample();
    write("ee\n", NOON.plusSeconds(2));
    LogFile reopened = new LogFile(path, false);
    reopened.sample();

    String text = LogText.read(new LogPublisher(reopened, options(true, Optional.empty())));
    assertThat(text)
        .isEqualTo(
            """
            2026-01-01T12:00:00.000000000Z one
            2026-01-01T12:00:01.000000000Z two
            2026-01-01T12:00:02.000000000Z three
            """);
    assertThat(
            LogText.read(
                new LogPublisher(reopened, options(false, Optional.of(NOON.plusMillis(1500))))))
        .as("a line that was begun before is not shown in part")
        .isEmpty();
    assertThat(
            LogText.read(
                new LogPublisher(reopened, options(false, Optional.of(NOON.plusSeconds(1))))))
        .isEqualTo("two\nthree\n");
  }

  @Test
  void lineThatHasNotEndedIsHeldBackUntilTheLogHas() throws Exception {
    LogFile file = new LogFile(path, false);
    write("one\ntw", NOON);
    assertThat(LogText.read(new LogPublisher(file, options(false, Optional.empty()))))
        .isEqualTo("one\n");
    file.end();
    assertThat(LogText.read(new LogPublisher(file, options(false, Optional.empty()))))
        .isEqualTo("one\ntw");
  }

  @Test
  void oldestPartIsGivenBackToTheDiskAndTheRestReadsOn() throws Exception {
    LogFile file = new LogFile(path, false, 64 << 10, 16 << 10);
    int lines = 40_000;
    StringBuilder block = new StringBuilder();
    for (int i = 1; i <= lines; i++) {
      block.append("line ").append(i).append('\n');
      if (i % 500 == 0) {
        write(block.toString(), NOON.plusMillis(i));
        file.sample();
        block.setLength(0);
      }
    }
    assertThat(blocksOnDisk(path)).isLessThan(100 << 10);

    for (LogFile read : List.of(file, new LogFile(path, false, 64 << 10, 16 << 10))) {
      List<String> kept =
          LogText.read(new LogPublisher(read, options(true, Optional.empty()))).lines().toList();
      assertThat(kept).hasSizeBetween(64 * 1024 / 12, 80 * 1024 / 10);
      assertThat(kept.getFirst()).matches("2026-01-01T12:00:\\d\\d\\.\\d{9}Z line \\d+");
      assertThat(kept.getLast()).isEqualTo("2026-01-01T12:00:40.000000000Z line 40000");
    }
  }

  private static long blocksOnDisk(Path file) throws Exception {
    Process du = new ProcessBuilder("du", "--block-size=1", file.toString()).start();
    return Long.parseLong(new String(du.getInputStream().readAllBytes()).split("\\s")[0]);
  }
}
