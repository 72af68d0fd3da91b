package io.luotsi.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LuotsiCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "status",
        "down",
        "kill",
        "start",
        "pause",
        "resume",
        "member",
        "run-member",
        "kubeconfig",
        "backup"
      })
  void onlyTheCommandThatIsAskedForIsModelled(String name) {
    assertThat(LuotsiCommand.model(name, "--help").getSubcommands()).containsOnlyKeys(name);
    assertThat(LuotsiCommand.model().getSubcommands()).containsKey(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "upp", "--help"})
  void whoAsksForNoneOfThemIsToldOfAll(String first) {
    assertThat(LuotsiCommand.model(first).getSubcommands().keySet())
        .isEqualTo(LuotsiCommand.model().getSubcommands().keySet());
  }

  @Test
  void helpShowsThemInTheOrderInWhichTheyAreNeeded() {
    String usage = LuotsiCommand.model("help").getUsageMessage();

    assertThat(usage).containsSubsequence("up", "status", "down", "kill", "member", "backup");
    assertThat(usage).doesNotContain("run-member");
  }
}
