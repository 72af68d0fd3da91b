package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.settings.ClusterSettings;
import io.luotsi.app.settings.SettingsReader;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "down",
    description = {
      "Ends the cluster and all its pods, those of members that were killed or paused too.",
      "Its data stays: luotsi up continues where it was."
    })
final class DownCommand implements Callable<Integer> {
  private static final Duration WATCHER_ENDS_WITHIN = Duration.ofSeconds(20);

  @Mixin private DataOption data = new DataOption();

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Override
  public Integer call() {
    DataDirectory directory = data.directory();
    if (directory.identity().isEmpty()) {
      throw new PlainFailure("there is no cluster in " + directory.root());
    }
    ClusterSettings settings = SettingsReader.read(Invocation.settings());
    if (ClusterState.firstRunning(directory).isPresent()) {
      System.out.println(ClusterEnd.announcement(settings));
    }
    int ended = ClusterEnd.withPods(directory, settings);
    if (ended > 0) {
      System.out.println(
          "ended %d container%s of members that were killed"
              .formatted(ended, ended == 1 ? "" : "s"));
    }
    directory.watcher().ifPresent(DownCommand::dismiss);
    System.out.println("the cluster in %s is down".formatted(directory.root()));
    return 0;
  }

  /** Nobody is left for it to watch. */
  private static void dismiss(ProcessHandle watcher) {
    if (watcher.destroy()) {
      Patience.until(() -> !watcher.isAlive(), WATCHER_ENDS_WITHIN);
    }
  }
}
