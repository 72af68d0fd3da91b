package io.luotsi.node.agent;

import io.luotsi.node.runtime.KernelFile;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a node is short of.
 *
 * @see "Source: kubelet eviction defaults: memory.available<100Mi, nodefs.available<10%"
 */
public record NodePressure(boolean memory, boolean disk, boolean pids) {
  public static final NodePressure NONE = new NodePressure(false, false, false);

  private static final long LEAST_MEMORY_KIB = 100 << 10;
  private static final double LEAST_DISK = 0.10;
  private static final double MOST_PIDS = 0.95;

  /**
   * @param directory on the file system that pods write to
   */
  public static NodePressure ofHost(Path directory) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      FileStore disk = Files.getFileStore(directory);
      long pids =
          processes.filter(p -> Character.isDigit(p.getFileName().toString().charAt(0))).count();
      long mostPids = Long.parseLong(KernelFile.firstLine(Path.of("/proc/sys/kernel/pid_max")));
      return new NodePressure(
          MemoryFile.kib("MemAvailable") < LEAST_MEMORY_KIB,
          disk.getUsableSpace() < disk.getTotalSpace() * LEAST_DISK,
          pids > mostPids * MOST_PIDS);
    } catch (IOException e) {
      return NONE; // what cannot be seen is not reported
    }
  }
}
