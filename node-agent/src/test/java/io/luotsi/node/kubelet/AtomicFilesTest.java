package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.node.kubelet.AtomicFiles.Body;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path volume;

  private static SortedMap<String, Body> files(String... pathsAndTexts) {
    SortedMap<String, Body> files = new TreeMap<>();
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      byte[] bytes = pathsAndTexts[i + 1].getBytes(StandardCharsets.UTF_8);
      files.put(pathsAndTexts[i], new Body(bytes, 0640));
    }
    return files;
  }

  @Test
  void whatIsReadIsALinkToADirectoryThatNeverChanges() throws Exception {
    assertThat(AtomicFiles.write(volume, files("a", "1", "b/c", "2"), NOW)).isTrue();

    assertThat(Files.readSymbolicLink(volume.resolve("a"))).hasToString("..data/a");
    assertThat(Files.readSymbolicLink(volume.resolve("b"))).hasToString("..data/b");
    assertThat(Files.readSymbolicLink(volume.resolve("..data")).toString())
        .startsWith("..2026_01_02_03_04_05.");
    assertThat(volume.resolve("b/c")).hasContent("2");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(volume.resolve("a"))))
        .isEqualTo("rw-r-----");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(volume.resolve("b"))))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void aChangeIsOneRenameAndLeavesNothingOld() throws Exception {
    AtomicFiles.write(volume, files("a", "1", "b/c", "2"), NOW);
    Path opened = volume.resolve("..data").toRealPath();
    assertThat(AtomicFiles.write(volume, files("a", "1", "b/c", "2"), NOW)).isFalse();
    assertThat(volume.resolve("..data").toRealPath()).isEqualTo(opened);

    Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of("left")); // by a JVM that died
    assertThat(AtomicFiles.write(volume, files("a", "one", "d", "3"), NOW)).isTrue();

    assertThat(volume.resolve("a")).hasContent("one");
    assertThat(volume.resolve("d")).hasContent("3");
    assertThat(opened).doesNotExist();
    try (var entries = Files.list(volume)) {
      assertThat(entries.map(path -> path.getFileName().toString()))
          .hasSize(4)
          .contains("..data", "a", "d");
    }
  }

  @Test
  void anotherModeIsAChangeAndNoFilesAreSomethingToWrite() throws Exception {
    SortedMap<String, Body> files = files("a", "1");
    AtomicFiles.write(volume, files, NOW);
    files.put("a", new Body("1".getBytes(StandardCharsets.UTF_8), 0400));
    assertThat(AtomicFiles.write(volume, files, NOW)).isTrue();
    assertThat(AtomicFiles.write(volume, new TreeMap<>(), NOW)).isTrue();
    assertThat(volume.resolve("a")).doesNotExist();
    assertThat(volume.resolve("..data")).isEmptyDirectory();
  }
}
