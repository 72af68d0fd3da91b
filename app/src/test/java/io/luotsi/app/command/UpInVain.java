package io.luotsi.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code luotsi up} with options that it refuses: one line, exit code 2, nothing founded. */
record UpInVain(Path data) {
  void isRefused(String why, String... options) {
    List<String> words = new ArrayList<>(List.of("up", "--data", data.toString()));
    words.addAll(List.of(options));
    assertThat(Refusal.of(words.toArray(String[]::new)))
        .startsWith("luotsi up: cannot ")
        .contains(why);
    assertThat(data).doesNotExist();
  }
}
