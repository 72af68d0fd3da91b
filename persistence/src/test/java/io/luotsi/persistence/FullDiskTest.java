package io.luotsi.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes, each on a small disk of its own. One whose disk is full says so and ends; the
 * others go on; with room again it comes back and has what it missed. A follower's, then the
 * leader's.
 */
@Tag("faults")
class FullDiskTest {
  private static final int REQUESTS = 300;
  private static final int LEAST_WRITES = 1_000;

  @TempDir Path directory;

  /** File systems in memory, one for each member. */
  private record Disks(List<Path> mounted) implements AutoCloseable {
    static Disks mount(Path directory) throws IOException, InterruptedException {
      Disks disks = new Disks(new ArrayList<>());
      for (String name : Trio.NAMES) {
        Path disk = Files.createDirectories(directory.resolve(name));
        run("mount", "-t", "tmpfs", "-o", "size=32m", "luotsi-test", disk.toString());
        disks.mounted().add(disk);
      }
      return disks;
    }

    /** Leaves no byte. */
    static Path fill(Path disk) throws IOException {
      Path filler = disk.resolve("filler");
      for (int piece = 1 << 20; piece > 0; piece /= 2) {
        byte[] zeros = new byte[piece];
        try (OutputStream file =
            Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
          while (true) {
            file.write(zeros);
          }
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("No space left");
        }
      }
      return filler;
    }

    @Override
    public void close() throws IOException {
      for (Path disk : mounted) {
        try {
          run("umount", disk.toString());
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    private static void run(String... command) throws IOException, InterruptedException {
      assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
          .as(String.join(" ", command))
          .isZero();
    }
  }

  @Test
  @Timeout(400)
  void aMemberWithAFullDiskEndsAndTheOthersGoOnAndItComesBackWhenThereIsRoom() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "small disks need root");
    try (Disks disks = Disks.mount(directory);
        RecordedRun run = RecordedRun.start(directory, Site.LOOPBACK)) {
      for (boolean leads : List.of(false, true)) {
        run.awaitAcknowledged(Set.copyOf(Trio.NAMES), REQUESTS);
        String leader = run.leader();
        long term = run.term();
        String name = leads ? leader : RecordedRun.allBut(leader).iterator().next();
        Path filler = Disks.fill(disks.mounted().get(Trio.NAMES.indexOf(name)));
        assertThat(run.awaitBroken(name)).as("what %s says", name).contains("No space left");
        if (leads) {
          run.awaitTermAfter(term);
        }
        run.awaitAcknowledged(RecordedRun.allBut(name), REQUESTS);
        Files.delete(filler);
        run.start(name);
        run.awaitAcknowledged(Set.of(name), REQUESTS);
      }
      run.check("full-disk", LEAST_WRITES);
    }
  }
}
