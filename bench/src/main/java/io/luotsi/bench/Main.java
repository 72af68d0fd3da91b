package io.luotsi.bench;

import io.luotsi.app.PlainFailure;
import io.luotsi.bench.api.ApiCommand;
import io.luotsi.bench.store.StoreCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where {@code luotsi bench} starts. */
@Command(
    name = "luotsi bench",
    description = "Measures a cluster of its own.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ApiCommand.class, FailoverCommand.class, StartCommand.class, StoreCommand.class})
public final class Main implements Runnable {
  private static final int WRONG_USAGE = 2;

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private Main() {}

  static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Main())
            .setParameterExceptionHandler(Main::onWrongUsage)
            .setExecutionExceptionHandler(Main::onFailure)
            .setUsageHelpAutoWidth(true)
            .execute(arguments));
  }

  private static int onWrongUsage(ParameterException failure, String[] arguments) {
    System.err.println(
        failure.getCommandLine().getCommandSpec().qualifiedName()
            + ": "
            + failure.getMessage().lines().findFirst().orElse(""));
    return WRONG_USAGE;
  }

  private static int onFailure(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
    if (failure instanceof PlainFailure plain) {
      System.err.println("luotsi bench: " + plain.getMessage());
      return plain.exitCode();
    }
    throw failure;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to measure: api, failover, start or store");
  }
}
