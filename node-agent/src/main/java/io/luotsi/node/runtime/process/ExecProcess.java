package io.luotsi.node.runtime.process;

import io.luotsi.core.session.SessionRequest.Exec;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command beside a container's own program, just started: leader of a session of its own, in the
 * container's directory, environment and cgroups. It carries the container's mark, so it ends with
 * the container at the latest.
 *
 * @param pid a child of this JVM, which has to reap it
 * @param stdin our end of its standard input, {@link #NONE} if it has none
 * @param stdout our end of its standard output
 * @param stderr our end of its standard error
 * @param terminal which all three are then, stdin and stdout being its master
 */
record ExecProcess(int pid, int stdin, int stdout, int stderr, Optional<PseudoTerminal> terminal) {
  static final int NONE = -1;

  private static final String SHELL = "/bin/sh";

  /** Into the cgroups first, so that nothing of the command is ever outside them. */
  private static final String SCRIPT =
      """
      work=$1 cgroups=$2
      shift 2
      for file in $cgroups; do echo 0 > "$file" || exit 126; done
      cd "$work" || exit 126
      exec "$@"
      """;

  /** What upstream's runtimes tell a command of its terminal, unless the container knows better. */
  private static final String TERM = "xterm";

  /**
   * @throws ContainerRuntimeException if there is no such program, or the host has no process or
   *     terminal to give
   */
  static ExecProcess start(ContainerDirectory.Record container, Exec exec)
      throws ContainerRuntimeException {
    List<String> command = command(container, exec.command());
    Map<String, String> environment = new LinkedHashMap<>(container.environment());
    if (exec.streams().tty()) {
      environment.putIfAbsent("TERM", TERM);
    }
    List<String> variables =
        environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    try {
      return exec.streams().tty()
          ? onTerminal(command, variables)
          : onPipes(command, variables, exec);
    } catch (IOException e) {
      throw new ContainerRuntimeException("ExecError", String.valueOf(e.getMessage()), e);
    }
  }

  private static List<String> command(ContainerDirectory.Record container, List<String> asked)
      throws ContainerRuntimeException {
    Path work = Path.of(container.workingDirectory());
    List<String> command = new ArrayList<>(List.of(SHELL, "-c", SCRIPT, SHELL, work.toString()));
    command.add(
        String.join(" ", container.cgroups().stream().map(c -> c + "/cgroup.procs").toList()));
    command.addAll(HostImage.oddVariables(container.environment(), container.environment(), work));
    command.add(HostImage.executable(asked.getFirst(), container.environment(), work));
    command.addAll(asked.subList(1, asked.size()));
    return command;
  }

  private static ExecProcess onTerminal(List<String> command, List<String> variables)
      throws IOException {
    PseudoTerminal terminal = PseudoTerminal.open();
    try {
      Descriptors.neverBlock(terminal.master());
      Given device = new Given.File(terminal.device(), Native.O_RDWR);
      int pid = Native.spawnSession(command, variables, List.of(device, device, device));
      return new ExecProcess(
          pid, terminal.master(), terminal.master(), NONE, Optional.of(terminal));
    } catch (IOException e) {
      Native.close(terminal.master());
      throw e;
    }
  }

  private static ExecProcess onPipes(List<String> command, List<String> variables, Exec exec)
      throws IOException {
    List<Integer> ours = new ArrayList<>();
    List<Integer> theirs = new ArrayList<>();
    boolean started = false;
    try {
      List<Given> given = new ArrayList<>();
      given.add(exec.streams().stdin() ? end(ours, theirs, true) : nothing(ours));
      given.add(exec.streams().stdout() ? end(ours, theirs, false) : nothing(ours));
      given.add(exec.streams().stderr() ? end(ours, theirs, false) : nothing(ours));
      int pid = Native.spawnSession(command, variables, given);
      started = true;
      return new ExecProcess(pid, ours.get(0), ours.get(1), ours.get(2), Optional.empty());
    } finally {
      theirs.forEach(Native::close);
      if (!started) {
        ours.stream().filter(d -> d != NONE).forEach(Native::close);
      }
    }
  }

  /** A pipe of which the command gets one end and we the other. */
  private static Given end(List<Integer> ours, List<Integer> theirs, boolean weWrite)
      throws IOException {
    Native.Pipe pipe = Native.pipe();
    int mine = weWrite ? pipe.out() : pipe.in();
    int its = weWrite ? pipe.in() : pipe.out();
    ours.add(mine);
    theirs.add(its);
    Descriptors.neverBlock(mine);
    return new Given.Descriptor(its);
  }

  private static Given nothing(List<Integer> ours) {
    ours.add(NONE);
    return Given.DEV_NULL;
  }
}
