package io.luotsi.app.member;

import io.luotsi.app.directory.Seat;
import io.luotsi.app.membership.Survey;
import io.luotsi.persistence.raft.ClusterState;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** Asks the other control-plane members for their {@link MemberReport}s, over HTTPS as a node. */
final class PeerPages implements Survey, AutoCloseable {
  /** A member that is paused or cut off is not waited for any longer. */
  private static final Duration ANSWER_WITHIN = Duration.ofMillis(600);

  /** For a port of a host that is there. */
  private static final Duration REFUSED_WITHIN = Duration.ofMillis(200);

  private static final int OK = 200;

  /** What is heard of one of them. */
  sealed interface Word {
    record Said(MemberReport report) implements Word {}

    /** Nobody listens at its port, which is the first thing a member sees to. */
    record NotRunning() implements Word {}

    record Silent() implements Word {}
  }

  private final Supplier<List<Seat>> peers;
  private final Supplier<SSLContext> tls;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private Optional<HttpClient> client = Optional.empty();

  /**
   * @param peers asked for with each round
   * @param tls asked for when somebody is first asked for anything
   */
  PeerPages(Supplier<List<Seat>> peers, Supplier<SSLContext> tls) {
    this.peers = peers;
    this.tls = tls;
  }

  @Override
  public CompletionStage<Round> ask() {
    return words().thenApply(words -> round(words.values()));
  }

  /**
   * Asks all of them once.
   *
   * @return by the members' names; completes within a second at most, and never exceptionally
   */
  CompletionStage<Map<String, Word>> words() {
    Map<String, CompletableFuture<Word>> words = new TreeMap<>();
    peers.get().forEach(seat -> words.put(seat.name(), ask(seat)));
    return CompletableFuture.allOf(words.values().toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done ->
                words.entrySet().stream()
                    .collect(
                        Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().join())));
  }

  private CompletableFuture<Word> ask(Seat seat) {
    return CompletableFuture.supplyAsync(() -> wordOf(seat), executor)
        .completeOnTimeout(
            new Word.Silent(),
            ANSWER_WITHIN.plus(REFUSED_WITHIN).toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private Word wordOf(Seat seat) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + seat.address() + MemberReport.PATH))
            .timeout(ANSWER_WITHIN)
            .build();
    try {
      HttpResponse<byte[]> response = client().send(request, BodyHandlers.ofByteArray());
      return response.statusCode() == OK
          ? new Word.Said(MemberReport.parse(response.body()))
          : new Word.Silent();
    } catch (IOException e) {
      return isRefused(seat) ? new Word.NotRunning() : new Word.Silent();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Word.Silent();
    }
  }

  /** The HTTP client's exceptions do not tell a port that is closed from other mishaps. */
  private static boolean isRefused(Seat seat) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(seat.host(), seat.apiPort()), (int) REFUSED_WITHIN.toMillis());
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private synchronized HttpClient client() {
    HttpClient known =
        client.orElseGet(
            () -> HttpClient.newBuilder().sslContext(tls.get()).executor(executor).build());
    client = Optional.of(known);
    return known;
  }

  private static Round round(Collection<Word> words) {
    List<Answer> answers = new ArrayList<>();
    boolean complete = true;
    for (Word word : words) {
      switch (word) {
        case Word.Said(MemberReport report) -> answers.add(answer(report));
        case Word.NotRunning notRunning -> {}
        case Word.Silent silent -> complete = false;
      }
    }
    return new Round(answers, complete);
  }

  private static Answer answer(MemberReport report) {
    MemberReport.Decided decided = report.decided();
    // Who formed it does not matter to anybody but that one.
    Optional<ClusterState.Formed> formed =
        decided.incarnation() == 0
            ? Optional.empty()
            : Optional.of(
                new ClusterState.Formed(decided.incarnation(), new ClusterState.Member("", 0)));
    return new Answer(
        report.name(),
        new ClusterState.Member(report.address(), report.uid()),
        report.up(),
        report.incarnation(),
        Set.copyOf(report.unreachable()),
        new ClusterState(formed, decided.down()),
        report.groups().isEmpty() ? 0 : report.groups().getFirst().applied());
  }

  @Override
  public synchronized void close() {
    client.ifPresent(HttpClient::shutdownNow);
    executor.shutdownNow();
  }
}
