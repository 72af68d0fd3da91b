package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.directory.Processes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "resume", description = "Lets a paused member go on.")
final class ResumeCommand implements Callable<Integer> {
  @Mixin private MemberArgument member = new MemberArgument();

  @Override
  public Integer call() {
    MemberRecord running = member.running();
    if (!Processes.isPaused(running.pid())) {
      throw new PlainFailure(running.name() + " is not paused");
    }
    Processes.resume(running.pid());
    if (!Patience.until(() -> !Processes.isPaused(running.pid()), PauseCommand.SOON)) {
      throw new PlainFailure("process " + running.pid() + " does not go on");
    }
    System.out.println("%s (pid %d) goes on".formatted(running.name(), running.pid()));
    return 0;
  }
}
