package io.luotsi.bench.store;

import io.luotsi.app.PlainFailure;
import io.luotsi.bench.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** The members of one side, a process each on this host, and a client of each. */
final class StoreCluster implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);
  private static final int CONNECT_MILLIS = 1_000;
  private static final String TABLE = "configmaps";

  /**
   * How a side is run.
   *
   * @param folder of what the members write
   * @param command that runs a member, in the same way at every start
   * @param port where clients reach a member
   * @param client of a member, which connects when it is first used
   * @param without beginning of the names of variables that a member must not see
   */
  record Blueprint(
      Side side,
      List<String> members,
      Path folder,
      Function<String, List<String>> command,
      ToIntFunction<String> port,
      Function<String, StoreClient> client,
      String without) {}

  private final Blueprint blueprint;
  private final Workplace workplace;
  private final Map<String, Process> processes = new LinkedHashMap<>();
  private final Map<String, StoreClient> clients = new LinkedHashMap<>();

  private StoreCluster(Blueprint blueprint, Workplace workplace) {
    this.blueprint = blueprint;
    this.workplace = workplace;
  }

  /** Starts all members and waits until they are one cluster. */
  static StoreCluster start(Blueprint blueprint, Workplace workplace) {
    StoreCluster cluster = new StoreCluster(blueprint, workplace);
    blueprint.members().forEach(cluster::start);
    cluster.awaitWhole();
    return cluster;
  }

  Side side() {
    return blueprint.side();
  }

  List<String> members() {
    return blueprint.members();
  }

  void start(String member) {
    Path log = blueprint.folder().resolve(member + ".log");
    try {
      processes.put(
          member, workplace.spawn(blueprint.command().apply(member), log, blueprint.without()));
    } catch (IOException e) {
      throw new PlainFailure("cannot run " + side().label() + ": " + e.getMessage(), e);
    }
  }

  /** SIGKILL; returns when it is gone. */
  void kill(String member) {
    workplace.kill(process(member));
  }

  /**
   * Sends SIGKILL and does not wait.
   *
   * @return when it was sent, by {@code System.nanoTime}
   */
  long strike(String member) {
    long now = System.nanoTime();
    process(member).destroyForcibly();
    return now;
  }

  /**
   * Sends SIGTERM and does not wait.
   *
   * @return when it was sent, by {@code System.nanoTime}
   */
  long askToStop(String member) {
    long now = System.nanoTime();
    process(member).destroy();
    return now;
  }

  boolean isAlive(String member) {
    return process(member).isAlive();
  }

  private Process process(String member) {
    return Optional.ofNullable(processes.get(member)).orElseThrow();
  }

  /** The client of a member, made when it is first asked for. */
  StoreClient client(String member) {
    return clients.computeIfAbsent(member, this::freshClient);
  }

  /** A client that has no connection yet. Whoever asks for it closes it. */
  StoreClient freshClient(String member) {
    return blueprint.client().apply(member);
  }

  /** Waits until every member answers for all of them, and one leads. */
  void awaitWhole() {
    for (String member : members()) {
      awaitPort(member);
      Waiting.answer(
          member + " of " + side().label() + " to answer",
          BETWEEN_QUESTIONS,
          () -> client(member).version(TABLE));
    }
    leader();
  }

  /** Waits until a member takes connections. */
  void awaitPort(String member) {
    Waiting.until(
        member + " of " + side().label() + " to listen",
        BETWEEN_LOOKS,
        () -> requireAlive(member) && accepts(blueprint.port().applyAsInt(member)));
  }

  private boolean requireAlive(String member) {
    Process process = process(member);
    if (!process.isAlive()) {
      throw new PlainFailure(
          "%s of %s ended with %d: %s"
              .formatted(member, side().label(), process.exitValue(), lastLine(member)));
    }
    return true;
  }

  private String lastLine(String member) {
    try {
      List<String> lines = Files.readAllLines(blueprint.folder().resolve(member + ".log"));
      return lines.isEmpty() ? "it said nothing" : lines.getLast();
    } catch (IOException e) {
      return "it said nothing that can be read";
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  /** The member that leads, as soon as there is one. */
  String leader() {
    return Waiting.some(
        "a leader of " + side().label(),
        BETWEEN_QUESTIONS,
        () ->
            members().stream()
                .filter(member -> process(member).isAlive() && leads(member))
                .findFirst());
  }

  private boolean leads(String member) {
    var answer = client(member).leads();
    return Waiting.succeeds(answer) && answer.join();
  }

  /** Processor time of all members that run, in milliseconds. */
  long processorMillis() {
    long sum = 0;
    for (Process process : processes.values()) {
      try {
        sum += process.isAlive() ? Kernel.processorMillis(process.pid()) : 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sum;
  }

  /** Resident memory of a member, in MiB. */
  long residentMiB(String member) {
    try {
      return Kernel.memory(process(member).pid()).residentMiB();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    clients.values().forEach(StoreClient::close);
    for (Process process : processes.values()) {
      workplace.kill(process);
    }
  }
}
