package io.luotsi.http.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.luotsi.http.fuzz.HostileBytes.Reader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plays what fuzzing begins with and what it has found. */
class HostileBytesTest {
  /** Where Jazzer looks for seeds, and where its findings are put. */
  private static final Path INPUTS =
      Path.of("src/test/resources/io/luotsi/http/fuzz/HostileBytesFuzzInputs/accept");

  private final HostileBytes bytes = new HostileBytes();

  @Test
  @Timeout(60)
  void whateverWasFoundIsTakenOrRefused() throws IOException {
    Set<Reader> readers = EnumSet.noneOf(Reader.class);
    for (Path input : inputs()) {
      byte[] data = Files.readAllBytes(input);
      assertThatCode(() -> bytes.read(data)).as(input.toString()).doesNotThrowAnyException();
      readers.add(Reader.values()[Byte.toUnsignedInt(data[0]) % Reader.values().length]);
    }
    assertThat(readers).as("readers with a seed").containsExactly(Reader.values());
  }

  /** Each seed cut off at every place, and with each byte turned over. */
  @Test
  @Timeout(60)
  void seedsThatAreCutOffOrGarbledAreTakenOrRefused() throws IOException {
    for (Path input : inputs()) {
      byte[] seed = Files.readAllBytes(input);
      int step = Math.max(1, seed.length / 40);
      for (int at = 1; at < seed.length; at += step) {
        ByteArrayOutputStream garbled = new ByteArrayOutputStream();
        garbled.write(seed, 0, at);
        byte[] cut = garbled.toByteArray();
        assertThatCode(() -> bytes.read(cut)).as(describe(cut)).doesNotThrowAnyException();
        byte[] turned = seed.clone();
        turned[at] ^= (byte) 0x15;
        assertThatCode(() -> bytes.read(turned)).as(describe(turned)).doesNotThrowAnyException();
      }
    }
  }

  private static String describe(byte[] data) {
    return new String(data, StandardCharsets.ISO_8859_1);
  }

  private static List<Path> inputs() throws IOException {
    try (Stream<Path> files = Files.list(INPUTS)) {
      return files.sorted().toList();
    }
  }
}
