package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.demo.Demo;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberRecord;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "up",
    description = {
      "Starts a cluster and stays in the foreground until Ctrl-C, which ends the cluster and its"
          + " pods.",
      "If it runs already, shows its state."
    })
final class UpCommand implements Callable<Integer> {
  private static final int MAX_PORT = 32_700;
  private static final int MAX_HOLLOW = 100_000;

  @Mixin private DataOption data = new DataOption();

  @Option(
      names = {"-d", "--detach"},
      description = "Returns when the cluster is ready, and leaves it running.")
  private boolean detach;

  @Option(
      names = "--demo",
      description = "Applies examples/web.yaml, shows what happens, and asks its Service.")
  private boolean demo;

  @Option(names = "--fresh", description = "Forgets what the data directory held and starts empty.")
  private boolean fresh;

  @Option(
      names = "--hollow",
      paramLabel = "N",
      description = "Adds N simulated nodes.",
      defaultValue = "0")
  private int hollow;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the API, 0 for any free one; others follow from it.")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "Address on which the API listens (default: loopback only).")
  private Optional<String> bind = Optional.empty();

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  /** How {@code up -d} starts the process that stays. */
  @Option(names = DetachedCluster.CHILD_OPTION, hidden = true)
  private boolean child;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    check();
    DataDirectory directory = data.directory();
    Optional<MemberRecord> running = ClusterState.firstRunning(directory);
    if (running.isPresent() && !child) {
      return showRunning(directory, running.get());
    }
    if (detach) {
      DetachedCluster.start();
      if (demo) {
        demo(directory);
      }
      return 0;
    }
    OptionalInt chosenPort = port.map(OptionalInt::of).orElse(OptionalInt.empty());
    ForegroundCluster cluster =
        new ForegroundCluster(
            directory, new ForegroundCluster.Wishes(chosenPort, bind, fresh, hollow), child);
    return cluster.run(demo && !child ? () -> demo(directory) : () -> {});
  }

  private void check() {
    if (port.isPresent() && (port.get() < 0 || port.get() > MAX_PORT)) {
      throw wrong("--port must be 0 to " + MAX_PORT + ", not " + port.get());
    }
    if (hollow < 0 || hollow > MAX_HOLLOW) {
      throw wrong("--hollow must be 0 to " + MAX_HOLLOW + ", not " + hollow);
    }
  }

  private int showRunning(DataDirectory directory, MemberRecord member) {
    if (fresh) {
      throw new PlainFailure(
          "the cluster in %s runs (pid %d); end it first with: luotsi down"
              .formatted(directory.root(), member.pid()));
    }
    ClusterState.read(directory).ifPresent(state -> System.out.print(state.text(directory)));
    if (demo) {
      demo(directory);
    }
    return 0;
  }

  private static void demo(DataDirectory directory) {
    String address =
        ClusterState.firstRunning(directory)
            .map(MemberRecord::address)
            .orElseThrow(() -> new PlainFailure("the cluster has ended"));
    Demo.run(directory, address, Invocation.home().resolve("examples"), System.out);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
