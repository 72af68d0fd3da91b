package io.luotsi.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import io.luotsi.core.api.Json;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "failover",
    description = {
      "Kills and pauses the leader of three JVMs again and again, and measures how long clients,"
          + " nodes and pods wait.",
      "Exits with 1 if anything that a client was told turns out not to be so."
    })
final class FailoverCommand implements Callable<Integer> {
  /** For people, or for programs. */
  enum Format {
    text,
    json
  }

  private static final int MOST = 1_000;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "20",
      description = "How often the leader is killed (default: ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--pauses",
      paramLabel = "N",
      defaultValue = "10",
      description = "How often the leader is paused (default: ${DEFAULT-VALUE}).")
  private int pauses;

  @Option(
      names = "--pause-seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "For how long each time (default: ${DEFAULT-VALUE}).")
  private int pauseSeconds;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Writes a second at each member's own port and at the shared one (default:"
              + " ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json (default: text).")
  private Format format = Format.text;

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    check("--kills", kills, 0);
    check("--pauses", pauses, 0);
    check("--pause-seconds", pauseSeconds, 1);
    check("--rate", rate, 1);
    FailoverReport report;
    try (Jvms jvms = Jvms.start()) {
      Failover failover =
          new Failover(jvms, rate, Duration.ofSeconds(pauseSeconds), System.err::println);
      report = failover.run(kills, pauses);
    }
    switch (format) {
      case text -> System.out.print(report.text());
      case json ->
          System.out.println(
              Json.mapper().writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report));
    }
    return report.broken().isEmpty() ? 0 : 1;
  }

  private void check(String option, int value, int least) {
    if (value < least || value > MOST) {
      throw new ParameterException(
          spec.commandLine(), "%s must be %d to %d, not %d".formatted(option, least, MOST, value));
    }
  }
}
