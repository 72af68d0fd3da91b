package io.luotsi.app.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "backup",
    description = "Saves all objects of a cluster, or makes a new cluster of what was saved.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {BackupSaveCommand.class, BackupRestoreCommand.class})
final class BackupCommand implements Runnable {
  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "save or restore?");
  }
}
