package io.luotsi.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code luotsi up} with options that it refuses: one line, exit code 2, nothing founded. */
record UpInVain(Path data) {
  void isRefused(String why, String... options) {
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    int code;
    try {
      List<String> words = new ArrayList<>(List.of("up", "--data", data.toString()));
      words.addAll(List.of(options));
      code = LuotsiCommand.run(words.toArray(String[]::new));
    } finally {
      System.setErr(before);
    }
    String error = written.toString(StandardCharsets.UTF_8);
    assertThat(code).isEqualTo(2);
    assertThat(error.lines()).hasSize(1);
    assertThat(error).startsWith("luotsi up: cannot ").contains(why);
    assertThat(data).doesNotExist();
  }
}
