package io.luotsi.persistence.raft;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.draft;
import static io.luotsi.persistence.raft.TestMember.await;
import static io.luotsi.persistence.raft.TestMember.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luotsi.core.store.Write;
import io.luotsi.persistence.registry.RandomHistory;
import io.luotsi.persistence.registry.RegistryEvent;
import io.luotsi.persistence.registry.RegistryState;
import io.luotsi.persistence.registry.WindowLimits;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever becomes of a snapshot that is being written, the member goes on. */
class StuckSnapshotTest {
  private static final int WRITES = 300;
  private static final List<RegistryEvent> EVENTS =
      RandomHistory.events(CONFIG_MAPS, false, new Random(5), WRITES);

  @TempDir Path directory;

  private static void write(RaftGroupMember group, long term, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      Entry entry = new Entry.Batch(CONFIG_MAPS, term, i + 1, EVENTS.subList(i, i + 1));
      assertThat(await(group.propose(entry))).isEqualTo(Verdict.APPLIED);
    }
  }

  /** Pipes under all names that the first snapshot may have: who opens one waits for a reader. */
  private static List<Path> pipes(Path folder) throws IOException, InterruptedException {
    List<Path> pipes = new ArrayList<>();
    List<String> command = new ArrayList<>(List.of("mkfifo"));
    for (int index = 0; index < WRITES; index++) {
      Path pipe = folder.resolve("snapshot.1_" + index + ".writing");
      pipes.add(pipe);
      command.add(pipe.toString());
    }
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    return pipes;
  }

  @Test
  @Timeout(60)
  void aSnapshotThatIsNeverDoneHoldsUpNoWrite() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "needs mkfifo");
    try (RaftMember member = TestMember.start(directory, 1)) {
      RaftGroupMember group = member.groups().getFirst();
      long term = ready(group, any -> true);
      assertThat(term).isEqualTo(1);
      List<Path> pipes = pipes(RaftMember.folder(directory, 0).resolve("sm"));
      write(group, term, 0, WRITES / 2);
      assertThat(writers()).as("threads that write a snapshot").hasSize(1);
      assertThat(group.replica().state(CONFIG_MAPS).version()).isEqualTo(WRITES / 2);

      Thread stuck = writers().getFirst();
      for (Path pipe : pipes) { // whoever waits there goes on, and fails: a pipe cannot be synced
        FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
      }
      stuck.join();
      assertThat(pipes).filteredOn(Files::notExists).as("removed by the writer").hasSize(1);
      for (Path pipe : pipes) {
        Files.deleteIfExists(pipe);
      }
      write(group, term, WRITES / 2, WRITES);
    }
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("what a snapshot that failed has left")
          .noneMatch(name -> name.endsWith(".writing"))
          .anyMatch(name -> name.matches("snapshot\\.\\d+_\\d+"));
    }
  }

  @Test
  @Timeout(60)
  void anEndGivesUpTheSnapshotThatIsBeingWritten() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "needs mkfifo");
    List<FileChannel> readers = new ArrayList<>(); // who never read
    SnapshotPolicy every = new SnapshotPolicy(1, 1 << 20);
    try (RaftMember member = TestMember.start(directory, WindowLimits.standard(), every)) {
      RaftGroupMember group = member.groups().getFirst();
      long term = ready(group, any -> true);
      for (Path pipe : pipes(RaftMember.folder(directory, 0).resolve("sm"))) {
        readers.add(FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE));
      }
      Write large = new Write.Create(draft("default", "large", "uid", "x".repeat(1 << 20)));
      List<RegistryEvent> events =
          RegistryState.empty(CONFIG_MAPS, false).decideAll(List.of(large), 1_000, 1).events();
      Entry entry = new Entry.Batch(CONFIG_MAPS, term, 1, events);
      assertThat(await(group.propose(entry))).isEqualTo(Verdict.APPLIED);
      while (writers().isEmpty()) {
        Thread.onSpinWait();
      }
    }
    assertThat(writers()).as("threads that write a snapshot of a member that has ended").isEmpty();
    for (FileChannel reader : readers) {
      reader.close();
    }
  }

  private static List<Thread> writers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("luotsi-snapshot"))
        .toList();
  }
}
