package io.luotsi.node.runtime.process;

import io.luotsi.node.runtime.ContainerRuntime.ContainerSpec;
import io.luotsi.node.runtime.ContainerRuntime.Limits;
import io.luotsi.node.runtime.ContainerRuntime.SandboxSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A JVM of its own to be killed: starts one container for each shell command, says {@code started}
 * and stays.
 */
final class RuntimeHost {
  private RuntimeHost() {}

  static ProcessRuntime.Settings settings(Path state) {
    return new ProcessRuntime.Settings(
        state,
        "cluster-1",
        "node-1",
        "127.77.0.0/24",
        "127.0.0.1",
        Map.of("PATH", System.getenv("PATH")),
        true);
  }

  static ContainerSpec shell(String pod, String name, String script) {
    return new ContainerSpec(
        pod, name, 0, HostImage.NAME, List.of("sh", "-c", script), Map.of(), "", Limits.NONE);
  }

  public static void main(String[] arguments) throws Exception {
    ProcessRuntime runtime = ProcessRuntime.open(settings(Path.of(arguments[0])));
    runtime.createSandbox(new SandboxSpec("pod", "default", "pod", false));
    for (int i = 1; i < arguments.length; i++) {
      runtime.start(shell("pod", "c" + i, arguments[i]));
    }
    System.out.println("started");
    System.in.read();
  }
}
