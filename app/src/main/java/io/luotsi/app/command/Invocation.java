package io.luotsi.app.command;

import io.luotsi.app.Main;
import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this JVM was started, so that another can be started just so. */
final class Invocation {
  private Invocation() {}

  /** Folder of {@code luotsi}, {@code cluster.conf} and {@code examples}. */
  static Path home() {
    return Path.of(System.getProperty("luotsi.home", "."));
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

  /** The same without what only a person at a terminal wants, in a session of its own. */
  static List<String> detached(String childOption) {
    List<String> own = commandLine();
    int main = own.indexOf(Main.class.getName());
    List<String> child = new ArrayList<>();
    for (Path setsid : List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"))) {
      if (Files.isExecutable(setsid) && child.isEmpty()) {
        child.add(setsid.toString());
      }
    }
    child.addAll(own.subList(0, main + 1));
    for (String argument : own.subList(main + 1, own.size())) {
      if (!List.of("-d", "--detach", "--demo").contains(argument)) {
        child.add(argument);
      }
    }
    child.add(childOption);
    return child;
  }
}
