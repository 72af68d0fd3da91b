package io.luotsi.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a command says that was given what it cannot use. */
final class Refusal {
  private Refusal() {}

  /** The one line on the error output of a command that ends with exit code 2. */
  static String of(String... words) {
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    int code;
    try {
      code = LuotsiCommand.run(words);
    } finally {
      System.setErr(before);
    }
    String error = written.toString(StandardCharsets.UTF_8);
    assertThat(code).as(error).isEqualTo(2);
    assertThat(error.lines()).hasSize(1);
    return error;
  }
}
