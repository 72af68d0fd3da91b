package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.luotsi.core.api.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster that is run as people run it: by {@code ./luotsi}, with a data directory of its own.
 */
final class PackagedCluster implements AutoCloseable {
  static final Path LUOTSI = Path.of("..", "luotsi").toAbsolutePath().normalize();

  private static final Duration COMMAND_WITHIN = Duration.ofSeconds(180);

  /** What a command left behind. */
  record Result(int exitCode, String output, String error) {
    List<String> errorLines() {
      return error.lines().toList();
    }
  }

  private final Path data;

  PackagedCluster(Path data) {
    this.data = data;
  }

  Path data() {
    return data;
  }

  /** Runs a command on this cluster and waits for its end. */
  Result run(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--data");
    all.add(data.toString());
    return command(all.toArray(String[]::new));
  }

  /** Runs a command that is expected to succeed. */
  Result must(String... arguments) throws Exception {
    Result result = run(arguments);
    assertThat(result.exitCode()).as("%s: %s", List.of(arguments), result).isZero();
    return result;
  }

  static Result command(String... arguments) throws Exception {
    Process process = start(arguments);
    process.getOutputStream().close();
    Drain output = new Drain(process.getInputStream());
    Drain error = new Drain(process.getErrorStream());
    assertThat(process.waitFor(COMMAND_WITHIN.toSeconds(), TimeUnit.SECONDS))
        .as("%s ends", List.of(arguments))
        .isTrue();
    return new Result(process.exitValue(), output.text(), error.text());
  }

  /** Starts a command and leaves it running. */
  static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(LUOTSI.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  JsonNode status() throws Exception {
    return Json.mapper().readTree(must("status", "-o", "json").output());
  }

  ProcessHandle member() throws Exception {
    long pid = status().at("/members/0/pid").asLong();
    return ProcessHandle.of(pid).orElseThrow();
  }

  /** A new client with the administrator's kubeconfig. */
  KubernetesClient client() throws IOException {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(data.resolve("kubeconfig").toFile()))
        .build();
  }

  /** Processes of this host whose command line names the data directory, pods' shims and all. */
  List<String> processes() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      for (Path entry : entries.filter(PackagedCluster::isProcess).toList()) {
        if (commandLine(entry).contains(data.toString())) {
          found.add(entry.getFileName() + " " + commandLine(entry));
        }
      }
    }
    return found;
  }

  /** Mounts below the data directory. */
  List<String> mounts() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
        .filter(mount -> mount.contains(data.toString()))
        .toList();
  }

  /** Sockets that are listened to inside the cluster's own ranges of pod and service addresses. */
  List<String> sockets() throws IOException {
    int block = 16 + 2 * identity().path("slot").asInt();
    return Files.readAllLines(Path.of("/proc/net/tcp")).stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields.length > 3 && fields[3].equals("0A"))
        .map(fields -> fields[1])
        .filter(
            address ->
                address.substring(4, 8).equals("%02X7F".formatted(block))
                    || address.substring(4, 8).equals("%02X7F".formatted(block + 1)))
        .toList();
  }

  /** What members show each other, and whose signature is on it. */
  Set<Path> membersCertificates() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("pki"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("member"))
          .collect(Collectors.toSet());
    }
  }

  JsonNode identity() throws IOException {
    return Json.mapper().readTree(Files.readAllBytes(data.resolve("cluster.json")));
  }

  /** The pid of the web server with that argument. */
  static long pidOf(String argument) throws IOException {
    return findPid("jwebserver", argument).orElseThrow();
  }

  /** The process that was started with such a command line; empty if there is none. */
  static Optional<Long> findPid(String program, String argument) throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .filter(PackagedCluster::isProcess)
          .filter(entry -> List.of(commandLine(entry).split(" ")).contains(argument))
          .filter(entry -> commandLine(entry).startsWith(program))
          .map(entry -> Long.valueOf(entry.getFileName().toString()))
          .findFirst();
    }
  }

  private static boolean isProcess(Path entry) {
    return Character.isDigit(entry.getFileName().toString().charAt(0));
  }

  private static String commandLine(Path process) {
    try {
      return new String(Files.readAllBytes(process.resolve("cmdline"))).replace('\0', ' ').strip();
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  void assertNothingLeft() throws IOException {
    assertThat(processes()).as("processes").isEmpty();
    assertThat(mounts()).as("mounts").isEmpty();
    assertThat(sockets()).as("sockets").isEmpty();
  }

  @Override
  public void close() {
    if (Files.exists(data.resolve("cluster.json"))) {
      try {
        run("down");
      } catch (Exception e) {
        throw new AssertionError("the cluster in " + data + " could not be ended", e);
      }
    }
  }
}
