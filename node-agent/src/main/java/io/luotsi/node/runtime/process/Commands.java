package io.luotsi.node.runtime.process;

import io.luotsi.node.runtime.ContainerRuntime.ExecResult;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Commands beside a container's own program: exec probes and hooks. */
final class Commands {
  private static final int OUTPUT_BYTES = 10 << 10;

  /** How long output is waited for after the end: a child that lives on may hold the pipe. */
  private static final Duration LAST_OUTPUT = Duration.ofMillis(200);

  Commands() {}

  /**
   * @param mounts that the command is to see
   */
  ExecResult run(
      ContainerDirectory.Record container,
      List<String> command,
      Duration timeout,
      MountNamespace mounts)
      throws ContainerRuntimeException {
    try {
      Process process = mounts.run(() -> start(container, command));
      return await(process, timeout);
    } catch (IOException e) {
      throw new ContainerRuntimeException("ExecError", String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContainerRuntimeException("ExecError", "interrupted", e);
    }
  }

  private static Process start(ContainerDirectory.Record container, List<String> command)
      throws IOException, ContainerRuntimeException {
    Path work = Path.of(container.workingDirectory());
    List<String> line = new ArrayList<>(command);
    line.set(0, HostImage.executable(command.getFirst(), container.environment(), work));
    ProcessBuilder builder = new ProcessBuilder(line).directory(work.toFile());
    builder.redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    builder.environment().clear();
    builder.environment().putAll(container.environment());
    builder.environment().remove(ProcTable.MARK);
    builder.environment().put(ProcTable.EXEC_MARK, container.id());
    return builder.start();
  }

  private static ExecResult await(Process process, Duration timeout) throws InterruptedException {
    CompletableFuture<String> output = new CompletableFuture<>();
    Thread.ofVirtual().name("exec-output").start(() -> output.complete(read(process)));
    boolean ended = process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String text =
        output.completeOnTimeout("", LAST_OUTPUT.toMillis(), TimeUnit.MILLISECONDS).join();
    return new ExecResult(ended ? Optional.of(process.exitValue()) : Optional.empty(), text);
  }

  /** The first bytes; the rest is read and dropped, so that the command is not held up. */
  private static String read(Process process) {
    try (InputStream in = process.getInputStream()) {
      byte[] kept = in.readNBytes(OUTPUT_BYTES);
      in.skip(Long.MAX_VALUE);
      return new String(kept, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
