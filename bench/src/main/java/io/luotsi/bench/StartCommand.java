package io.luotsi.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "start",
    description = {
      "Starts a fresh cluster of one JVM again and again, and measures how long it takes to answer"
          + " and what it needs when nobody asks for anything.",
      "The machine's own mood matters: compare two builds in one run, with --against."
    })
final class StartCommand implements Callable<Integer> {
  private static final int MOST = 1_000;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "10",
      description = "How often; one more, not counted, comes first (default: ${DEFAULT-VALUE}).")
  private int starts;

  @Option(
      names = "--idle-seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "How long it is left alone before memory is read (default: ${DEFAULT-VALUE}).")
  private int idleSeconds;

  @Option(
      names = "--against",
      paramLabel = "DIR",
      description = "Folder of another Luotsi, built, which is started in turn with this one.")
  private Optional<Path> against = Optional.empty();

  @Mixin private ReportOptions output = new ReportOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    check();
    Map<String, Path> builds = new LinkedHashMap<>();
    builds.put("this", Path.of(System.getProperty("luotsi.home", "")).toAbsolutePath());
    against.ifPresent(other -> builds.put("other", other.toAbsolutePath()));
    Map<String, List<StartFigures>> figures = new LinkedHashMap<>();
    Duration idle = Duration.ofSeconds(idleSeconds);
    for (int round = 0; round <= starts; round++) {
      for (Map.Entry<String, Path> build : builds.entrySet()) {
        StartFigures found = OneStart.measure(build.getValue(), round == 0 ? Duration.ZERO : idle);
        if (round > 0) {
          figures.computeIfAbsent(build.getKey(), name -> new ArrayList<>()).add(found);
          System.err.printf(
              "start %d of %s: answers after %d ms%n", round, build.getKey(), found.answers());
        }
      }
    }
    StartReport report = StartReport.of(idleSeconds, figures);
    output.print(report, report.text());
    return 0;
  }

  private static void requireLuotsi(Path folder) {
    if (!Files.isExecutable(folder.resolve("luotsi"))) {
      throw new IllegalArgumentException("--against " + folder + ": there is no luotsi in it");
    }
  }

  private void check() {
    try {
      OptionLimits.check("--starts", starts, 1, MOST);
      OptionLimits.check("--idle-seconds", idleSeconds, 1, MOST);
      against.ifPresent(StartCommand::requireLuotsi);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }
}
