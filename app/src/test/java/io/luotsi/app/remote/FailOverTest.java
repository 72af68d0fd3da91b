package io.luotsi.app.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.client.ApiClient.ObjectList;
import io.luotsi.core.informer.Informer;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers over one store, the first behind a wire that fails in every way a server can. */
class FailOverTest {
  private static final GroupVersionResource CONFIG_MAPS =
      GroupVersionResource.of("v1", "configmaps");

  /**
   * Four seconds do on a machine that has nothing else to do. Without a question whether the server
   * lives, a request would take an exchange's whole time, and a watch would never end.
   */
  private static final Duration FOUND_OUT = ServerConnection.EXCHANGE.minusSeconds(2);

  @TempDir private Path folder;
  private final TestApi api = TestApi.guarded();
  private ClusterCertificates certificates;
  private TestServer first;
  private TestServer second;
  private Wire wire;
  private Wire spare;
  private HttpsClient client;

  @BeforeEach
  void start() {
    certificates = TestServer.certificates(folder);
    first = TestServer.start(api, certificates, 0);
    second = TestServer.start(api, certificates, 0);
    wire = Wire.to(first.port());
    spare = Wire.to(second.port());
    // On a busy machine the second could be heard first, and neither as soon as a request waits.
    spare.hold();
    client = client(wire.address(), spare.address());
    waitUntil(() -> await(client.list(CONFIG_MAPS, Selection.EVERYTHING)).isDone());
    spare.release();
  }

  @AfterEach
  void stop() {
    client.close();
    wire.close();
    spare.close();
    first.close();
    second.close();
  }

  private HttpsClient client(String... servers) {
    return TestServer.client(List.of(servers), certificates, certificates.admin());
  }

  private static ObjectNode configMap(String name) {
    ObjectNode object = Json.object();
    object.putObject("metadata").put("name", name);
    return object;
  }

  private CompletionStage<Outcome<StoredObject>> create(String name) {
    return client.create(CONFIG_MAPS, "default", configMap(name));
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static <T> T done(CompletionStage<Outcome<T>> stage) {
    return await(stage).orElseThrow();
  }

  private static void waitUntil(BooleanSupplier condition) {
    Instant end = Instant.now().plusSeconds(30);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("waited 30 s").isBefore(end);
      CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS))
          .join();
    }
  }

  private int stored() {
    return api.store().snapshot(CONFIG_MAPS.groupResource()).objects().size();
  }

  @Test
  void aServerThatWasKilledIsLeftForTheNextAtOnce() {
    done(create("a"));
    Instant killed = Instant.now();
    wire.close();

    done(client.get(CONFIG_MAPS, ObjectKey.of("default", "a")));
    done(create("b"));

    assertThat(Duration.between(killed, Instant.now())).isLessThan(FOUND_OUT);
  }

  @Test
  void aServerThatIsPausedFromTheBeginningCostsTheFirstRequestLittle() {
    wire.freeze();
    try (HttpsClient late = client(wire.address(), second.address())) {
      Instant began = Instant.now();
      done(late.create(CONFIG_MAPS, "default", configMap("a")));
      assertThat(Duration.between(began, Instant.now())).isLessThan(FOUND_OUT);
    }
  }

  /** Nobody writes and nothing happens: only asking shows that the watch is dead. */
  @Test
  void aWatchOnAServerThatIsPausedEndsAndGoesOnElsewhere() {
    List<Long> seen = Collections.synchronizedList(new ArrayList<>());
    try (Informer informer =
        Informer.start(
            client,
            CONFIG_MAPS,
            Selection.EVERYTHING,
            (key, before, after) -> after.ifPresent(o -> seen.add(o.resourceVersion())))) {
      await(informer.synced());
      done(create("a"));
      waitUntil(() -> seen.size() == 1);

      wire.freeze();
      Instant frozen = Instant.now();
      done(api.client().create(CONFIG_MAPS, "default", configMap("b")));

      waitUntil(() -> seen.size() == 2);
      assertThat(Duration.between(frozen, Instant.now())).isLessThan(FOUND_OUT);
      assertThat(wire.swallowed()).isPositive();
      done(create("c"));
      waitUntil(() -> seen.size() == 3);
      assertThat(seen).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void aWriteThatNobodyAnsweredIsNotKnownAndIsNotSentAgain() {
    done(create("a"));
    wire.swallowAnswers();
    Instant sent = Instant.now();

    assertThat(await(create("b")))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            refused -> assertThat(refused.rejection()).isInstanceOf(Rejection.Timeout.class));

    assertThat(Duration.between(sent, Instant.now())).isLessThan(FOUND_OUT);
    // It was carried out, once, which is what a client that is told Timeout has to look after.
    assertThat(stored()).isEqualTo(2);
    assertThat(api.store().snapshot(CONFIG_MAPS.groupResource()).version())
        .isEqualTo(1 + 2); // the registry's own creation, and two writes
    assertThat(await(create("b")))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            refused -> assertThat(refused.rejection()).isInstanceOf(Rejection.AlreadyExists.class));
  }

  @Test
  void readsUnderWayOnABrokenConnectionAreAskedOfTheNextServer() {
    IntStream.range(0, 20).forEach(i -> done(create("c" + i)));
    wire.swallowAnswers();
    List<CompletionStage<Outcome<ObjectList>>> reads =
        IntStream.range(0, 20)
            .mapToObj(i -> client.list(CONFIG_MAPS, Selection.EVERYTHING))
            .toList();
    waitUntil(() -> wire.swallowed() > 0);
    wire.close();

    reads.forEach(read -> assertThat(done(read).items()).hasSize(20));
  }

  @Test
  void writesUnderWayOnABrokenConnectionAreToldThatNobodyKnows() {
    done(create("a"));
    wire.swallowAnswers();
    CompletionStage<Outcome<StoredObject>> write = create("b");
    waitUntil(() -> stored() == 2);
    wire.close();

    assertThat(await(write))
        .isEqualTo(
            Outcome.rejected(new Rejection.Timeout("the connection broke before the answer came")));
    assertThat(stored()).isEqualTo(2);
  }

  @Test
  void aServerThatIsNotReadyIsLeftForOneThatIs() {
    long from = done(client.list(CONFIG_MAPS, Selection.EVERYTHING)).version();
    WatchCursor cursor = done(client.watch(CONFIG_MAPS, Selection.EVERYTHING, from));
    CompletionStage<Outcome<List<WatchEvent>>> next = cursor.next();

    first.ready(false);

    assertThat(done(next)).isEmpty(); // ended, to be resumed on the one that is ready
    wire.close();
    Instant cut = Instant.now();
    done(create("a"));
    assertThat(Duration.between(cut, Instant.now())).isLessThan(FOUND_OUT);
  }

  @Test
  void aServerThatIsNotReadyServesWhileNoneIs() {
    first.ready(false);
    second.ready(false);

    done(create("a"));

    assertThat(done(client.get(CONFIG_MAPS, ObjectKey.of("default", "a"))).key().name())
        .isEqualTo("a");
  }

  @Test
  void whileNobodyAnswersRequestsAreCertainlyNotDoneAndThenAllGoesOn() {
    done(create("a"));
    int port = second.port();
    wire.close();
    second.close();

    assertThat(await(create("b")))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            refused ->
                assertThat(refused.rejection()).isInstanceOf(Rejection.TooManyRequests.class));
    assertThat(stored()).isEqualTo(1);

    CompletionStage<Outcome<StoredObject>> waiting = create("c");
    second = TestServer.start(api, certificates, port);
    done(waiting);
    assertThat(stored()).isEqualTo(2);
  }

  /** There is nobody to go to, so what was under way is not given up for nothing. */
  @Tag("long")
  @Test
  void aWatchOnTheOnlyServerOutlivesItsPause() {
    done(create("a"));
    second.close();
    wire.close();
    try (Wire only = Wire.to(first.port());
        HttpsClient alone = client(only.address())) {
      long from = done(alone.list(CONFIG_MAPS, Selection.EVERYTHING)).version();
      WatchCursor cursor = done(alone.watch(CONFIG_MAPS, Selection.EVERYTHING, from));
      CompletionStage<Outcome<List<WatchEvent>>> next = cursor.next();
      only.hold();
      assertThat(await(alone.get(CONFIG_MAPS, ObjectKey.of("default", "a"))).isDone()).isFalse();
      done(api.client().create(CONFIG_MAPS, "default", configMap("b")));

      only.release();

      assertThat(done(next)).hasSize(1);
      done(alone.get(CONFIG_MAPS, ObjectKey.of("default", "b")));
    }
    second = TestServer.start(api, certificates, 0);
  }

  @Test
  void aServerOfAnotherClusterIsNobody() {
    ClusterCertificates foreign = TestServer.certificates(folder.resolve("foreign"));
    try (TestServer stranger = TestServer.start(api, foreign, 0);
        HttpsClient other = client(stranger.address(), second.address())) {
      first.close();
      done(other.create(CONFIG_MAPS, "default", configMap("a")));
      first = TestServer.start(api, certificates, 0);
    }
  }
}
