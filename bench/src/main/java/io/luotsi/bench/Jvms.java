package io.luotsi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.Tls;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.MemberReport;
import io.luotsi.core.api.Json;
import io.luotsi.history.client.Endpoint;
import io.luotsi.history.client.Endpoint.Answer;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * A cluster of three JVMs in a temporary directory, started and ended by {@code ./luotsi} as people
 * do it, and what happens to its members.
 */
final class Jvms implements AutoCloseable {
  static final String SHARED = "shared";

  private static final int COUNT = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final Duration LOOK_PATIENCE = Duration.ofSeconds(1);
  private static final Duration COMMAND_WITHIN = Duration.ofMinutes(3);
  private static final long MOST_LAG = 100;

  private final Path luotsi;
  private final Path folder;
  private final Map<String, Endpoint> members = new LinkedHashMap<>();
  private final Map<String, Endpoint> pages = new LinkedHashMap<>();
  private Optional<Endpoint> shared = Optional.empty();

  private Jvms(Path luotsi, Path folder) {
    this.luotsi = luotsi;
    this.folder = folder;
  }

  /**
   * @throws PlainFailure if they do not start
   */
  static Jvms start() throws IOException {
    Path home = Path.of(System.getProperty("luotsi.home", "")).toAbsolutePath();
    Jvms jvms = new Jvms(home.resolve("luotsi"), Files.createTempDirectory("luotsi-bench"));
    try {
      jvms.command("up", "-d", "--jvms", Integer.toString(COUNT), "--port", "0");
      jvms.connect();
    } catch (PlainFailure e) {
      jvms.close();
      throw e;
    }
    return jvms;
  }

  private DataDirectory directory() {
    return DataDirectory.at(folder.resolve("data"));
  }

  private void connect() {
    ClusterIdentity identity = directory().identity().orElseThrow();
    SSLContext tls = Tls.admin(directory().pki());
    for (Seat seat : identity.controlPlane()) {
      URI address = URI.create("https://" + seat.address());
      members.put(seat.name(), new Endpoint(seat.name(), address, tls, PATIENCE));
      pages.put(seat.name(), new Endpoint(seat.name(), address, tls, LOOK_PATIENCE));
    }
    URI address = URI.create("https://127.0.0.1:" + identity.port());
    shared = Optional.of(new Endpoint(SHARED, address, tls, PATIENCE));
  }

  List<String> names() {
    return List.copyOf(members.keySet());
  }

  /** A member's own port. */
  Endpoint at(String name) {
    return members.get(name);
  }

  /** The port where all listen. */
  Endpoint shared() {
    return shared.orElseThrow();
  }

  /** What a member says of itself; empty if it does not answer at once. */
  Optional<MemberReport> report(String name) {
    return pages.get(name).get(MemberReport.PATH) instanceof Answer.Success success
        ? Optional.of(MemberReport.parse(success.text().getBytes(StandardCharsets.UTF_8)))
        : Optional.empty();
  }

  /** Items of a list as a member has it, at whatever version; empty if it does not answer. */
  Optional<JsonNode> list(String member, String path) {
    return pages.get(member).get(path + "?resourceVersion=0") instanceof Answer.Success success
        ? Optional.of(success.body().path("items"))
        : Optional.empty();
  }

  /**
   * Who leads, if all are in one cluster, have all that is committed, and their nodes are Ready.
   */
  Optional<MemberReport> leaderOfWhole() {
    List<MemberReport> reports = new ArrayList<>();
    names().forEach(name -> report(name).ifPresent(reports::add));
    boolean together =
        reports.size() == names().size()
            && reports.stream().allMatch(MemberReport::up)
            && reports.stream().mapToLong(MemberReport::incarnation).distinct().count() == 1;
    return reports.stream()
        .filter(report -> together && isLeader(report))
        .filter(report -> report.groups().getFirst().peers().size() == names().size() - 1)
        .filter(
            report -> report.groups().getFirst().peers().stream().allMatch(p -> p.lag() < MOST_LAG))
        .filter(report -> Sight.of(this, report.name()).readyNodes().containsAll(names()))
        .findFirst();
  }

  static boolean isLeader(MemberReport report) {
    return report.groups().getFirst().role().equals("leader");
  }

  /** Applies what {@code kubectl create} would. */
  void create(String path, JsonNode object) {
    Answer answer = shared().send("POST", path, object).join();
    if (!(answer instanceof Answer.Success)) {
      throw new PlainFailure("cannot create " + path + ": " + answer);
    }
  }

  private ProcessHandle process(String name) {
    long pid = report(name).orElseThrow(() -> new PlainFailure(name + " does not answer")).pid();
    return ProcessHandle.of(pid).orElseThrow();
  }

  /**
   * SIGKILL.
   *
   * @return when it was sent
   */
  long kill(String name) throws Exception {
    ProcessHandle process = process(name);
    process.destroyForcibly();
    long now = System.nanoTime();
    process.onExit().get(10, TimeUnit.SECONDS);
    return now;
  }

  void start(String name) throws IOException {
    command("start", name);
  }

  /**
   * SIGSTOP.
   *
   * @return when it was sent
   */
  long pause(String name) throws IOException {
    long pid = process(name).pid();
    signal("STOP", pid);
    return System.nanoTime(); // before that, it may still acknowledge something
  }

  /** The pid to give to {@link #resume}; ask before it is paused. */
  long pid(String name) {
    return process(name).pid();
  }

  /** SIGCONT. */
  void resume(long pid) throws IOException {
    signal("CONT", pid);
  }

  private static void signal(String signal, long pid) throws IOException {
    run(List.of("kill", "-" + signal, Long.toString(pid)), new File("/dev/null"));
  }

  private void command(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(luotsi.toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--data", directory().root().toString()));
    run(command, folder.resolve("commands.log").toFile());
  }

  private static void run(List<String> command, File output) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
            .start();
    try {
      if (!process.waitFor(COMMAND_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new PlainFailure(String.join(" ", command) + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlainFailure("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new PlainFailure(
          "%s failed: %s".formatted(String.join(" ", command), lastLine(output.toPath())));
    }
  }

  private static String lastLine(Path file) throws IOException {
    return Files.isRegularFile(file)
        ? Files.readAllLines(file).stream().reduce("", (before, line) -> line)
        : "";
  }

  /** Ends the cluster and removes its directory. */
  @Override
  public void close() throws IOException {
    members.values().forEach(Endpoint::close);
    pages.values().forEach(Endpoint::close);
    shared.ifPresent(Endpoint::close);
    if (directory().identity().isPresent()) {
      command("down");
      directory().clear();
    }
    try (var left = Files.walk(folder)) {
      for (Path path : left.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** JSON from text of ours. */
  static JsonNode json(String text) {
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8));
  }
}
