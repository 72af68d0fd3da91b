package io.luotsi.bench.api;

import io.luotsi.app.Logging;
import io.luotsi.bench.DirectoryOption;
import io.luotsi.bench.Machine;
import io.luotsi.bench.ReportOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code luotsi bench api}. */
@Command(
    name = "api",
    description = {
      "Measures the HTTP API from another JVM over TLS: creates, gets, lists, watches, memory and"
          + " processor time; beside a handler that does nothing and, with --against, another"
          + " API server.",
      "Some three minutes; --quick for a sign within one."
    })
public final class ApiCommand implements Callable<Integer> {
  private static final List<Logger> QUIET =
      List.of(Logger.getLogger("io.vertx"), Logger.getLogger("io.netty"));

  @Option(
      names = "--clients",
      paramLabel = "N",
      split = ",",
      description = "Numbers of clients that ask at the same time (default: 1,32,128).")
  private List<Integer> clients = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each side is measured in turn (default: 1).")
  private Optional<Integer> rounds = Optional.empty();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "For how long each question is asked (default: 5).")
  private Optional<Integer> seconds = Optional.empty();

  @Option(
      names = "--cold",
      paramLabel = "N",
      description = "Seconds that are the beginning of a server's life; 0 for none (default: 7).")
  private Optional<Integer> cold = Optional.empty();

  @Option(
      names = "--pods",
      paramLabel = "N",
      description = "Pods to create, hold and list; 0 for none (default: 20000).")
  private Optional<Integer> pods = Optional.empty();

  @Option(
      names = "--lists",
      paramLabel = "N",
      description = "Lists of all pods that are read at once (default: 16).")
  private Optional<Integer> lists = Optional.empty();

  @Option(
      names = "--watchers",
      paramLabel = "N",
      split = ",",
      description = "Numbers of watchers of one namespace (default: 1,50,1000).")
  private List<Integer> watchers = new ArrayList<>();

  @Option(names = "--no-watchers", description = "Measures no watches.")
  private boolean noWatchers;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Events that each watcher waits for, ten a second (default: 50).")
  private Optional<Integer> events = Optional.empty();

  @Option(
      names = "--quick",
      description = "Two seconds each, 1 and 128 clients, 2000 pods, 4 lists, 1 and 50 watchers.")
  private boolean quick;

  @Option(
      names = "--against",
      paramLabel = "KUBECONFIG",
      description =
          "Measures this API server as well, in the same way: its certificates and key must stand"
              + " in the file, for a user who may do everything.")
  private Optional<Path> against = Optional.empty();

  @Option(
      names = "--against-pid",
      paramLabel = "PID",
      description = "Its process, for memory and processor time.")
  private Optional<Long> againstPid = Optional.empty();

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
    ApiPlan plan = plan();
    Optional<ApiRun.Reference> reference = reference();
    String compared =
        against.map(Path::toString).orElse("nothing: no other API server was named with --against");
    if (reference.isEmpty()) {
      System.err.println("Luotsi alone: " + compared);
    }
    double before = Machine.load();
    ApiFigures figures = ApiRun.run(plan, reference, folder, System.err::println);
    ApiReport report = ApiReport.of(plan, compared, List.of(before, Machine.load()), figures);
    output.print(report, report.text());
    return 0;
  }

  private Optional<ApiRun.Reference> reference() {
    if (againstPid.isPresent() && against.isEmpty()) {
      throw wrong("--against-pid needs --against");
    }
    if (against.isPresent() && !Files.isReadable(against.get())) {
      throw wrong("--against " + against.get() + " cannot be read");
    }
    OptionalLong pid = againstPid.map(OptionalLong::of).orElse(OptionalLong.empty());
    return against.map(kubeconfig -> new ApiRun.Reference(kubeconfig, pid));
  }

  private ApiPlan plan() {
    ApiPlan standard = quick ? ApiPlan.QUICK : ApiPlan.STANDARD;
    if (noWatchers && !watchers.isEmpty()) {
      throw wrong("--no-watchers and --watchers exclude each other");
    }
    List<Integer> watching = watchers.isEmpty() ? standard.watchers() : watchers;
    try {
      return new ApiPlan(
          clients.isEmpty() ? standard.clients() : clients,
          rounds.orElse(standard.rounds()),
          seconds.map(value -> value * ApiPlan.MILLIS).orElse(standard.millis()),
          cold.orElse(standard.coldSeconds()),
          pods.orElse(standard.pods()),
          lists.orElse(standard.lists()),
          noWatchers ? List.of() : watching,
          events.orElse(standard.events()));
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
