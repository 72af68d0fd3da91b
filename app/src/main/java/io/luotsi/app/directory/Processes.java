package io.luotsi.app.directory;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What the kernel says about processes of this host. */
public final class Processes {
  private static final int KIB_PER_MIB = 1_024;

  /** Position of {@code starttime} in {@code /proc/PID/stat}, counted after the command's name. */
  private static final int START_TIME_FIELD = 19;

  private static final String ZOMBIE = "Z";
  private static final String STOPPED = "T";

  /** The kernel's clock as programs see it. */
  private static final int TICK_MILLIS = 10;

  private Processes() {}

  /**
   * When the process started, in ticks since boot. A number that a later process of the same pid
   * does not have.
   *
   * @return empty if there is no such process, or only what is left of it for its parent to collect
   */
  public static OptionalLong startTicks(long pid) {
    return stat(pid)
        .filter(fields -> !fields[0].equals(ZOMBIE))
        .map(fields -> OptionalLong.of(Long.parseLong(fields[START_TIME_FIELD])))
        .orElseGet(OptionalLong::empty);
  }

  /** Whether the process is stopped, as by SIGSTOP. */
  public static boolean isPaused(long pid) {
    return state(pid).equals(STOPPED);
  }

  /** SIGSTOP. */
  public static void pause(long pid) {
    signal("STOP", pid);
  }

  /** SIGCONT. */
  public static void resume(long pid) {
    signal("CONT", pid);
  }

  /** By the shell's own {@code kill}, which is there where no program of that name is. */
  private static void signal(String name, long pid) {
    try {
      Process shell =
          new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid)
              .redirectErrorStream(true)
              .start();
      String complaint = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (shell.waitFor() != 0) {
        throw new PlainFailure("cannot send SIG" + name + ": " + complaint.strip());
      }
    } catch (IOException e) {
      throw new PlainFailure("cannot run /bin/sh: " + Reasons.of(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlainFailure("interrupted", e);
    }
  }

  /** One letter, empty if there is no such process. */
  private static String state(long pid) {
    return stat(pid).map(fields -> fields[0]).orElse("");
  }

  private static Optional<String[]> stat(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * How long the process has existed, to some hundredths of a second: {@code ProcessHandle} counts
   * from a boot time that is known to the second only.
   *
   * @return zero if there is no such process
   */
  public static Duration age(long pid) {
    OptionalLong ticks = startTicks(pid);
    if (ticks.isEmpty()) {
      return Duration.ZERO;
    }
    try {
      String uptime = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
      long bootMillis = new BigDecimal(uptime).movePointRight(3).longValue();
      return Duration.ofMillis(Math.max(0, bootMillis - ticks.getAsLong() * TICK_MILLIS));
    } catch (IOException e) {
      return Duration.ZERO;
    }
  }

  /** Resident memory in MiB, 0 if there is no such process. */
  public static long residentMib(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * A file that the process has open, named as {@code file} is and not the same: its own copy of
   * it. Nothing is said of a process that has neither, or of another user's.
   */
  static Optional<Path> holdsOther(long pid, Path file) {
    Optional<Path> other = Optional.empty();
    try (DirectoryStream<Path> open =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path descriptor : open) {
        Path held = heldBy(descriptor);
        if (held.endsWith(lastTwo(file))) {
          if (Files.isSameFile(descriptor, file)) {
            return Optional.empty();
          }
          other = Optional.of(held);
        }
      }
    } catch (IOException e) {
      return Optional.empty(); // another user's process, or one that ends
    }
    return other;
  }

  private static Path heldBy(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return descriptor; // closed meanwhile
    }
  }

  private static Path lastTwo(Path file) {
    return file.subpath(file.getNameCount() - 2, file.getNameCount());
  }
}
