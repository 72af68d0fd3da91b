package io.luotsi.node.runtime.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The host's processes, as /proc tells of them at the moment of asking. */
final class ProcTable {
  /** Set in the environment of all that a container runs, to its id; inherited by what it forks. */
  static final String MARK = "LUOTSI_CONTAINER_ID";

  private static final Path PROC = Path.of("/proc");

  /**
   * @param startTicks since boot; with the pid it names a process for the time between two boots
   */
  record Identity(long pid, long startTicks) {
    /** Reads {@code "PID START\n"}; empty unless the record is whole. */
    static Optional<Identity> parse(String record) {
      String[] words = record.strip().split(" ");
      if (!record.endsWith("\n") || words.length != 2) {
        return Optional.empty();
      }
      return Optional.of(new Identity(Long.parseLong(words[0]), Long.parseLong(words[1])));
    }
  }

  private record Entry(Identity identity, char state, long session) {}

  private ProcTable() {}

  /** Whether that very process exists and is more than a zombie. */
  static boolean runs(Identity process) {
    return read(process.pid())
        .filter(e -> e.identity().equals(process) && !isEnded(e.state()))
        .isPresent();
  }

  /**
   * What a container runs: every process that carries its mark, and every process of a session that
   * has such a member. A session with a marked member cannot be anybody else's; a session's number
   * alone could have been given out again.
   *
   * @param shim of the container, which is not listed; its session is the container's while it runs
   */
  static List<Identity> ofContainer(String containerId, Optional<Identity> shim) {
    String mark = MARK + "=" + containerId;
    List<Entry> entries = all();
    Set<Long> sessions = new HashSet<>();
    Set<Long> marked = new HashSet<>();
    shim.filter(ProcTable::runs).ifPresent(s -> sessions.add(s.pid()));
    for (Entry entry : entries) {
      if (!isEnded(entry.state()) && carries(entry.identity().pid(), mark)) {
        marked.add(entry.identity().pid());
        sessions.add(entry.session());
      }
    }
    read(ProcessHandle.current().pid()).ifPresent(self -> sessions.remove(self.session()));
    return entries.stream()
        .filter(e -> !isEnded(e.state()))
        .filter(e -> sessions.contains(e.session()) || marked.contains(e.identity().pid()))
        .map(Entry::identity)
        .filter(i -> shim.filter(i::equals).isEmpty())
        .toList();
  }

  /** Every living process of the session that a process leads or led. */
  static List<Identity> ofSession(long leader) {
    return all().stream()
        .filter(e -> !isEnded(e.state()) && e.session() == leader)
        .map(Entry::identity)
        .toList();
  }

  private static boolean isEnded(char state) {
    return state == 'Z' || state == 'X';
  }

  private static boolean carries(long pid, String mark) {
    try {
      byte[] environment = Files.readAllBytes(PROC.resolve(pid + "/environ"));
      String text = new String(environment, StandardCharsets.ISO_8859_1);
      return text.startsWith(mark + "\0") || text.contains("\0" + mark + "\0");
    } catch (IOException e) {
      return false; // gone, or somebody else's
    }
  }

  private static List<Entry> all() {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> names = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path name : names) {
        read(Long.parseLong(name.getFileName().toString())).ifPresent(entries::add);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return entries;
  }

  static Optional<Identity> identity(long pid) {
    return read(pid).map(Entry::identity);
  }

  private static Optional<Entry> read(long pid) {
    String stat;
    try {
      stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return Optional.empty();
    }
    // pid (name) state ppid pgrp session ...: the name may contain anything, parentheses too.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    Identity identity = new Identity(pid, Long.parseLong(fields[19]));
    return Optional.of(new Entry(identity, fields[0].charAt(0), Long.parseLong(fields[3])));
  }
}
