package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.demo.Demo;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.directory.Reasons;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.Preparation;
import io.luotsi.app.settings.ClusterSettings;
import io.luotsi.app.settings.SettingsReader;
import io.luotsi.core.controller.ControllerSelection;
import io.luotsi.http.auth.StaticTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
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
      "If it runs already, starts the members that do not, and shows its state."
    })
final class UpCommand implements Callable<Integer> {
  private static final int MAX_HOLLOW = 100_000;
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);

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
      names = "--jvms",
      paramLabel = "N",
      description =
          "Founds a cluster of N JVMs, control plane and node each: 1, 3 or 5 (default: 1).")
  private Optional<Integer> jvms = Optional.empty();

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Founds it with N further JVMs that are nodes only (default: 0).")
  private Optional<Integer> workers = Optional.empty();

  @Option(
      names = "--hollow",
      paramLabel = "N",
      description = "Adds N simulated nodes (default: as many as the last time).")
  private Optional<Integer> hollow = Optional.empty();

  @Option(
      names = "--nodes",
      paramLabel = "0",
      description =
          "Founds it without nodes: the API and all controllers, and nothing that runs pods.")
  private Optional<Integer> nodes = Optional.empty();

  @Option(
      names = "--controllers",
      paramLabel = "NAME,...",
      split = ",",
      description =
          "Controllers to run, as kube-controller-manager's flag: * for all, -NAME for all but one;"
              + " scheduler is one, too (default: as cluster.conf has it).")
  private List<String> controllers = List.of();

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

  @Option(
      names = "--token-auth-file",
      paramLabel = "FILE",
      description =
          "Lets in who shows one of these static tokens (CSV: token,user,uid,\"groups\"); they are"
              + " kept in the data directory until another file is given.")
  private Optional<Path> tokenAuthFile = Optional.empty();

  @Option(
      names = "--audit-policy-file",
      paramLabel = "FILE",
      description =
          "Writes an audit log, as this Policy of audit.k8s.io/v1 says (default: as cluster.conf"
              + " has it).")
  private Optional<Path> auditPolicyFile = Optional.empty();

  @Option(
      names = "--audit-log-path",
      paramLabel = "FILE",
      description =
          "Where it is written; of several control-plane JVMs each has a file of its own, with its"
              + " name in it (default: members/NAME/log/audit.log in the data directory).")
  private Optional<Path> auditLogPath = Optional.empty();

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    check();
    Optional<String> tokens = tokenAuthFile.map(this::tokens);
    DataDirectory directory = data.directory();
    Optional<MemberRecord> running = ClusterState.firstRunning(directory);
    if (running.isPresent()) {
      return join(directory, running.get());
    }
    // Most likely this process will be a member.
    Optional<Preparation> early =
        detach || jvms.isPresent() ? Optional.empty() : Optional.of(Preparation.begin());
    ClusterSettings settings = SettingsReader.read(Invocation.settings());
    check(settings.audit().with(auditPolicyFile, auditLogPath));
    Founder.Founded founded = Founder.found(directory, settings, wishes(tokens));
    ClusterIdentity identity = founded.identity();
    Runnable guest = () -> tour(directory, identity);
    if (detach) {
      return startDetached(directory, identity);
    }
    if (identity.seats().size() == 1) {
      Seat alone = identity.seats().getFirst();
      new MemberRun(directory, settings, identity, alone, founded.certificates().get(alone.name()))
          .run(
              early.orElseGet(Preparation::begin),
              new Terminal(directory, settings, identity, guest),
              READY_WITHIN);
    } else {
      early.ifPresent(Preparation::cancel);
      new ClusterFront(directory, settings, identity).run(guest);
    }
    return 0;
  }

  private int startDetached(DataDirectory directory, ClusterIdentity identity) {
    Launch.start(directory, identity, identity.seats(), new CompletableFuture<>());
    System.out.println(Announcement.listening(identity));
    Announcement.print(directory, identity);
    tour(directory, identity);
    return 0;
  }

  /** It runs already, or some of it does: what is missing starts, too. */
  private int join(DataDirectory directory, MemberRecord running) {
    if (fresh) {
      throw new PlainFailure(
          "the cluster in %s runs (pid %d); end it first with: luotsi down"
              .formatted(directory.root(), running.pid()));
    }
    if (!controllers.isEmpty()) {
      throw new PlainFailure(
          "the cluster in %s runs, and chooses its controllers when it starts; end it first with: luotsi down"
              .formatted(directory.root()));
    }
    if (tokenAuthFile.isPresent()) {
      throw new PlainFailure(
          "the cluster in %s runs, and reads its tokens when it starts; end it first with: luotsi down"
              .formatted(directory.root()));
    }
    if (auditPolicyFile.isPresent() || auditLogPath.isPresent()) {
      throw new PlainFailure(
          "the cluster in %s runs, and chooses its audit log when it starts; end it first with: luotsi down"
              .formatted(directory.root()));
    }
    ClusterIdentity identity = directory.founded();
    Founder.requireMembers(directory, identity, members());
    if (nodes.isPresent() && !identity.choices().withoutNodes()) {
      throw new PlainFailure("the cluster in %s runs, and has nodes".formatted(directory.root()));
    }
    List<Seat> missing =
        identity.seats().stream()
            .filter(seat -> directory.member(seat.name()).running().isEmpty())
            .toList();
    if (Launch.start(directory, identity, missing, new CompletableFuture<>())
        == Launch.Outcome.WITHOUT_MAJORITY) {
      System.out.println(Launch.withoutMajority(identity));
    }
    ClusterState.read(directory)
        .ifPresent(state -> System.out.print(StatusText.of(directory, state)));
    tour(directory, identity);
    return 0;
  }

  private void tour(DataDirectory directory, ClusterIdentity identity) {
    if (demo) {
      Demo.run(directory, identity.apiAddress(), Invocation.home().resolve("examples"), System.out);
    }
  }

  private Founder.Wishes wishes(Optional<String> tokens) {
    return new Founder.Wishes(
        number(port),
        bind,
        fresh,
        number(hollow),
        members(),
        demo || jvms.orElse(1) + workers.orElse(0) > 1,
        tokens,
        nodes.isPresent(),
        controllers,
        auditPolicyFile,
        auditLogPath);
  }

  private Founder.Members members() {
    return new Founder.Members(number(jvms), number(workers));
  }

  private static OptionalInt number(Optional<Integer> option) {
    return option.map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /** What is in the file, once it is sure that it can be used. */
  private String tokens(Path file) {
    try {
      String csv = Files.readString(file);
      StaticTokens.parse(csv);
      return csv;
    } catch (IOException e) {
      throw wrong("cannot read --token-auth-file " + file + ": " + Reasons.of(e));
    } catch (IllegalArgumentException e) {
      throw wrong("cannot use --token-auth-file " + file + ": " + e.getMessage());
    }
  }

  /**
   * Each member reads the policy itself; here somebody is there to be told what is wrong with it.
   */
  void check(ClusterSettings.Audit audit) {
    try {
      audit.check();
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private void check() {
    FoundingLimits.check(spec, port, jvms, workers);
    if (nodes.isPresent() && nodes.get() != 0) {
      throw wrong("--nodes takes 0 only; --jvms and --workers say how many nodes there are");
    }
    if (nodes.isPresent() && (demo || workers.orElse(0) > 0)) {
      throw wrong("--nodes 0 goes with neither --demo nor --workers, which need nodes");
    }
    ControllerSelection.complaint(controllers)
        .ifPresent(
            why -> {
              throw wrong("--controllers: " + why);
            });
    if (hollow.isPresent() && (hollow.get() < 0 || hollow.get() > MAX_HOLLOW)) {
      throw wrong("--hollow must be 0 to " + MAX_HOLLOW + ", not " + hollow.get());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
