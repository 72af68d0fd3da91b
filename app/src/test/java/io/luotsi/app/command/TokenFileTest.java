package io.luotsi.app.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of static tokens that cannot be used: one line, exit code 2, nothing founded. */
class TokenFileTest {
  @TempDir private Path folder;

  private void isRefused(Path tokens, String why) {
    new UpInVain(folder.resolve("data")).isRefused(why, "--token-auth-file", tokens.toString());
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
