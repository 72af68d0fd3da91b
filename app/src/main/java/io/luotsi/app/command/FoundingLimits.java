package io.luotsi.app.command;

import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What the command line may say about the cluster that it founds. */
final class FoundingLimits {
  private static final int MAX_PORT = 32_700;
  private static final int MAX_WORKERS = 50;
  private static final Set<Integer> CONTROL_PLANES = Set.of(1, 3, 5);

  private FoundingLimits() {}

  /**
   * @throws ParameterException naming the first option that is outside
   */
  static void check(
      CommandSpec command,
      Optional<Integer> port,
      Optional<Integer> jvms,
      Optional<Integer> workers) {
    if (port.isPresent() && (port.get() < 0 || port.get() > MAX_PORT)) {
      throw wrong(command, "--port must be 0 to " + MAX_PORT + ", not " + port.get());
    }
    if (jvms.isPresent() && !CONTROL_PLANES.contains(jvms.get())) {
      throw wrong(
          command,
          "--jvms must be 1, 3 or 5, not %d: a majority must be left when some are gone"
              .formatted(jvms.get()));
    }
    if (workers.isPresent() && (workers.get() < 0 || workers.get() > MAX_WORKERS)) {
      throw wrong(command, "--workers must be 0 to " + MAX_WORKERS + ", not " + workers.get());
    }
  }

  private static ParameterException wrong(CommandSpec command, String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
