package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.conformance.Conformance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WatchOverHttpTest {
  private static final String JSON = "application/json";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    for (String name :
        List.of("quiet", "busy", "order", "initial", "bookmark", "table", "old", "burst")) {
      server.send("POST", "/api/v1/namespaces", JSON, "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A watch that is read line by line. */
  private record Watch(BufferedReader lines) implements AutoCloseable {
    static Watch open(String path, String... headers) {
      var request = server.request(path).GET();
      HttpResponse<InputStream> response =
          server
              .admin()
              .sendAsync(
                  (headers.length == 0 ? request : request.headers(headers)).build(),
                  BodyHandlers.ofInputStream())
              .join();
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).hasValue(JSON);
      return new Watch(
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
    }

    ObjectNode next() throws IOException {
      return Json.readObject(lines.readLine().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  @Test
  @Conformance("watch-configmaps-from-resource-version")
  void eventsComeOnceInOrderFromTheVersionThatIsKnown() throws IOException {
    create("order", "before");
    String version = version("order");
    try (Watch watch =
        Watch.open(
            maps("order") + "?watch=1&resourceVersion=" + version + "&labelSelector=x!%3Dy")) {
      create("order", "a");
      server.send("PATCH", maps("order") + "/a", "application/merge-patch+json", data("k", "2"));
      server.send("DELETE", maps("order") + "/a", JSON, "");

      List<ObjectNode> events = List.of(watch.next(), watch.next(), watch.next());
      assertThat(events)
          .extracting(event -> event.path("type").asText())
          .containsExactly("ADDED", "MODIFIED", "DELETED");
      assertThat(events)
          .extracting(event -> event.at("/object/metadata/name").asText())
          .containsOnly("a");
      assertThat(events)
          .extracting(event -> event.at("/object/metadata/resourceVersion").asLong())
          .isSorted()
          .doesNotHaveDuplicates();
    }
  }

  @Test
  @Conformance("watch-configmaps-with-multiple-watchers")
  void eachOfSeveralWatchersSeesWhatItSelects() throws IOException {
    String from = "?watch=1&resourceVersion=" + version("order") + "&labelSelector=side";
    try (Watch left = Watch.open(maps("order") + from + "%3Dleft");
        Watch right = Watch.open(maps("order") + from + "%3Dright");
        Watch both = Watch.open(maps("order") + from + "+in+(left,right)")) {
      for (String side : List.of("left", "right")) {
        String body =
            "{\"metadata\":{\"name\":\"" + side + "\",\"labels\":{\"side\":\"" + side + "\"}}}";
        server.send("POST", maps("order"), JSON, body);
        server.send(
            "PATCH", maps("order") + "/" + side, "application/merge-patch+json", data("k", side));
        server.send("DELETE", maps("order") + "/" + side, JSON, "");
      }

      assertThat(seen(left, 3)).containsExactly("ADDED left", "MODIFIED left", "DELETED left");
      assertThat(seen(right, 3)).containsExactly("ADDED right", "MODIFIED right", "DELETED right");
      assertThat(seen(both, 6))
          .containsExactly(
              "ADDED left",
              "MODIFIED left",
              "DELETED left",
              "ADDED right",
              "MODIFIED right",
              "DELETED right");
    }
  }

  private static List<String> seen(Watch watch, int events) throws IOException {
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      ObjectNode event = watch.next();
      seen.add(event.path("type").asText() + " " + event.at("/object/metadata/name").asText());
    }
    return seen;
  }

  @Test
  @Conformance("watch-consistency")
  void watchersFromEveryVersionSeeTheSameOrder() throws Exception {
    create("busy", "start");
    String before = version("busy");
    List<Thread> writers = new ArrayList<>();
    int each = 10;
    for (String writer : List.of("a", "b")) {
      writers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < each; i++) {
                      create("busy", writer + i);
                      server.send("DELETE", maps("busy") + "/" + writer + i, JSON, "");
                    }
                  }));
    }
    List<Long> first = new ArrayList<>();
    try (Watch watch = Watch.open(maps("busy") + "?watch=1&resourceVersion=" + before)) {
      for (int i = 0; i < 4 * each; i++) {
        first.add(watch.next().at("/object/metadata/resourceVersion").asLong());
      }
    }
    for (Thread writer : writers) {
      writer.join();
    }

    assertThat(first).isSorted().doesNotHaveDuplicates();
    for (int from = 0; from < first.size() - 1; from += 7) {
      List<Long> later = new ArrayList<>();
      try (Watch watch = Watch.open(maps("busy") + "?watch=1&resourceVersion=" + first.get(from))) {
        for (int i = from + 1; i < first.size(); i++) {
          later.add(watch.next().at("/object/metadata/resourceVersion").asLong());
        }
      }
      assertThat(later).isEqualTo(first.subList(from + 1, first.size()));
    }
  }

  @Test
  void initialEventsEndWithAnAnnotatedBookmark() throws IOException {
    create("initial", "a");
    create("initial", "b");
    try (Watch watch =
        Watch.open(
            maps("initial")
                + "?watch=1&allowWatchBookmarks=true&sendInitialEvents=true"
                + "&resourceVersionMatch=NotOlderThan")) {
      List<ObjectNode> events = List.of(watch.next(), watch.next(), watch.next());

      assertThat(events)
          .extracting(event -> event.path("type").asText())
          .containsExactly("ADDED", "ADDED", "BOOKMARK");
      JsonNode end = events.getLast().path("object");
      assertThat(end.path("kind").asText()).isEqualTo("ConfigMap");
      assertThat(end.at("/metadata/annotations/k8s.io~1initial-events-end").asText())
          .isEqualTo("true");
      assertThat(end.at("/metadata/resourceVersion").asLong()).isPositive();
    }
  }

  @Test
  void aQuietWatchIsBookmarkedAtTheVersionOfWhatItDoesNotSee() throws IOException {
    create("bookmark", "seen");
    String version = version("bookmark");
    try (Watch watch =
        Watch.open(
            maps("bookmark")
                + "?watch=1&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dother"
                + "&resourceVersion="
                + version)) {
      create("bookmark", "unseen");

      ObjectNode event = watch.next();
      assertThat(event.path("type").asText()).isEqualTo("BOOKMARK");
      assertThat(event.at("/object/metadata/resourceVersion").asLong())
          .isGreaterThan(Long.parseLong(version));
    }
  }

  @Test
  void onlyTheFirstTableOfAWatchHasColumns() throws IOException {
    create("table", "a");
    create("table", "b");
    try (Watch watch =
        Watch.open(
            maps("table") + "?watch=1&resourceVersion=0",
            "Accept",
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")) {
      JsonNode first = watch.next().path("object");
      JsonNode second = watch.next().path("object");

      assertThat(first.path("kind").asText()).isEqualTo("Table");
      assertThat(first.path("columnDefinitions")).isNotEmpty();
      assertThat(first.at("/rows/0/cells")).hasSameSizeAs(first.path("columnDefinitions"));
      assertThat(first.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
      assertThat(second.path("columnDefinitions")).isEmpty();
      assertThat(second.at("/rows/0/cells/0").asText()).isEqualTo("b");
    }
  }

  @Test
  void aWatchEndsWhenItsTimeIsOver() throws IOException {
    try (Watch watch = Watch.open(maps("quiet") + "?watch=1&timeoutSeconds=1")) {
      assertThat(watch.lines().readLine()).isNull();
    }
  }

  @Test
  void theOldPathOfOneObjectsWatchSeesThatObjectAlone() throws IOException {
    create("old", "one");
    create("old", "two");
    try (Watch watch = Watch.open("/api/v1/watch/namespaces/old/configmaps/two")) {
      assertThat(watch.next().at("/object/metadata/name").asText()).isEqualTo("two");
    }
  }

  @Test
  void aReaderThatPausesMissesNothing() throws IOException {
    String version = version("burst");
    int objects = 300;
    String text = "x".repeat(8_000);
    try (Watch watch = Watch.open(maps("burst") + "?watch=1&resourceVersion=" + version)) {
      for (int i = 0; i < objects; i++) {
        server.send(
            "POST",
            maps("burst"),
            JSON,
            "{\"metadata\":{\"name\":\"n" + i + "\"},\"data\":{\"k\":\"" + text + "\"}}");
      }
      List<String> names = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < objects; i++) {
        names.add(watch.next().at("/object/metadata/name").asText());
        expected.add("n" + i);
      }
      assertThat(names).isEqualTo(expected);
    }
  }

  @Test
  void aVersionThatIsNotKeptAnyMoreIsToldInsideTheStream() throws IOException {
    create("old", "first");
    create("old", "second");
    server.api().store().keepEvents(1);
    try (Watch watch = Watch.open(maps("old") + "?watch=1&resourceVersion=1")) {
      ObjectNode event = watch.next();
      assertThat(event.path("type").asText()).isEqualTo("ERROR");
      assertThat(event.at("/object/code").asInt()).isEqualTo(410);
      assertThat(event.at("/object/reason").asText()).isEqualTo("Expired");
      assertThat(watch.lines().readLine()).isNull();
    } finally {
      server.api().store().keepEvents(10_000);
    }
  }

  private static String maps(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/configmaps";
  }

  private static void create(String namespace, String name) {
    HttpResponse<String> created =
        server.send("POST", maps(namespace), JSON, "{\"metadata\":{\"name\":\"" + name + "\"}}");
    assertThat(created.statusCode()).isEqualTo(201);
  }

  private static String version(String namespace) {
    return Json.readObject(server.get(maps(namespace)).body().getBytes(StandardCharsets.UTF_8))
        .at("/metadata/resourceVersion")
        .asText();
  }

  private static String data(String key, String value) {
    return "{\"data\":{\"" + key + "\":\"" + value + "\"}}";
  }
}
