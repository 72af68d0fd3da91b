package io.luotsi.history;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A history as a file, one JSON object a line. */
public final class HistoryFile {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final ObjectWriter WRITER = MAPPER.writerFor(Entry.class);
  private static final ObjectReader READER = MAPPER.readerFor(Entry.class);

  private HistoryFile() {}

  /** Replaces the file. */
  public static void write(Path file, List<Entry> history) throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (Entry entry : history) {
        lines.write(WRITER.writeValueAsString(entry));
        lines.newLine();
      }
    }
  }

  /**
   * @throws IOException also if a line is not an entry
   */
  public static List<Entry> read(Path file) throws IOException {
    List<Entry> history = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        history.add(READER.readValue(line));
      }
    }
    return history;
  }
}
