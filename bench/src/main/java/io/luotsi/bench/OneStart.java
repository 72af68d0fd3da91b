package io.luotsi.bench;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.Tls;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.history.client.Endpoint;
import io.luotsi.history.client.Endpoint.Answer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One fresh cluster of one JVM in a temporary directory, from its start to its end. */
final class OneStart {
  private static final Duration WITHIN = Duration.ofSeconds(120);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final long LOOK_NANOS = Duration.ofMillis(2).toNanos();
  private static final Pattern SERVER = Pattern.compile("server: (https://(\\S+):(\\d+))");
  private static final String CONSISTENT_LIST = "/api/v1/namespaces";

  private final long begin = System.nanoTime();
  private final Process process;
  private final DataDirectory directory;
  private final CompletableFuture<Long> ready = new CompletableFuture<>();

  private OneStart(Path home, Path data) throws IOException {
    this.directory = DataDirectory.at(data);
    this.process =
        new ProcessBuilder(
                home.resolve("luotsi").toString(), "up", "--data", data.toString(), "--port", "0")
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .start();
    Thread.ofVirtual().start(this::listen);
  }

  /**
   * @param home of a Luotsi that is built
   * @param idle how long it is left alone; zero measures no memory
   * @throws PlainFailure if it does not start
   */
  static StartFigures measure(Path home, Duration idle) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("luotsi-bench");
    try {
      OneStart start = new OneStart(home, folder.resolve("data"));
      try {
        return start.run(idle);
      } finally {
        start.end();
      }
    } finally {
      try (Stream<Path> left = Files.walk(folder)) {
        for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  /** Hears when the node is ready, and keeps the process from waiting for a reader. */
  private void listen() {
    String last = "";
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
        if (line.contains(" is ready")) {
          ready.complete(elapsed());
        }
      }
    } catch (IOException e) {
      ready.completeExceptionally(new UncheckedIOException(e));
    }
    ready.completeExceptionally(new PlainFailure("the cluster ended: " + last));
  }

  private StartFigures run(Duration idle) throws IOException, InterruptedException {
    Matcher server = awaitServer();
    String host = server.group(2);
    int port = Integer.parseInt(server.group(3));
    while (!accepts(host, port)) {
      look();
    }
    long listens = elapsed();
    try (Endpoint api =
        new Endpoint(
            "api", URI.create(server.group(1)), Tls.admin(directory.pki()), ANSWER_WITHIN)) {
      while (!(api.get(CONSISTENT_LIST) instanceof Answer.Success)) {
        look();
      }
    }
    long answers = elapsed();
    long processor = Kernel.processorMillis(process.pid());
    long nodeReady = awaitReady();
    if (idle.isZero()) {
      return new StartFigures(listens, answers, nodeReady, processor, 0, 0, 0);
    }
    Duration half = idle.dividedBy(2);
    endsWithin(half);
    long before = Kernel.processorMillis(process.pid());
    endsWithin(half);
    long used = Kernel.processorMillis(process.pid()) - before;
    Kernel.Memory memory = Kernel.memory(process.pid());
    return new StartFigures(
        listens,
        answers,
        nodeReady,
        processor,
        memory.residentMiB(),
        memory.mappedMiB(),
        used * 1_000 / half.toMillis());
  }

  private long elapsed() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  private void look() {
    if (!process.isAlive()) {
      throw new PlainFailure("the cluster ended before it answered");
    }
    if (elapsed() > WITHIN.toMillis()) {
      throw new PlainFailure("the cluster does not answer");
    }
    LockSupport.parkNanos(LOOK_NANOS);
  }

  /** Where the API will be, as soon as the cluster knows. */
  private Matcher awaitServer() throws IOException {
    Optional<Matcher> found = server();
    while (found.isEmpty()) {
      look();
      found = server();
    }
    return found.get();
  }

  private Optional<Matcher> server() throws IOException {
    if (!Files.exists(directory.kubeconfig())) {
      return Optional.empty();
    }
    return Optional.of(SERVER.matcher(Files.readString(directory.kubeconfig())))
        .filter(Matcher::find);
  }

  private static boolean accepts(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port));
      return true;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  private long awaitReady() throws InterruptedException {
    try {
      return ready.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new PlainFailure("the node does not become ready: " + e.getMessage(), e);
    }
  }

  /** Waits that long; nobody expects the process to end. */
  private void endsWithin(Duration time) throws InterruptedException {
    if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new PlainFailure("the cluster ended by itself");
    }
  }

  /** As by Ctrl-C. */
  private void end() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    if (!process.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new PlainFailure("the cluster does not end");
    }
  }
}
