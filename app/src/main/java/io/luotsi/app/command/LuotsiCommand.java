package io.luotsi.app.command;

import io.luotsi.app.Logging;
import io.luotsi.app.PlainFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code luotsi}. Exit codes: 0 done, 1 could not be done (one line says why), 2 not understood
 * (one line says what).
 */
@Command(
    name = "luotsi",
    description = "Kubernetes rebuilt as actors on the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      StatusCommand.class,
      DownCommand.class,
      KillCommand.class,
      StartCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      MemberCommand.class,
      RunMemberCommand.class,
      KubeconfigCommand.class,
      BackupCommand.class,
      HelpCommand.class
    })
public final class LuotsiCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /**
   * @return the exit code
   */
  public static int run(String... arguments) {
    Logging.quiet();
    return new CommandLine(new LuotsiCommand())
        .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
        .setParameterExceptionHandler(misuse())
        .setExecutionExceptionHandler(LuotsiCommand::explain)
        .execute(arguments);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
  }

  private static IParameterExceptionHandler misuse() {
    return (exception, arguments) -> {
      CommandLine command = exception.getCommandLine();
      String name = command.getCommandSpec().qualifiedName();
      command
          .getErr()
          .println(
              "%s: %s (see: %s)"
                  .formatted(
                      name,
                      oneLine(exception.getMessage()),
                      command.getParent() == null ? "luotsi help" : name + " --help"));
      return CommandLine.ExitCode.USAGE;
    };
  }

  private static int explain(
      Exception exception, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
    if (exception instanceof PlainFailure failure) {
      command.getErr().println("luotsi: " + oneLine(failure.getMessage()));
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw exception; // a bug: its stack trace is what helps
  }

  private static String oneLine(String message) {
    return message
        .lines()
        .map(String::strip)
        .reduce((first, next) -> first + " " + next)
        .orElse("");
  }
}
