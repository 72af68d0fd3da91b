package io.luotsi.history.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.history.Change;
import io.luotsi.history.FinalOrder;
import io.luotsi.history.Found;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The resource that recorded clients use: how it looks in JSON, and what is there of it. */
public final class ConfigMaps {
  static final String ALL = "/api/v1/configmaps";

  /** A list at one version. */
  public record Listed(long version, List<Found> objects) {}

  private ConfigMaps() {}

  static String collection(String key) {
    return "/api/v1/namespaces/" + key.substring(0, key.indexOf('/')) + "/configmaps";
  }

  static String path(String key) {
    return collection(key) + "/" + key.substring(key.indexOf('/') + 1);
  }

  /**
   * @param version with which an update compares; 0 for none
   */
  static ObjectNode body(String key, String value, long version) {
    ObjectNode object = Endpoint.JSON.createObjectNode();
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("name", key.substring(key.indexOf('/') + 1));
    if (version != 0) {
      metadata.put("resourceVersion", Long.toString(version));
    }
    object.putObject("data").put("value", value);
    return object;
  }

  static Found found(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return new Found(
        metadata.path("namespace").asText() + "/" + metadata.path("name").asText(),
        metadata.path("uid").asText(),
        object.path("data").path("value").asText(),
        metadata.path("resourceVersion").asLong());
  }

  static Change change(String kind, JsonNode object) {
    Found found = found(object);
    return new Change(
        found.version(), Change.Kind.valueOf(kind), found.key(), found.uid(), found.value());
  }

  /**
   * All ConfigMaps at the latest version.
   *
   * @throws IllegalStateException if the server does not say
   */
  public static Listed list(Endpoint endpoint) {
    return switch (endpoint.get(ALL)) {
      case Endpoint.Answer.Success success -> {
        JsonNode body = success.body();
        List<Found> objects = new ArrayList<>();
        body.path("items").forEach(item -> objects.add(found(item)));
        yield new Listed(body.path("metadata").path("resourceVersion").asLong(), objects);
      }
      case Endpoint.Answer.Refusal refusal -> throw new IllegalStateException(refusal.toString());
      case Endpoint.Answer.Silence silence -> throw new IllegalStateException(silence.toString());
    };
  }

  /**
   * All changes after a version and up to another, as one watch shows them.
   *
   * @throws IllegalStateException if the server does not show them within the time
   */
  public static FinalOrder order(Endpoint endpoint, long after, long through, Duration within) {
    if (after >= through) {
      return new FinalOrder(after, List.of());
    }
    List<Change> changes = new ArrayList<>();
    try (Endpoint own = endpoint.another(within)) {
      CompletableFuture<Void> done =
          CompletableFuture.runAsync(
              () -> follow(own, after, through, changes),
              command -> Thread.ofVirtual().start(command));
      done.orTimeout(within.toMillis(), TimeUnit.MILLISECONDS).join();
    }
    return new FinalOrder(after, changes);
  }

  private static void follow(Endpoint endpoint, long after, long through, List<Change> changes) {
    String path = ALL + "?watch=1&resourceVersion=" + after;
    try (InputStream stream =
            endpoint
                .client()
                .send(endpoint.request(path).GET().build(), BodyHandlers.ofInputStream())
                .body();
        var events = Endpoint.JSON.readerFor(JsonNode.class).<JsonNode>readValues(stream)) {
      while (changes.isEmpty() || changes.getLast().version() < through) {
        JsonNode event = events.nextValue();
        changes.add(change(event.path("type").asText(), event.path("object")));
      }
    } catch (IOException | InterruptedException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "%s does not show changes %d to %d".formatted(endpoint.name(), after, through), e);
    }
  }
}
