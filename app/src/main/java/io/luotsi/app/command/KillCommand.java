package io.luotsi.app.command;

import io.luotsi.app.directory.MemberRecord;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "kill",
    description = {
      "Kills one member's JVM as kill -9 does.",
      "Its pods run on; luotsi start brings the member back, luotsi down ends them."
    })
final class KillCommand implements Callable<Integer> {
  @Mixin private MemberArgument member = new MemberArgument();

  @Override
  public Integer call() {
    MemberRecord running = member.running();
    ClusterEnd.kill(running);
    System.out.println(
        "%s (pid %d) is killed; its pods run on".formatted(running.name(), running.pid()));
    return 0;
  }
}
