package io.luotsi.history.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.history.Change;
import io.luotsi.history.Entry;
import io.luotsi.history.Operation;
import io.luotsi.history.Recorder;
import io.luotsi.history.Recorder.Begun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Watches all ConfigMaps from a version on. When it is cut off it goes on from the last version
 * that it has seen, at the next endpoint; it never lists again. Its thread is its own.
 */
public final class Watcher implements AutoCloseable {
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
  private static final int OK = 200;
  private static final int GONE = 410;

  private final int process;
  private final List<Endpoint> endpoints;
  private final Recorder recorder;
  private final Progress seen;
  private final Thread thread;
  private volatile Endpoint current;
  private volatile boolean ended;
  private volatile long position;

  private Watcher(int process, List<Endpoint> endpoints, Recorder recorder, long version) {
    this.process = process;
    this.endpoints = List.copyOf(endpoints);
    this.recorder = recorder;
    this.position = version;
    this.seen = new Progress(System::nanoTime);
    this.current = this.endpoints.getFirst();
    this.thread = Thread.ofVirtual().unstarted(this::run);
  }

  /**
   * @param endpoints to watch at, the first one first; then the others in turn
   */
  public static Watcher start(
      int process, List<Endpoint> endpoints, Recorder recorder, long version) {
    Watcher watcher = new Watcher(process, endpoints, recorder, version);
    watcher.thread.start();
    return watcher;
  }

  private void run() {
    for (int turn = 0; !ended; turn++) {
      Endpoint configured = endpoints.get(turn % endpoints.size());
      try (Endpoint endpoint = configured.another(BETWEEN_TRIES)) {
        current = endpoint;
        Begun begun = recorder.begin(process, Operation.WATCH, "", "", "", position);
        if (!watch(endpoint, begun)) {
          return;
        }
      }
      pause();
    }
  }

  /** Whether to go on elsewhere. */
  private boolean watch(Endpoint endpoint, Begun begun) {
    String path = ConfigMaps.ALL + "?watch=1&allowWatchBookmarks=true&resourceVersion=" + position;
    try {
      HttpResponse<InputStream> response =
          endpoint
              .client()
              .send(endpoint.request(path).GET().build(), BodyHandlers.ofInputStream());
      if (response.statusCode() != OK) {
        response.body().close();
        return turnedAway(response.statusCode(), begun);
      }
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (!onEvent(Endpoint.JSON.readTree(line), begun)) {
            return false;
          }
        }
      }
      begun.unknown("ended by the server");
    } catch (JsonProcessingException e) { // a line that came to its end
      begun.fail("unreadable: " + e.getMessage());
      return false;
    } catch (IOException e) {
      begun.unknown("cut off: " + e.getMessage());
    } catch (InterruptedException e) {
      begun.unknown("interrupted");
      return false;
    }
    return true;
  }

  private static boolean turnedAway(int code, Begun begun) {
    if (code == GONE) {
      begun.fail("Expired");
      return false;
    }
    begun.unknown("HTTP " + code);
    return true;
  }

  /** Whether the watch may go on. */
  private boolean onEvent(JsonNode event, Begun begun) {
    String type = event.path("type").asText();
    JsonNode object = event.path("object");
    if (ended) {
      return false;
    }
    if (type.equals("ERROR")) {
      begun.fail(object.path("reason").asText());
      return false;
    }
    if (type.equals(Entry.BOOKMARK)) {
      position = ConfigMaps.found(object).version();
      recorder.sawBookmark(process, position);
    } else {
      Change change = ConfigMaps.change(type, object);
      position = change.version();
      recorder.saw(process, change);
    }
    seen.add(System.nanoTime());
    return true;
  }

  private void pause() {
    synchronized (seen) {
      try {
        seen.wait(BETWEEN_TRIES.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        ended = true;
      }
    }
  }

  /** The last version it has seen. */
  public long position() {
    return position;
  }

  /** Waits until it has come to a version; false if it does not in time. */
  public boolean awaitPosition(long version, Duration within) {
    return seen.awaitUntil(() -> position >= version, within);
  }

  /** Waits until it has been told that it cannot go on. */
  void awaitEnd() throws InterruptedException {
    thread.join();
  }

  @Override
  public void close() {
    ended = true;
    current.close();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
