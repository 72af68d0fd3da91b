package io.luotsi.node.runtime.process;

import io.luotsi.node.runtime.ContainerRuntime.Image;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The one image that every host has: its own file system. */
public final class HostImage {
  public static final String NAME = "luotsi.io/host";

  private static final Pattern REFERENCE =
      Pattern.compile(Pattern.quote(NAME) + "(:[\\w][\\w.-]{0,127})?");

  private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private HostImage() {}

  static Image find(String reference) {
    if (REFERENCE.matcher(reference).matches()) {
      return new Image.Present(NAME);
    }
    return new Image.Absent(
        "the process runtime of this node runs the host's own file system, image \""
            + NAME
            + "\", and cannot pull \""
            + reference
            + "\": use image \""
            + NAME
            + "\" with a command of the host; real images need containerd, which Luotsi cannot use"
            + " yet");
  }

  /**
   * What a container finds in its environment besides what its pod says: the path and language of
   * this JVM, the JDK's own tools last in the path.
   */
  public static Map<String, String> environment(Map<String, String> host, Path javaHome) {
    Map<String, String> environment = new LinkedHashMap<>();
    String path =
        host.getOrDefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("PATH", path + ":" + javaHome.resolve("bin"));
    for (String name : List.of("HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR")) {
      if (host.containsKey(name)) {
        environment.put(name, host.get(name));
      }
    }
    return environment;
  }

  /**
   * Finds a program as execvp would.
   *
   * @throws ContainerRuntimeException in the words of runc, if there is none
   */
  static String executable(String program, Map<String, String> environment, Path workingDirectory)
      throws ContainerRuntimeException {
    if (program.contains("/")) {
      Path path = workingDirectory.resolve(program);
      if (!Files.exists(path)) {
        throw cannotRun(program, "no such file or directory");
      }
      if (Files.isDirectory(path) || !Files.isExecutable(path)) {
        throw cannotRun(program, "permission denied");
      }
      return path.toString();
    }
    Optional<Path> found = Optional.empty();
    for (String directory : environment.getOrDefault("PATH", "").split(":")) {
      Path candidate = workingDirectory.resolve(directory).resolve(program);
      if (found.isEmpty() && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        found = Optional.of(candidate);
      }
    }
    return found
        .orElseThrow(() -> cannotRun(program, "executable file not found in $PATH"))
        .toString();
  }

  /**
   * What has to stand before a command whose environment has names that a shell does not pass on
   * (Kubernetes allows dots and dashes, POSIX shells drop them): {@code env} and those variables.
   */
  static List<String> oddVariables(
      Map<String, String> variables, Map<String, String> environment, Path workingDirectory)
      throws ContainerRuntimeException {
    List<String> odd = new ArrayList<>();
    variables.forEach(
        (name, value) -> {
          if (!SHELL_NAME.matcher(name).matches()) {
            odd.add(name + "=" + value);
          }
        });
    if (!odd.isEmpty()) {
      odd.addFirst(executable("env", environment, workingDirectory));
    }
    return odd;
  }

  private static ContainerRuntimeException cannotRun(String program, String why) {
    return new ContainerRuntimeException("RunContainerError", "exec: \"" + program + "\": " + why);
  }
}
