package io.luotsi.persistence.raft;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.raft.TestMember.await;
import static io.luotsi.persistence.raft.TestMember.ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.registry.RandomHistory;
import io.luotsi.persistence.registry.RegistryEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A loss of power takes what was written and not synced, sector by sector, and nothing else. */
class PowerLossTest {
  private static final int SYNCED = 12;
  private static final int UNSYNCED = 24;

  /** Events an entry; all entries together are less than a snapshot is made for. */
  private static final int EVENTS_EACH = 4;

  private static final int WRITES = 40;
  private static final List<RegistryEvent> EVENTS =
      RandomHistory.events(CONFIG_MAPS, false, new Random(3), 100);

  @TempDir Path directory;

  /** Of a recording by the JVM, which has the clock of its own events of files. */
  @Name("luotsi.test.Acknowledged")
  static class Acknowledged extends Event {
    int version;
  }

  private static Entry batch(long term, int from, int to) {
    return new Entry.Batch(CONFIG_MAPS, term, from + 1, EVENTS.subList(from, to));
  }

  @Test
  void nothingIsAcknowledgedBeforeItIsSynced() throws Exception {
    List<RecordedEvent> told = new ArrayList<>();
    try (Recording recording = new Recording()) {
      for (String event : List.of("jdk.FileWrite", "jdk.FileForce")) {
        recording.enable(event).withoutStackTrace().withThreshold(Duration.ZERO);
        recording.enable(event).with("throttle", "off");
      }
      recording.enable(Acknowledged.class).withoutStackTrace();
      recording.start();
      writeOneByOne();
      recording.stop();
      Path file = directory.resolve("files.jfr");
      recording.dump(file);
      told.addAll(RecordingFile.readAllEvents(file));
    }
    told.sort(Comparator.comparing(RecordedEvent::getEndTime));
    List<Integer> unsynced = new ArrayList<>();
    int acknowledged = 0;
    Instant begun = Instant.EPOCH;
    for (RecordedEvent event : told) {
      if (event.getEventType().getName().equals("luotsi.test.Acknowledged")) {
        acknowledged++;
        if (!isSynced(told, begun, event.getStartTime())) {
          unsynced.add(event.getInt("version"));
        }
        begun = event.getEndTime();
      }
    }
    assertThat(acknowledged).isEqualTo(WRITES);
    assertThat(unsynced).as("acknowledged before they were synced").isEmpty();
  }

  private void writeOneByOne() throws Exception {
    try (RaftMember member = TestMember.start(directory, 1)) {
      RaftGroupMember group = member.groups().getFirst();
      long term = ready(group, any -> true);
      for (int i = 0; i < WRITES; i++) {
        assertThat(await(group.propose(batch(term, i, i + 1)))).isEqualTo(Verdict.APPLIED);
        Acknowledged event = new Acknowledged();
        event.version = i + 1;
        event.commit();
      }
    }
  }

  /** Whether the log was written between two moments, and forced to the disk after that. */
  private static boolean isSynced(List<RecordedEvent> told, Instant from, Instant to) {
    for (RecordedEvent write : told) {
      if (isOfLog(write, "jdk.FileWrite") && write.getStartTime().isAfter(from)) {
        for (RecordedEvent force : told) {
          if (isOfLog(force, "jdk.FileForce")
              && !force.getStartTime().isBefore(write.getEndTime())
              && !force.getEndTime().isAfter(to)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean isOfLog(RecordedEvent event, String type) {
    return event.getEventType().getName().equals(type)
        && String.valueOf(event.getString("path")).contains("log_inprogress");
  }

  @Test
  void whateverIsLeftOfWhatWasNotSyncedTheMemberStartsWithAllThatWas() throws Exception {
    Path lived = directory.resolve("lived");
    byte[] synced;
    byte[] written;
    try (RaftMember member = TestMember.start(lived, 1)) {
      RaftGroupMember group = member.groups().getFirst();
      long term = ready(group, any -> true);
      write(group, term, 0, SYNCED);
      synced = Files.readAllBytes(segment(lived));
      write(group, term, SYNCED, SYNCED + UNSYNCED);
      written = Files.readAllBytes(segment(lived));
    }
    int end = used(synced);
    assertThat(used(written) - end).isGreaterThan(4 * TornTail.SECTOR_BYTES);
    List<Future<?>> mended = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (byte[] image : leftOvers(written, end)) {
        Path copy = directory.resolve("copy" + mended.size());
        copy(lived, copy);
        Files.write(segment(copy), image);
        mended.add(
            threads.submit(
                () -> {
                  startAndGoOn(copy);
                  return null;
                }));
      }
    }
    for (Future<?> each : mended) {
      each.get();
    }
    assertThat(mended).hasSizeGreaterThanOrEqualTo(7);
  }

  private static void write(RaftGroupMember group, long term, int from, int to) throws Exception {
    for (int i = from; i < to; i += EVENTS_EACH) {
      int end = Math.min(to, i + EVENTS_EACH);
      assertThat(await(group.propose(batch(term, i, end)))).isEqualTo(Verdict.APPLIED);
    }
  }

  /** The file as it was preallocated, with some of the sectors that were not synced. */
  private static List<byte[]> leftOvers(byte[] written, int synced) {
    int firstSector = synced / TornTail.SECTOR_BYTES;
    int lastSector = used(written) / TornTail.SECTOR_BYTES;
    List<byte[]> left = new ArrayList<>();
    for (int sector = firstSector; sector <= lastSector; sector += 4) {
      left.add(without(written, synced, sector, lastSector)); // the first ones alone
      left.add(without(written, synced, sector + 1, sector + 1)); // a hole
    }
    left.add(without(written, synced, firstSector, lastSector - 1)); // the last one alone
    left.add(Arrays.copyOf(written, synced + TornTail.SECTOR_BYTES)); // a shorter file
    return left;
  }

  private static byte[] without(byte[] written, int synced, int fromSector, int toSector) {
    byte[] image = written.clone();
    int from = Math.max(synced, fromSector * TornTail.SECTOR_BYTES);
    int to = Math.min(image.length, (toSector + 1) * TornTail.SECTOR_BYTES);
    for (int i = from; i < to; i++) {
      image[i] = 0;
    }
    return image;
  }

  private static void startAndGoOn(Path copy) throws Exception {
    try (RaftMember member = TestMember.start(copy, 1)) {
      RaftGroupMember group = member.groups().getFirst();
      long term = ready(group, any -> true);
      await(group.caughtUp());
      long version = group.replica().state(CONFIG_MAPS).version();
      assertThat(version).isBetween((long) SYNCED, (long) SYNCED + UNSYNCED);
      write(group, term, (int) version, (int) version + 1);
    }
    OptionalInt torn = TornTail.tornAt(Files.readAllBytes(segment(copy)));
    assertThat(torn).as("what comes behind the mended end").isEmpty();
  }

  @Test
  void anEntryThatIsWrongInAFullSectorIsNotTorn() throws Exception {
    try (RaftMember member = TestMember.start(directory, 1)) {
      RaftGroupMember group = member.groups().getFirst();
      write(group, ready(group, any -> true), 0, SYNCED);
    }
    // Closed, a segment has another name; its bytes are the same.
    byte[] segment;
    try (Stream<Path> files = Files.walk(directory)) {
      segment =
          Files.readAllBytes(
              files
                  .filter(file -> file.getFileName().toString().startsWith("log_"))
                  .findFirst()
                  .orElseThrow());
    }
    assertThat(TornTail.tornAt(segment)).isEqualTo(OptionalInt.empty());
    for (int at = 100; at < used(segment); at += 97) {
      byte[] damaged = segment.clone();
      damaged[at] ^= 1;
      assertThat(TornTail.tornAt(damaged)).as("byte %s", at).isEqualTo(OptionalInt.empty());
    }
  }

  private static int used(byte[] segment) {
    LogEntries entries = new LogEntries(segment);
    while (entries.next()) {
      assertThat(entries.isWhole()).isTrue();
    }
    return entries.begin();
  }

  private static Path segment(Path member) throws IOException {
    try (Stream<Path> files = Files.walk(member)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("log_inprogress"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, to.resolve(from.relativize(file).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
