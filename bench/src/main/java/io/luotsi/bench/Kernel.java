package io.luotsi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What Linux says of a process. Throws IOException if there is no such process. */
public final class Kernel {
  private static final int KIB_PER_MIB = 1_024;

  /** Positions in {@code /proc/PID/stat}, counted after the command's name. */
  private static final int USER_TIME = 11;

  private static final int SYSTEM_TIME = 12;

  /** A tick of the kernel's clock as programs see it; the same on every Linux we know. */
  private static final int TICK_MILLIS = 10;

  /**
   * @param residentMiB in all
   * @param mappedMiB of the resident memory, what comes from files
   */
  public record Memory(long residentMiB, long mappedMiB) {}

  private Kernel() {}

  /** Processor time of all its threads, in user and system mode, in steps of 10 ms. */
  public static long processorMillis(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) * TICK_MILLIS;
  }

  /**
   * Forgets the highest resident memory so far: {@link #peakMiB} counts from now on.
   *
   * @see "Linux, proc_pid_clear_refs(5)"
   */
  public static void forgetPeak(long pid) throws IOException {
    Files.writeString(Path.of("/proc", Long.toString(pid), "clear_refs"), "5");
  }

  /** The highest resident memory since {@link #forgetPeak}, or since the process began. */
  public static long peakMiB(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]) / KIB_PER_MIB)
        .findFirst()
        .orElseThrow(() -> new IOException("process " + pid + " has no VmHWM"));
  }

  /** Resident memory, now. */
  public static Memory memory(long pid) throws IOException {
    return memory(Files.readString(Path.of("/proc", Long.toString(pid), "smaps_rollup")));
  }

  /** From the text of {@code smaps_rollup}. */
  static Memory memory(String rollup) {
    Map<String, Long> kib = new HashMap<>();
    rollup
        .lines()
        .map(line -> line.split("\\s+"))
        .filter(words -> words.length == 3 && words[2].equals("kB"))
        .forEach(words -> kib.put(words[0], Long.parseLong(words[1])));
    long resident = kib.getOrDefault("Rss:", 0L);
    return new Memory(
        resident / KIB_PER_MIB, (resident - kib.getOrDefault("Anonymous:", 0L)) / KIB_PER_MIB);
  }
}
