package io.luotsi.bench.store;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A folder of this run's own and the processes that work in it. Closed, or when the JVM ends in any
 * orderly way (Ctrl-C, SIGTERM), it kills them and removes the folder.
 */
public final class Workplace implements AutoCloseable {
  private static final int END_SECONDS = 10;

  private final Path folder;
  private final Set<Process> processes = new HashSet<>();
  private final Thread hook = new Thread(this::clear, "clear-workplace");
  private boolean cleared;

  private Workplace(Path folder) {
    this.folder = folder;
  }

  /**
   * @param parent empty for the folder of temporary files
   * @throws PlainFailure if the folder cannot be made, or is in memory, where syncing means nothing
   */
  public static Workplace create(Optional<Path> parent) {
    Path above = parent.orElse(Path.of(System.getProperty("java.io.tmpdir"))).toAbsolutePath();
    try {
      String type = Files.getFileStore(above).type();
      if (type.equals("tmpfs") || type.equals("ramfs")) {
        throw new PlainFailure(
            above + " is in memory (" + type + "); name a folder on a disk with --directory");
      }
      Workplace workplace = new Workplace(Files.createTempDirectory(above, "luotsi-bench-store"));
      Runtime.getRuntime().addShutdownHook(workplace.hook);
      return workplace;
    } catch (IOException e) {
      throw new PlainFailure("cannot work in " + above + ": " + e, e);
    }
  }

  public Path folder() {
    return folder;
  }

  /**
   * Starts a process whose output goes to a file. Its input ends when this JVM does.
   *
   * @param without variables of the environment whose names begin so are not passed on
   */
  public synchronized Process spawn(List<String> command, Path log, String without)
      throws IOException {
    if (cleared) {
      throw new PlainFailure("this run ends");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith(without));
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  /** SIGKILL; returns when it is gone. */
  public synchronized void kill(Process process) {
    process.destroyForcibly();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new PlainFailure("process " + process.pid() + " cannot be killed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlainFailure("interrupted", e);
    }
    processes.remove(process);
  }

  private synchronized void clear() {
    if (cleared) {
      return;
    }
    cleared = true;
    processes.forEach(Process::destroyForcibly);
    Set.copyOf(processes).forEach(this::kill);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    clear();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the JVM ends, and the hook finds nothing left
    }
  }
}
