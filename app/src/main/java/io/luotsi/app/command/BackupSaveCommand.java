package io.luotsi.app.command;

import io.luotsi.app.BadInput;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.connection.ApiConnection;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Reasons;
import io.luotsi.app.member.BackupPage;
import io.luotsi.persistence.raft.Backup;
import io.luotsi.persistence.raft.CorruptFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "save",
    description = {
      "Saves all objects of a running cluster into a file, while it goes on working.",
      "Each resource is saved as it is at one version. The file holds Secrets, too."
    })
final class BackupSaveCommand implements Callable<Integer> {
  @Mixin private DataOption data = new DataOption();
  @Mixin private BackupReport report = new BackupReport();

  @Parameters(paramLabel = "FILE", description = "Where to; replaced if it is there.")
  private Path file = Path.of("");

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Override
  public Integer call() {
    Path target = file.toAbsolutePath().normalize();
    requireWritable(target);
    DataDirectory directory = data.directory();
    ClusterIdentity identity = directory.founded();
    if (ClusterState.firstRunning(directory).isEmpty()) {
      throw new PlainFailure(
          "the cluster in %s is not running; start it with: luotsi up".formatted(directory.root()));
    }
    Path temporary = target.resolveSibling(target.getFileName() + ".part");
    try {
      Backup.Summary saved = save(directory, identity, temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      report.print("saved", saved, target);
      return 0;
    } catch (IOException e) {
      throw new PlainFailure("cannot save to " + target + ": " + Reasons.of(e), e);
    } finally {
      discard(temporary);
    }
  }

  /** Before anything is asked of the cluster. */
  private static void requireWritable(Path target) {
    Path folder = target.getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw new BadInput("cannot save to " + target + ": it is a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new BadInput("cannot save to " + target + ": there is no folder " + folder);
    }
    if (!Files.isWritable(folder)) {
      throw new BadInput("cannot save to " + target + ": permission denied");
    }
  }

  /** Whole and on the disk, or not at all. */
  private static Backup.Summary save(
      DataDirectory directory, ClusterIdentity identity, Path temporary) throws IOException {
    try (ApiConnection api = ApiConnection.open(directory, identity.apiAddress())) {
      api.download(BackupPage.PATH, temporary);
    }
    try (FileChannel written = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    try {
      return Backup.check(temporary);
    } catch (CorruptFile e) {
      throw new PlainFailure("the cluster ended before all was saved: " + e.getMessage(), e);
    }
  }

  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw new PlainFailure("cannot remove " + temporary + ": " + Reasons.of(e), e);
    }
  }
}
