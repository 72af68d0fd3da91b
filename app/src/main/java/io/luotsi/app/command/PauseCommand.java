package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.directory.Processes;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "pause",
    description = {
      "Stops one member's JVM in its tracks, as SIGSTOP does.",
      "Its pods run on; luotsi resume lets it go on."
    })
final class PauseCommand implements Callable<Integer> {
  static final Duration SOON = Duration.ofSeconds(5);

  @Mixin private MemberArgument member = new MemberArgument();

  @Override
  public Integer call() {
    MemberRecord running = member.running();
    if (Processes.isPaused(running.pid())) {
      throw new PlainFailure(running.name() + " is paused already");
    }
    Processes.pause(running.pid());
    if (!Patience.until(() -> Processes.isPaused(running.pid()), SOON)) {
      throw new PlainFailure("process " + running.pid() + " does not pause");
    }
    System.out.println(
        "%s (pid %d) is paused; its pods run on".formatted(running.name(), running.pid()));
    return 0;
  }
}
