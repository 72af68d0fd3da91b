package io.luotsi.app.command;

import io.luotsi.app.Logging;
import io.luotsi.app.PlainFailure;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code luotsi}. Exit codes: 0 done, 1 could not be done (one line says why), 2 not understood or
 * given something that cannot be used (one line says what).
 */
@Command(
    name = "luotsi",
    description = "Kubernetes rebuilt as actors on the JVM.",
    synopsisSubcommandLabel = "COMMAND")
public final class LuotsiCommand implements Runnable {
  /** By their names, in the order in which help shows them. */
  private static final SequencedMap<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("up", UpCommand.class);
    COMMANDS.put("status", StatusCommand.class);
    COMMANDS.put("down", DownCommand.class);
    COMMANDS.put("kill", KillCommand.class);
    COMMANDS.put("start", StartCommand.class);
    COMMANDS.put("pause", PauseCommand.class);
    COMMANDS.put("resume", ResumeCommand.class);
    COMMANDS.put("member", MemberCommand.class);
    COMMANDS.put(RunMemberCommand.NAME, RunMemberCommand.class);
    COMMANDS.put("kubeconfig", KubeconfigCommand.class);
    COMMANDS.put("backup", BackupCommand.class);
    COMMANDS.put("help", HelpCommand.class);
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /**
   * @return the exit code
   */
  public static int run(String... arguments) {
    Logging.quiet();
    return model(arguments)
        .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
        .setParameterExceptionHandler(misuse())
        .setExecutionExceptionHandler(LuotsiCommand::explain)
        .execute(arguments);
  }

  /**
   * All commands, or only the one that is asked for: picocli makes a model of each by reflection,
   * and a start that makes all of them is a tenth of a second longer.
   */
  static CommandLine model(String... arguments) {
    CommandLine model = new CommandLine(new LuotsiCommand());
    String asked = arguments.length == 0 ? "" : arguments[0];
    if (COMMANDS.containsKey(asked) && !asked.equals("help")) {
      return model.addSubcommand(COMMANDS.get(asked));
    }
    COMMANDS.values().forEach(model::addSubcommand);
    return model;
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
      return failure.exitCode();
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
