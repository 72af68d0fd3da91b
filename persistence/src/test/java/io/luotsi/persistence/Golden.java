package io.luotsi.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Bytes that formats must be able to read for ever, kept as lines of hexadecimal digits. */
public final class Golden {
  private Golden() {}

  public static byte[] read(String name) {
    return HexFormat.of().parseHex(text(name).replaceAll("\\s", ""));
  }

  /** Of a file with several of a kind, one a line. */
  public static List<byte[]> readLines(String name) {
    return text(name).lines().map(HexFormat.of()::parseHex).toList();
  }

  private static String text(String name) {
    String file = "/golden/" + name + ".hex";
    try (InputStream in = Golden.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("no golden file " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
