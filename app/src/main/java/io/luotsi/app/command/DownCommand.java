package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.member.Leftovers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "down",
    description = {
      "Ends the cluster and all its pods, those of members that were killed too.",
      "Its data stays: luotsi up continues where it was."
    })
final class DownCommand implements Callable<Integer> {
  private static final Duration POLITELY = Duration.ofSeconds(60);

  @Mixin private DataOption data = new DataOption();

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Override
  public Integer call() {
    DataDirectory directory = data.directory();
    if (directory.identity().isEmpty()) {
      throw new PlainFailure("there is no cluster in " + directory.root());
    }
    for (MemberDirectory member : directory.members()) {
      member.running().ifPresent(record -> end(member, record));
    }
    int ended = Leftovers.end(directory);
    if (ended > 0) {
      System.out.println(
          "ended %d container%s of members that were killed"
              .formatted(ended, ended == 1 ? "" : "s"));
    }
    System.out.println("the cluster in %s is down".formatted(directory.root()));
    return 0;
  }

  /**
   * With its pods; a member that does not end in time is killed, what it leaves ends with the rest.
   */
  private static void end(MemberDirectory directory, MemberRecord member) {
    directory.markEnd();
    Optional<ProcessHandle> found = ProcessHandle.of(member.pid());
    if (found.isEmpty()) {
      return; // ended by itself just now
    }
    ProcessHandle process = found.get();
    if (!process.destroy()) {
      throw new PlainFailure(
          "may not end process " + member.pid() + ": is the cluster another user's?");
    }
    if (!endsWithin(process, POLITELY)) {
      process.destroyForcibly();
      if (!endsWithin(process, POLITELY)) {
        throw new PlainFailure("process " + member.pid() + " does not end");
      }
    }
    directory.clearEnd();
  }

  private static boolean endsWithin(ProcessHandle process, Duration time) {
    CompletableFuture<ProcessHandle> exit = process.onExit();
    try {
      exit.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlainFailure("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
