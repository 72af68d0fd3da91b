package io.luotsi.app.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"/home/me/.luotsi", "with blank", "it's", "$HOME `id` \\ \"*?~", "ä;&|", ""})
  void theShellTakesItAsTheOneWordItIs(String text) throws IOException {
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", "printf '%s.' " + ShellWord.quote(text)).start();
    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(text + ".");
  }
}
