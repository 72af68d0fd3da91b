package io.luotsi.app.command;

import io.luotsi.app.Main;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Seat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How this JVM was started, so that another can be started just so. */
final class Invocation {
  private static final Pattern MAX_HEAP = Pattern.compile("-Xmx(\\d+)m");
  private static final int LEAST_HEAP_MIB = 128;

  private Invocation() {}

  /** Folder of {@code luotsi}, {@code cluster.conf} and {@code examples}. */
  static Path home() {
    return Path.of(System.getProperty("luotsi.home", "."));
  }

  static Path settings() {
    return home().resolve("cluster.conf");
  }

  /** The java command with all its options and our main class, then our own arguments. */
  static List<String> commandLine() {
    try {
      String text =
          new String(Files.readAllBytes(Path.of("/proc/self/cmdline")), StandardCharsets.UTF_8);
      return List.of(text.split("\0"));
    } catch (IOException e) {
      throw new PlainFailure("cannot read /proc/self/cmdline: " + e.getMessage(), e);
    }
  }

  /** A JVM like this one that runs a member, in a session of its own. */
  static List<String> member(DataDirectory directory, ClusterIdentity identity, Seat seat) {
    List<String> own = commandLine();
    List<String> child = new ArrayList<>();
    for (Path setsid : List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"))) {
      if (Files.isExecutable(setsid) && child.isEmpty()) {
        child.add(setsid.toString());
      }
    }
    for (String option : own.subList(0, own.indexOf(Main.class.getName()) + 1)) {
      child.add(share(option, identity.seats().size()));
    }
    child.addAll(
        List.of(RunMemberCommand.NAME, seat.name(), "--data", directory.root().toString()));
    return child;
  }

  /** The launcher's limit on the heap is for all JVMs of the cluster together. */
  private static String share(String option, int members) {
    Matcher heap = MAX_HEAP.matcher(option);
    return heap.matches()
        ? "-Xmx" + Math.max(LEAST_HEAP_MIB, Integer.parseInt(heap.group(1)) / members) + "m"
        : option;
  }
}
