package io.luotsi.history;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A history as a file, one JSON object a line; docs/histories.md tells others how to read it. */
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

  /** Writes one line at once, so that whoever is killed leaves all but the last one whole. */
  public static void append(OutputStream file, Entry entry) throws IOException {
    file.write((WRITER.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * One history of several that were recorded at once by processes that share a clock, by {@code
   * time}. A last line without its end is left out: its writer was killed.
   *
   * @throws IOException also if a line is not an entry
   */
  public static List<Entry> merge(List<Path> files) throws IOException {
    List<Entry> history = new ArrayList<>();
    for (Path file : files) {
      String text = Files.readString(file);
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        history.add(READER.readValue(line));
      }
    }
    history.sort(Comparator.comparingLong(Entry::time));
    return history;
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
