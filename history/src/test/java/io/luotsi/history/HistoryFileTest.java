package io.luotsi.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
  @TempDir Path temporary;

  private static List<Entry> history() {
    AtomicLong clock = new AtomicLong(1_000);
    Recorder recorder = new Recorder(clock::incrementAndGet);
    recorder.begin(3, Operation.UPDATE, "default/k", "u", "a \"b\"", 7).ok("u", "a \"b\"", 8);
    recorder.begin(3, Operation.WATCH, "default/", "", "", 7);
    recorder.saw(3, new Change(8, Change.Kind.MODIFIED, "default/k", "u", "a"));
    recorder.sawBookmark(3, 9);
    recorder.begin(4, Operation.READ, "default/k", "", "", 0).unknown("cut off");
    recorder.begin(4, Operation.DELETE, "default/k", "", "", 0).fail("NotFound");
    return recorder.entries();
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = temporary.resolve("history.jsonl");
    HistoryFile.write(file, history());
    assertThat(HistoryFile.read(file)).isEqualTo(history());
  }

  @Test
  void aLineSaysWhatHappenedInWordsThatOthersCanRead() throws IOException {
    Path file = temporary.resolve("history.jsonl");
    HistoryFile.write(file, history());
    assertThat(Files.readAllLines(file))
        .hasSize(9)
        .first()
        .isEqualTo(
            "{\"process\":3,\"type\":\"invoke\",\"f\":\"update\",\"key\":\"default/k\","
                + "\"uid\":\"u\",\"value\":\"a \\\"b\\\"\",\"version\":7,\"time\":1}");
  }

  @Test
  void aTornLineIsAnError() throws IOException {
    Path file = Files.writeString(temporary.resolve("torn.jsonl"), "{\"process\":3,\"ty");
    assertThatThrownBy(() -> HistoryFile.read(file)).isInstanceOf(IOException.class);
  }

  @Test
  void historiesOfSeveralProcessesAreMergedByTimeWithoutTornLines() throws IOException {
    AtomicLong clock = new AtomicLong();
    List<Path> both = List.of(temporary.resolve("one.jsonl"), temporary.resolve("two.jsonl"));
    List<Entry> heard = new ArrayList<>();
    try (OutputStream one = Files.newOutputStream(both.get(0));
        OutputStream two = Files.newOutputStream(both.get(1))) {
      Recorder first = new Recorder(clock::incrementAndGet, 0, entry -> append(one, entry, heard));
      Recorder second = new Recorder(clock::incrementAndGet, 0, entry -> append(two, entry, heard));
      Recorder.Begun write = first.begin(1, Operation.CREATE, "default/k", "", "a", 0);
      Recorder.Begun read = second.begin(2, Operation.READ, "default/k", "", "", 0);
      write.ok("u", "a", 2);
      read.ok("u", "a", 2);
      two.write("{\"process\":2,\"ty".getBytes(StandardCharsets.UTF_8)); // its writer was killed
    }
    assertThat(heard).hasSize(4);
    assertThat(HistoryFile.merge(both)).isEqualTo(heard);
  }

  private static void append(OutputStream file, Entry entry, List<Entry> heard) {
    try {
      HistoryFile.append(file, entry);
      heard.add(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
