package io.luotsi.node.runtime.process;

import io.luotsi.node.runtime.ContainerRuntime.ContainerSpec;
import io.luotsi.node.runtime.ContainerRuntimeException;
import io.luotsi.node.runtime.process.ProcTable.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What starts a container, and outlives the JVM with it: see {@code shim.sh}.
 *
 * @param script where that lies
 */
record Shim(Path script) {
  private static final String SHELL = "/bin/sh";

  /** Under a name of its contents: a shell reads its script as it goes, so no file may change. */
  static Shim in(Path state) throws IOException {
    byte[] script;
    try (InputStream in = Shim.class.getResourceAsStream("shim.sh")) {
      if (in == null) {
        throw new IllegalStateException("shim.sh is missing from the jar");
      }
      script = in.readAllBytes();
    }
    Path file = state.resolve("shim-" + ContainerIds.digest(script).substring(0, 12) + ".sh");
    if (!Files.exists(file)) {
      ContainerDirectory.writeWhole(file, script);
    }
    return new Shim(file);
  }

  /**
   * How it is called for a container.
   *
   * @throws ContainerRuntimeException if this host has not what the container is to run, or where
   */
  List<String> command(ContainerSpec spec, ProcessContainer container)
      throws ContainerRuntimeException {
    ContainerDirectory.Record record = container.record();
    Path work = Path.of(record.workingDirectory());
    if (!Files.isDirectory(work)) {
      throw new ContainerRuntimeException(
          "RunContainerError", "working directory " + work + " is not a directory of this host");
    }
    List<String> command = new ArrayList<>(List.of(SHELL, script.toString()));
    command.add(container.directory().path().toString());
    command.add(work.toString());
    command.add(String.join(" ", record.cgroups().stream().map(c -> c + "/cgroup.procs").toList()));
    command.addAll(HostImage.oddVariables(spec.environment(), record.environment(), work));
    command.add(HostImage.executable(spec.command().getFirst(), record.environment(), work));
    command.addAll(spec.command().subList(1, spec.command().size()));
    return command;
  }

  /**
   * Starts one in a session of its own, and waits until it has said what it is.
   *
   * @return the shim's process
   */
  Identity spawn(ProcessContainer container, List<String> command)
      throws IOException, ContainerRuntimeException {
    List<String> environment =
        container.record().environment().entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .toList();
    Native.Pipe notify = Native.pipe();
    try {
      int pid;
      try {
        pid =
            Native.spawnSession(
                command,
                environment,
                List.of(
                    Given.DEV_NULL,
                    Given.DEV_NULL,
                    new Given.File(
                        container.directory().shimErrors(), Native.O_WRONLY_CREAT_APPEND),
                    new Given.Descriptor(notify.out())));
      } finally {
        Native.close(notify.out());
      }
      boolean started = Native.read(notify.in()) > 0;
      Optional<Identity> process = container.directory().shim();
      if (!started || process.isEmpty()) {
        ProcessContainer.killAll(container.record().id(), Optional.empty());
        Native.kill(pid, Native.SIGKILL);
        Native.awaitAndReap(pid);
        throw new ContainerRuntimeException(
            "RunContainerError", "the shim failed: " + container.directory().complaints());
      }
      return process.get();
    } finally {
      Native.close(notify.in());
    }
  }
}
