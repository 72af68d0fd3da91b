package io.luotsi.app.command;

import io.luotsi.app.directory.DataDirectory;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --data}, which says in every command which cluster is meant. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The cluster's data directory (default: .luotsi in the home directory).")
  private Path path = home().resolve(".luotsi");

  DataDirectory directory() {
    return DataDirectory.at(path);
  }

  /** As the shell sees it; the JVM's own idea of it is the user database's. */
  private static Path home() {
    return Path.of(
        Optional.ofNullable(System.getenv("HOME")).orElse(System.getProperty("user.home")));
  }
}
