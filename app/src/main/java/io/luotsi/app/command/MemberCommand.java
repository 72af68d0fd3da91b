package io.luotsi.app.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "member",
    description = "Adds JVMs to a running cluster, and takes some away; one at a time.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {MemberAddCommand.class, MemberRemoveCommand.class, MemberReplaceCommand.class})
final class MemberCommand implements Runnable {
  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "add, remove or replace?");
  }
}
