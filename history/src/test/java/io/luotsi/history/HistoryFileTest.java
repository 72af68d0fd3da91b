package io.luotsi.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
