package io.luotsi.bench;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private ReportOptions output = new ReportOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    check();
    FailoverReport report;
    try (Jvms jvms = Jvms.start()) {
      Failover failover =
          new Failover(jvms, rate, Duration.ofSeconds(pauseSeconds), System.err::println);
      report = failover.run(kills, pauses);
    }
    output.print(report, report.text());
    return report.broken().isEmpty() ? 0 : 1;
  }

  private void check() {
    try {
      OptionLimits.check("--kills", kills, 0, MOST);
      OptionLimits.check("--pauses", pauses, 0, MOST);
      OptionLimits.check("--pause-seconds", pauseSeconds, 1, MOST);
      OptionLimits.check("--rate", rate, 1, MOST);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }
}
