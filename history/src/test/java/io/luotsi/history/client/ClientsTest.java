package io.luotsi.history.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.history.AcknowledgedWrites;
import io.luotsi.history.Change;
import io.luotsi.history.Entry;
import io.luotsi.history.Entry.Type;
import io.luotsi.history.FinalOrder;
import io.luotsi.history.Found;
import io.luotsi.history.Recorder;
import io.luotsi.history.WatchStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientsTest {
  private static final String KEY = "default/k";
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String MAP =
      """
      {"metadata":{"namespace":"default","name":"k","uid":"u","resourceVersion":"7"},\
      "data":{"value":"v"}}\
      """;

  private final Recorder recorder = new Recorder(System::nanoTime);
  private final List<String> strange = new ArrayList<>();
  private final ScriptedServer server;

  ClientsTest() throws Exception {
    server = new ScriptedServer();
  }

  @AfterEach
  void end() {
    server.close();
  }

  private static String status(String reason) {
    return "{\"kind\":\"Status\",\"reason\":\"" + reason + "\",\"message\":\"because\"}";
  }

  private Client client(Duration patience) throws Exception {
    return new Client(server.endpoint(patience), recorder, strange::add);
  }

  private Entry ending() {
    return recorder.entries().getLast();
  }

  private void ended(Type type, String value) {
    assertThat(ending().type()).isEqualTo(type);
    assertThat(ending().value()).startsWith(value);
  }

  @Test
  void whatIsAcknowledgedIsRecordedWithUidAndVersion() throws Exception {
    server.then(201, MAP).then(200, MAP).then(200, MAP);
    server.then(200, "{\"kind\":\"Status\",\"status\":\"Success\",\"details\":{\"uid\":\"u\"}}");
    Client client = client(LONG);
    assertThat(client.create(1, KEY, "v").join()).contains(new Found(KEY, "u", "v", 7));
    assertThat(ending()).extracting(Entry::uid, Entry::version).containsExactly("u", 7L);
    client.update(1, KEY, "v", 6).join();
    assertThat(client.read(1, KEY)).isPresent();
    assertThat(ending()).extracting(Entry::uid, Entry::version).containsExactly("u", 7L);
    assertThat(client.delete(1, KEY)).isTrue();
    assertThat(ending()).extracting(Entry::type, Entry::uid).containsExactly(Type.OK, "u");
    assertThat(AcknowledgedWrites.count(recorder.entries())).isEqualTo(3);
    assertThat(strange).isEmpty();
    assertThat(server.asked())
        .containsExactly(
            "POST /api/v1/namespaces/default/configmaps"
                + " {\"metadata\":{\"name\":\"k\"},\"data\":{\"value\":\"v\"}}",
            "PUT /api/v1/namespaces/default/configmaps/k"
                + " {\"metadata\":{\"name\":\"k\",\"resourceVersion\":\"6\"},"
                + "\"data\":{\"value\":\"v\"}}",
            "GET /api/v1/namespaces/default/configmaps/k",
            "DELETE /api/v1/namespaces/default/configmaps/k");
  }

  @Test
  void refusalsAreCertainAndSilenceIsNot() throws Exception {
    server.then(409, status("Conflict")).then(429, status("TooManyRequests"));
    server.then(504, status("Timeout")).then(404, status("NotFound")).thenTorn(MAP);
    Client client = client(LONG);
    client.update(1, KEY, "v", 6).join();
    ended(Type.FAIL, "Conflict");
    client.create(1, KEY, "v").join();
    ended(Type.FAIL, "TooManyRequests");
    client.create(1, KEY, "v").join();
    ended(Type.INFO, "504 because");
    assertThat(client.read(1, KEY)).isEmpty();
    ended(Type.OK, "");
    client.create(1, KEY, "v").join();
    ended(Type.INFO, "java.io.IOException");
    assertThat(strange).isEmpty();
  }

  @Test
  void answersThatNobodyMayGetAreStrange() throws Exception {
    server.then(500, status("InternalError")).then(503, "<html>");
    client(LONG).create(1, KEY, "v").join();
    client(LONG).create(1, KEY, "v").join();
    assertThat(strange).hasSize(2);
    assertThat(strange.getFirst()).contains("InternalError");
    assertThat(strange.getLast()).contains("no Status: <html>");
  }

  @Test
  void nobodyAnsweringInTimeIsSilenceAndNobodyListeningIsNot() throws Exception {
    Client client = client(Duration.ofMillis(200));
    client.create(1, KEY, "v").join();
    ended(Type.INFO, "java.net.http.HttpTimeoutException");
    server.then(201, MAP);
    server.close();
    client(LONG).create(1, KEY, "v").join();
    ended(Type.FAIL, "ConnectionRefused");
  }

  private static String event(String type, long version) {
    return "{\"type\":\"%s\",\"object\":%s}%n"
        .formatted(type, MAP.replace("\"7\"", "\"" + version + "\""));
  }

  @Test
  void aWatcherGoesOnFromWhereItWasCutOff() throws Exception {
    server.then(200, event("ADDED", 2) + event("MODIFIED", 3));
    server.then(503, "busy");
    server.thenTorn("{\"type\":\"MODI");
    server.then(200, event("MODIFIED", 4) + event("BOOKMARK", 4) + event("DELETED", 5));
    List<Endpoint> endpoints = List.of(server.endpoint(LONG));
    try (Watcher watcher = Watcher.start(9, endpoints, recorder, 1)) {
      assertThat(watcher.awaitPosition(5, LONG)).isTrue();
    }
    FinalOrder order =
        new FinalOrder(
            1,
            List.of(
                new Change(2, Change.Kind.ADDED, KEY, "u", "v"),
                new Change(3, Change.Kind.MODIFIED, KEY, "u", "v"),
                new Change(4, Change.Kind.MODIFIED, KEY, "u", "v"),
                new Change(5, Change.Kind.DELETED, KEY, "u", "v")));
    assertThat(WatchStreams.check(recorder.entries(), order, 5)).isEmpty();
    assertThat(WatchStreams.reconnects(recorder.entries())).isEqualTo(1);
    assertThat(server.asked())
        .extracting(line -> line.replaceAll(".*resourceVersion=", ""))
        .startsWith("1", "3", "3", "3");
  }

  @Test
  void aWatcherThatIsToldGoneEnds() throws Exception {
    server.then(
        200, "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"reason\":\"Expired\"}}\n");
    server.then(410, status("Expired"));
    for (int process = 1; process <= 2; process++) {
      try (Watcher watcher = Watcher.start(process, List.of(server.endpoint(LONG)), recorder, 1)) {
        watcher.awaitEnd();
      }
      ended(Type.FAIL, "Expired");
    }
  }

  @Test
  void writersAreCountedByWhatWasAcknowledgedAfterAMoment() throws Exception {
    for (int i = 0; i < 40; i++) {
      server.then(201, MAP);
    }
    List<Endpoint> endpoints = List.of(server.endpoint(LONG));
    Writers.Settings settings = new Writers.Settings("default/w-", 2, Duration.ofMillis(1), 1, 42);
    try (Writers writers = Writers.start(endpoints, recorder, settings, System::nanoTime)) {
      assertThat(writers.acknowledged().awaitBegunAfter(Long.MIN_VALUE, 10, LONG)).isTrue();
      long now = System.nanoTime();
      assertThat(writers.acknowledged().begunAfter(now + LONG.toNanos())).isEmpty();
      assertThat(writers.acknowledged().awaitBegunAfter(now, 2, LONG)).isTrue();
      for (int i = 0; i < 20; i++) { // for those under way at the end
        server.then(201, MAP);
      }
    }
    int begun = recorder.entries().size();
    assertThat(recorder.entries())
        .filteredOn(entry -> entry.type() == Type.INVOKE)
        .hasSize(begun / 2);
  }
}
