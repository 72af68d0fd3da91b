package io.luotsi.app.directory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** What the kernel says about processes of this host. */
public final class Processes {
  private static final int KIB_PER_MIB = 1_024;

  /** Position of {@code starttime} in {@code /proc/PID/stat}, counted after the command's name. */
  private static final int START_TIME_FIELD = 19;

  private static final String ZOMBIE = "Z";

  private Processes() {}

  /**
   * When the process started, in ticks since boot. A number that a later process of the same pid
   * does not have.
   *
   * @return empty if there is no such process, or only what is left of it for its parent to collect
   */
  public static OptionalLong startTicks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return fields[0].equals(ZOMBIE)
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(fields[START_TIME_FIELD]));
    } catch (IOException e) {
      return OptionalLong.empty();
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
