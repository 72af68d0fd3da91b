package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.ObjectList;
import io.luotsi.node.kubelet.ContainerEnvironment.ConfigException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Reads what one pod's environment and volumes refer to from the API. What was read before is good
 * enough while the API cannot be asked: a container that crashes then is to run again. What says
 * that it never changes is read once. Blocks: for virtual threads.
 */
final class ApiReferences implements ContainerEnvironment.References, VolumeFiles.References {
  private static final GroupVersionResource SERVICES = GroupVersionResource.of("v1", "services");
  private static final long TIMEOUT_SECONDS = 10;
  private static final long TIMEOUT_IF_KNOWN_SECONDS = 2;

  private final ApiClient api;
  private final String namespace;
  private final Map<String, Optional<JsonNode>> known = new ConcurrentHashMap<>();

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

  @Override
  public Optional<Map<String, byte[]>> configMapFiles(String name) throws ConfigException {
    return read("configmaps", name)
        .map(
            object -> {
              Map<String, byte[]> files = new LinkedHashMap<>();
              strings(object.path("data"))
                  .forEach((key, text) -> files.put(key, text.getBytes(StandardCharsets.UTF_8)));
              files.putAll(bytes(object.path("binaryData")));
              return files;
            });
  }

  @Override
  public Optional<Map<String, byte[]>> secretFiles(String name) throws ConfigException {
    return read("secrets", name).map(object -> bytes(object.path("data")));
  }

  private static Map<String, byte[]> bytes(JsonNode object) {
    Map<String, byte[]> values = new LinkedHashMap<>();
    object
        .properties()
        .forEach(e -> values.put(e.getKey(), Base64.getDecoder().decode(e.getValue().asText())));
    return values;
  }

  private static Map<String, String> strings(JsonNode object) {
    Map<String, String> values = new LinkedHashMap<>();
    object.properties().forEach(e -> values.put(e.getKey(), e.getValue().asText()));
    return values;
  }

  private static String decoded(JsonNode base64) {
    return new String(Base64.getDecoder().decode(base64.asText()), StandardCharsets.UTF_8);
  }

  @Override
  public List<JsonNode> services(boolean all) throws ConfigException {
    List<JsonNode> services = new ArrayList<>();
    read("services \"kubernetes\"", () -> get(SERVICES, "default", "kubernetes"))
        .ifPresent(services::add);
    if (all) {
      read("services", this::list).ifPresent(list -> list.forEach(services::add));
    }
    return services;
  }

  private CompletionStage<Outcome<JsonNode>> list() {
    return api.list(SERVICES, Selection.inNamespace(namespace))
        .thenApply(outcome -> outcome.map(ApiReferences::array));
  }

  private static JsonNode array(ObjectList list) {
    ArrayNode array = Json.mapper().createArrayNode();
    list.items().forEach(service -> array.add(Json.readObject(service.json())));
    return array;
  }

  private CompletionStage<Outcome<JsonNode>> get(
      GroupVersionResource resource, String in, String name) {
    return api.get(resource, ObjectKey.of(in, name))
        .thenApply(outcome -> outcome.map(object -> Json.readObject(object.json())));
  }

  private Optional<JsonNode> read(String resource, String name) throws ConfigException {
    GroupVersionResource type = GroupVersionResource.of("v1", resource);
    String what = resource + " \"" + name + "\"";
    Optional<JsonNode> before = known.getOrDefault(what, Optional.empty());
    if (before.filter(object -> object.path("immutable").asBoolean()).isPresent()) {
      return before;
    }
    return read(what, () -> get(type, namespace, name));
  }

  private Optional<JsonNode> read(String what, Supplier<CompletionStage<Outcome<JsonNode>>> request)
      throws ConfigException {
    Optional<Optional<JsonNode>> before = Optional.ofNullable(known.get(what));
    Outcome<JsonNode> outcome;
    try {
      outcome =
          request
              .get()
              .toCompletableFuture()
              .get(
                  before.isPresent() ? TIMEOUT_IF_KNOWN_SECONDS : TIMEOUT_SECONDS,
                  TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return before.orElseThrow(() -> new ConfigException("timed out reading " + what));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigException("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return switch (outcome) {
      case Outcome.Done<JsonNode>(JsonNode read) -> {
        known.put(what, Optional.of(read));
        yield Optional.of(read);
      }
      case Outcome.Rejected<JsonNode>(Rejection.NotFound gone) -> {
        known.put(what, Optional.empty());
        yield Optional.empty();
      }
      case Outcome.Rejected<JsonNode>(Rejection why) when isAway(why) && before.isPresent() ->
          before.get();
      case Outcome.Rejected<JsonNode>(Rejection why) ->
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
