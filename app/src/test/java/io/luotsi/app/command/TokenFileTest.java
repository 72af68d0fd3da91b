package io.luotsi.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of static tokens that cannot be used: one line, exit code 2, nothing founded. */
class TokenFileTest {
  @TempDir private Path folder;

  private record Ended(int code, String error) {}

  private Ended up(Path tokens) {
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      int code =
          LuotsiCommand.run(
              "up",
              "--data",
              folder.resolve("data").toString(),
              "--token-auth-file",
              tokens.toString());
      return new Ended(code, written.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
  }

  private void isRefused(Path tokens, String why) {
    Ended ended = up(tokens);
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.error().lines()).hasSize(1);
    assertThat(ended.error()).startsWith("luotsi up: cannot ").contains(why);
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    isRefused(folder.resolve("none.csv"), "none.csv: no such file or folder");
    isRefused(folder, "cannot read --token-auth-file");
  }

  @Test
  void aFileThatIsNoSuchTableIsRefused() throws IOException {
    Path file = folder.resolve("tokens.csv");
    Files.writeString(file, "a,b\n");
    isRefused(file, "tokens.csv: it must have at least 3 columns");
    Files.writeString(file, "a,b,c\nd,\"e,f\n");
    isRefused(file, "parse error on line 3: extraneous or missing \" in quoted-field");
    Files.write(file, new byte[] {(byte) 0xff, 'a', ',', 'b', ',', 'c'});
    isRefused(file, "it is no text in UTF-8");
  }
}
