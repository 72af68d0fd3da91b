package io.luotsi.bench.api;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.bench.store.LuotsiServers;
import io.luotsi.bench.store.ThrowawayCertificate;
import io.luotsi.bench.store.Waiting;
import io.luotsi.bench.store.Workplace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Starts and ends what is measured, each in a JVM of its own with this one's options. */
final class Servers {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
  private static final int END_SECONDS = 30;

  private final Workplace workplace;
  private int started;

  Servers(Workplace workplace) {
    this.workplace = workplace;
  }

  /**
   * @param target where it answers
   */
  record Running(ApiTarget target, Process process, Workplace workplace) implements AutoCloseable {
    /** As by Ctrl-C, so that nothing of it is left. */
    @Override
    public void close() {
      target.close();
      try {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        process.waitFor(END_SECONDS, TimeUnit.SECONDS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PlainFailure("interrupted", e);
      }
      workplace.kill(process);
    }
  }

  /** A fresh cluster of one JVM without nodes, and so without a scheduler. */
  Running luotsi() throws IOException {
    Path folder = folder();
    DataDirectory directory = DataDirectory.at(folder.resolve("data"));
    List<String> command = new ArrayList<>(LuotsiServers.java());
    String home = System.getProperty("luotsi.home", "");
    command.addAll(
        List.of(
            "-Dluotsi.home=" + Path.of(home).toAbsolutePath(),
            "io.luotsi.app.Main",
            "up",
            "--data",
            directory.root().toString(),
            "--port",
            "0",
            "--nodes",
            "0",
            "--controllers",
            "*,-scheduler"));
    Process process = spawn(command, folder);
    await("a kubeconfig", process, folder, () -> Files.exists(directory.kubeconfig()));
    ApiTarget target =
        ApiTarget.of(Side.LUOTSI, directory.kubeconfig(), OptionalLong.of(process.pid()), folder);
    await(
        "the API",
        process,
        folder,
        () -> Waiting.succeeds(target.asking(Protocol.HTTP_1, "/readyz")));
    return new Running(target, process, workplace);
  }

  /** The handler that does nothing. */
  Running empty() throws IOException, GeneralSecurityException {
    Path folder = folder();
    ThrowawayCertificate certificate = ThrowawayCertificate.create(folder);
    List<String> command = new ArrayList<>(LuotsiServers.java());
    command.addAll(List.of(EmptyServer.class.getName(), folder.toString()));
    Process process = spawn(command, folder);
    Path port = folder.resolve(EmptyServer.PORT);
    await("the empty server", process, folder, () -> Files.exists(port));
    return new Running(
        empty(certificate, Integer.parseInt(Files.readString(port)), process.pid()),
        process,
        workplace);
  }

  static ApiTarget empty(ThrowawayCertificate certificate, int port, long pid) {
    return new ApiTarget(
        Side.EMPTY,
        URI.create("https://127.0.0.1:" + port),
        OptionalLong.of(pid),
        certificate.certificate(),
        certificate.certificate(),
        certificate.key());
  }

  private Path folder() throws IOException {
    return Files.createDirectory(workplace.folder().resolve("server-" + ++started));
  }

  private Process spawn(List<String> command, Path folder) throws IOException {
    return workplace.spawn(command, folder.resolve("output"), "LUOTSI_");
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(String what, Process process, Path folder, Condition condition) {
    Waiting.until(
        what,
        BETWEEN_LOOKS,
        () -> {
          if (!process.isAlive()) {
            throw new PlainFailure("a server ended: " + lastLine(folder.resolve("output")));
          }
          return condition.holds();
        });
  }

  private static String lastLine(Path file) {
    try {
      return Files.readAllLines(file).stream().reduce("", (before, line) -> line);
    } catch (IOException e) {
      return e.getMessage();
    }
  }
}
