package io.luotsi.bench.store;

import io.luotsi.app.Logging;
import io.luotsi.bench.DirectoryOption;
import io.luotsi.bench.Machine;
import io.luotsi.bench.ReportOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code luotsi bench store}. */
@Command(
    name = "store",
    description = {
      "Measures the store side by side with the etcd on the PATH, in turns, in the same way:"
          + " writes, memory, lists, watchers, start and fail-over.",
      "Some twenty minutes; --quick for a sign within two."
    })
public final class StoreCommand implements Callable<Integer> {
  /** They warn of members that do not answer, which are killed on purpose. */
  private static final List<Logger> QUIET =
      Stream.of("org.apache.pekko", "io.grpc", "io.etcd", "io.vertx")
          .map(Logger::getLogger)
          .toList();

  @Option(
      names = "--clients",
      paramLabel = "N",
      split = ",",
      description = "Numbers of clients that write at the same time (default: 1,64,500).")
  private List<Integer> clients = new ArrayList<>();

  @Option(
      names = "--members",
      paramLabel = "N",
      split = ",",
      description = "Numbers of members, each a cluster of its own (default: 1,3).")
  private List<Integer> members = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each side is measured in turn (default: 3).")
  private Optional<Integer> rounds = Optional.empty();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "For how long writes are measured each time (default: 5).")
  private Optional<Integer> seconds = Optional.empty();

  @Option(
      names = "--objects",
      paramLabel = "N",
      description = "Objects to hold, list and start with; 0 for none (default: 100000).")
  private Optional<Integer> objects = Optional.empty();

  @Option(
      names = "--watchers",
      paramLabel = "N",
      description = "Watchers of one resource; 0 for none (default: 1000).")
  private Optional<Integer> watchers = Optional.empty();

  @Option(
      names = "--kills",
      paramLabel = "N",
      description =
          "How often the leader is killed, and how often it is asked to stop, on each side, with"
              + " next to nothing in the store and with all objects, if there are three members; 0"
              + " for never (default: 20).")
  private Optional<Integer> kills = Optional.empty();

  @Option(
      names = "--quick",
      description = "One round of two seconds, 10000 objects, 100 watchers, 3 kills.")
  private boolean quick;

  @Option(names = "--alone", description = "Measures Luotsi alone, even where there is an etcd.")
  private boolean alone;

  @Mixin private DirectoryOption directory = new DirectoryOption();
  @Mixin private ReportOptions output = new ReportOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.quiet();
    QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
    Optional<Path> folder = directory.directory();
    StorePlan plan = plan();
    Optional<Path> etcd = alone ? Optional.empty() : EtcdServers.find();
    String reference = reference(etcd);
    if (etcd.isEmpty()) {
      System.err.println("Luotsi alone: " + reference);
    }
    double before = Machine.load();
    Samples samples = StoreRun.run(plan, etcd, folder, System.err::println);
    StoreReport report = StoreReport.of(plan, reference, List.of(before, Machine.load()), samples);
    output.print(report, report.text());
    return 0;
  }

  private String reference(Optional<Path> etcd) {
    if (alone) {
      return "nothing (--alone)";
    }
    return etcd.map(EtcdServers::version).orElse("nothing: there is no etcd on the PATH");
  }

  private StorePlan plan() {
    StorePlan standard = quick ? StorePlan.QUICK : StorePlan.STANDARD;
    try {
      StorePlan plan =
          new StorePlan(
              clients.isEmpty() ? standard.clients() : clients,
              members.isEmpty() ? standard.members() : members,
              rounds.orElse(standard.rounds()),
              seconds.orElse(standard.seconds()),
              objects.orElse(standard.objects()),
              watchers.orElse(standard.watchers()),
              kills.orElse(standard.kills()),
              standard.objectBytes());
      if (kills.orElse(0) > 0 && plan.killedMembers() == 0) {
        throw wrong("--kills needs three members or more among --members");
      }
      return plan;
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
