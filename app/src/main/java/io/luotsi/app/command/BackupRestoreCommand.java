package io.luotsi.app.command;

import io.luotsi.app.BadInput;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.OwnFiles;
import io.luotsi.app.directory.RangeClaims;
import io.luotsi.app.directory.Reasons;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.settings.ClusterSettings;
import io.luotsi.app.settings.SettingsReader;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.Verb;
import io.luotsi.persistence.raft.Backup;
import io.luotsi.persistence.raft.CorruptFile;
import io.luotsi.persistence.raft.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "restore",
    description = {
      "Founds a new cluster that holds what a backup holds; luotsi up starts it.",
      "Its resources go on counting 1000000 versions later, so that nobody who watched",
      "the old cluster takes the new one for it."
    })
final class BackupRestoreCommand implements Callable<Integer> {
  @Mixin private BackupReport report = new BackupReport();

  @Parameters(paramLabel = "FILE", description = "What luotsi backup save has written.")
  private Path file = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "The new cluster's data directory, which must be empty or absent.")
  private Path data = Path.of("");

  @Option(
      names = "--jvms",
      paramLabel = "N",
      description = "How many control-plane JVMs it is to have: 1, 3 or 5 (default: 1).")
  private int jvms = 1;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "How many further JVMs that are nodes only (default: 0).")
  private int workers;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the API, 0 for any free one; others follow from it.")
  private Optional<Integer> port = Optional.empty();

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    FoundingLimits.check(spec, port, Optional.of(jvms), Optional.of(workers));
    Path backup = file.toAbsolutePath().normalize();
    check(backup);
    DataDirectory directory = DataDirectory.at(data);
    if (directory.identity().isPresent()) {
      throw new BadInput(
          directory.root() + " holds a cluster already; restore into a new directory");
    }
    boolean isNew = !Files.exists(directory.root());
    try {
      ClusterSettings settings = SettingsReader.read(Invocation.settings());
      ClusterIdentity identity = Founder.found(directory, settings, wishes()).identity();
      Backup.Summary restored =
          Backup.restore(backup, members(directory, identity), settings.tuning().groups(), known());
      report.print("restored", restored, directory.root());
      return 0;
    } catch (IOException | RuntimeException e) {
      leaveNothing(directory, isNew);
      throw e instanceof IOException failure
          ? new PlainFailure("cannot restore: " + Reasons.of(failure), failure)
          : e;
    }
  }

  private static void check(Path backup) {
    try {
      Backup.check(backup);
    } catch (CorruptFile e) {
      throw new BadInput(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new BadInput("cannot read " + backup + ": " + Reasons.of(e), e);
    }
  }

  private Founder.Wishes wishes() {
    return new Founder.Wishes(
        port.map(OptionalInt::of).orElse(OptionalInt.empty()),
        Optional.empty(),
        false,
        OptionalInt.empty(),
        new Founder.Members(OptionalInt.of(jvms), OptionalInt.of(workers)),
        jvms + workers > 1,
        Optional.empty(),
        false,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static Map<Path, Peer> members(DataDirectory directory, ClusterIdentity identity) {
    Map<Path, Peer> members = new LinkedHashMap<>();
    for (Seat seat : identity.controlPlane()) {
      members.put(
          directory.member(seat.name()).raft(),
          new Peer(seat.peerId(), seat.host(), seat.raftPort()));
    }
    return members;
  }

  /** Resources that clients may have watched, whether anything of them was saved or not. */
  private static Set<GroupResource> known() {
    Catalog catalog = BuiltInCatalog.load();
    return catalog.types().stream()
        .filter(type -> type.verbs().contains(Verb.WATCH))
        .map(type -> type.stored().groupResource())
        .collect(Collectors.toSet());
  }

  private static void leaveNothing(DataDirectory directory, boolean wasAbsent) throws IOException {
    Optional<ClusterIdentity> founded = directory.identity();
    if (founded.isPresent()) {
      new RangeClaims(RangeClaims.HOST_WIDE).release(founded.get().slot(), founded.get().uid());
      directory.clear();
    }
    if (wasAbsent) {
      OwnFiles.deleteTree(directory.root());
    }
  }
}
