package io.luotsi.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --directory}, for benchmarks whose servers write much. */
public final class DirectoryOption {
  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where servers keep their data meanwhile (default: the temporary folder).")
  private Optional<Path> directory = Optional.empty();

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec command;

  /**
   * @return empty if none was named
   * @throws ParameterException if it is not a folder
   */
  public Optional<Path> directory() {
    if (directory.isPresent() && !Files.isDirectory(directory.get())) {
      throw new ParameterException(
          command.commandLine(), "--directory " + directory.get() + " is not a folder");
    }
    return directory;
  }
}
