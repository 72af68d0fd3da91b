package io.luotsi.node.runtime.process;

import io.luotsi.node.runtime.ContainerRuntime.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits by cgroup, version 2 or 1, where the kernel lets us: groups {@code luotsi-ID} at the top
 * of what this JVM sees. Elsewhere there are none, and the log says so once.
 */
final class Cgroups {
  private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final String PREFIX = "luotsi-";
  private static final long CPU_PERIOD_MICROS = 100_000;
  private static final int REMOVE_TRIES = 50;
  private static final List<String> CONTROLLERS = List.of("memory", "cpu", "pids");

  private final boolean unified;
  private final List<String> controllers;
  private boolean warned;

  private Cgroups(boolean unified, List<String> controllers) {
    this.unified = unified;
    this.controllers = controllers;
  }

  /** Finds out by looking which controllers can be used. */
  static Cgroups detect() {
    Path controllersFile = ROOT.resolve("cgroup.controllers");
    boolean unified = Files.exists(controllersFile);
    List<String> usable = new ArrayList<>();
    if (Native.isRoot()) {
      for (String controller : CONTROLLERS) {
        Path directory = unified ? ROOT : ROOT.resolve(controller);
        boolean there = unified ? delegated(controller) : Files.isDirectory(directory);
        if (there && Files.isWritable(directory)) {
          usable.add(controller);
        }
      }
    }
    return new Cgroups(unified, List.copyOf(usable));
  }

  /** For tests, and where limits are not wanted. */
  static Cgroups none() {
    return new Cgroups(false, List.of());
  }

  private static boolean delegated(String controller) {
    Path control = ROOT.resolve("cgroup.subtree_control");
    try {
      if (!(" " + Files.readString(control).strip() + " ").contains(" " + controller + " ")) {
        Files.writeString(control, "+" + controller);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The controllers that enforce limits here; empty if none does. */
  List<String> controllers() {
    return controllers;
  }

  /**
   * Makes the container's groups.
   *
   * @return their directories; empty if there is nothing to limit or nothing to limit it with
   */
  List<Path> create(String containerId, Limits limits) throws IOException {
    if (limits.equals(Limits.NONE)) {
      return List.of();
    }
    if (controllers.isEmpty()) {
      warnOnce();
      return List.of();
    }
    List<Path> made = new ArrayList<>();
    try {
      for (Path parent : parents(limits)) {
        Path group = parent.resolve(PREFIX + containerId);
        Files.createDirectories(group);
        made.add(group);
      }
      for (Path group : made) {
        limit(group, limits);
      }
      return made;
    } catch (IOException e) {
      remove(made);
      throw e;
    }
  }

  /**
   * Changes the limits of a container that runs.
   *
   * @param groups those that {@link #create} made for it
   * @return false if it has no group for something that is to be limited
   */
  boolean change(List<Path> groups, Limits limits) throws IOException {
    if (controllers.isEmpty()) {
      warnOnce();
      return true; // nothing was enforced before
    }
    if (groups.size() < (limits.equals(Limits.NONE) ? 0 : parents(limits).size())) {
      return false;
    }
    for (Path group : groups) {
      limit(group, limits);
    }
    return true;
  }

  private synchronized void warnOnce() {
    if (!warned) {
      warned = true;
      LOG.info("resource limits are not enforced: no cgroup may be written here (root is needed)");
    }
  }

  private List<Path> parents(Limits limits) {
    if (unified) {
      return List.of(ROOT);
    }
    List<Path> parents = new ArrayList<>();
    addParent(parents, "memory", limits.memoryBytes().isPresent());
    addParent(parents, "cpu", limits.cpuMillis().isPresent());
    addParent(parents, "pids", limits.pids().isPresent());
    return parents;
  }

  private void addParent(List<Path> parents, String controller, boolean limited) {
    if (limited && controllers.contains(controller)) {
      parents.add(ROOT.resolve(controller));
    }
  }

  private void limit(Path group, Limits limits) throws IOException {
    if (limits.memoryBytes().isPresent()) {
      String bytes = Long.toString(limits.memoryBytes().getAsLong());
      set(group.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), bytes);
    }
    if (limits.cpuMillis().isPresent()) {
      String quota = Long.toString(limits.cpuMillis().getAsLong() * CPU_PERIOD_MICROS / 1000);
      set(group.resolve("cpu.max"), quota + " " + CPU_PERIOD_MICROS);
      set(group.resolve("cpu.cfs_quota_us"), quota);
    }
    if (limits.pids().isPresent()) {
      set(group.resolve("pids.max"), Long.toString(limits.pids().getAsLong()));
    }
  }

  /** A file that is not there is of another controller or version. */
  private static void set(Path file, String value) throws IOException {
    if (Files.exists(file)) {
      Files.writeString(file, value);
    }
  }

  /** Whether the kernel killed something in there for want of memory. */
  static boolean wasOutOfMemory(List<Path> groups) {
    for (Path group : groups) {
      for (String name : List.of("memory.events", "memory.oom_control")) {
        Optional<String> events = read(group.resolve(name));
        if (events.isPresent()
            && events.get().lines().anyMatch(l -> l.matches("oom_kill [1-9][0-9]*"))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Kills all that is in the groups and removes them. */
  static void remove(List<Path> groups) {
    for (Path group : groups) {
      for (int i = 0; i < REMOVE_TRIES && Files.exists(group); i++) {
        read(group.resolve("cgroup.procs"))
            .ifPresent(
                pids -> pids.lines().forEach(p -> Native.kill(Long.parseLong(p), Native.SIGKILL)));
        try {
          Files.deleteIfExists(group);
        } catch (IOException e) {
          // busy until the last process is gone from it, which takes the kernel a moment
          java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
      }
      if (Files.exists(group)) {
        LOG.warn("cannot remove cgroup {}", group);
      }
    }
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
