package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.node.kubelet.ContainerEnvironment.ConfigException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads what one pod's environment refers to from the API. What was read before is good enough
 * while the API cannot be asked: a container that crashes then is to run again. Blocks: for virtual
 * threads.
 */
final class ApiReferences implements ContainerEnvironment.References {
  private static final long TIMEOUT_SECONDS = 10;
  private static final long TIMEOUT_IF_KNOWN_SECONDS = 2;

  private final ApiClient api;
  private final String namespace;
  private final Map<String, JsonNode> known = new ConcurrentHashMap<>();

  ApiReferences(ApiClient api, String namespace) {
    this.api = api;
    this.namespace = namespace;
  }

  @Override
  public Optional<Map<String, String>> configMap(String name) throws ConfigException {
    return read("configmaps", name)
        .map(
            object -> {
              Map<String, String> values = strings(object.path("data"));
              object
                  .path("binaryData")
                  .properties()
                  .forEach(e -> values.put(e.getKey(), decoded(e.getValue())));
              return values;
            });
  }

  @Override
  public Optional<Map<String, String>> secret(String name) throws ConfigException {
    return read("secrets", name)
        .map(
            object -> {
              Map<String, String> values = new LinkedHashMap<>();
              object
                  .path("data")
                  .properties()
                  .forEach(e -> values.put(e.getKey(), decoded(e.getValue())));
              return values;
            });
  }

  private static Map<String, String> strings(JsonNode object) {
    Map<String, String> values = new LinkedHashMap<>();
    object.properties().forEach(e -> values.put(e.getKey(), e.getValue().asText()));
    return values;
  }

  private static String decoded(JsonNode base64) {
    return new String(Base64.getDecoder().decode(base64.asText()), StandardCharsets.UTF_8);
  }

  private Optional<JsonNode> read(String resource, String name) throws ConfigException {
    String what = resource + " \"" + name + "\"";
    Optional<JsonNode> before = Optional.ofNullable(known.get(what));
    Outcome<StoredObject> outcome;
    try {
      outcome =
          api.get(GroupVersionResource.of("v1", resource), ObjectKey.of(namespace, name))
              .toCompletableFuture()
              .get(
                  before.isPresent() ? TIMEOUT_IF_KNOWN_SECONDS : TIMEOUT_SECONDS,
                  TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return Optional.of(
          before.orElseThrow(() -> new ConfigException("timed out reading " + what)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigException("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return switch (outcome) {
      case Outcome.Done<StoredObject>(StoredObject object) -> {
        JsonNode read = Json.readObject(object.json());
        known.put(what, read);
        yield Optional.of(read);
      }
      case Outcome.Rejected<StoredObject>(Rejection.NotFound gone) -> {
        known.remove(what);
        yield Optional.empty();
      }
      case Outcome.Rejected<StoredObject>(Rejection why) when isAway(why) && before.isPresent() ->
          before;
      case Outcome.Rejected<StoredObject>(Rejection why) ->
          throw new ConfigException("cannot read " + what + ": " + why);
    };
  }

  private static boolean isAway(Rejection why) {
    return why instanceof Rejection.ServiceUnavailable
        || why instanceof Rejection.TooManyRequests
        || why instanceof Rejection.Timeout
        || why instanceof Rejection.InternalError;
  }
}
