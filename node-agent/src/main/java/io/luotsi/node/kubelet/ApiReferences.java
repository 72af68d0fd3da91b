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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads what a pod's environment refers to from the API. Blocks: for virtual threads. */
final class ApiReferences implements ContainerEnvironment.References {
  private static final long TIMEOUT_SECONDS = 10;

  private final ApiClient api;
  private final String namespace;

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
    try {
      Outcome<StoredObject> outcome =
          api.get(GroupVersionResource.of("v1", resource), ObjectKey.of(namespace, name))
              .toCompletableFuture()
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return switch (outcome) {
        case Outcome.Done<StoredObject>(StoredObject object) ->
            Optional.of(Json.readObject(object.json()));
        case Outcome.Rejected<StoredObject>(Rejection.NotFound gone) -> Optional.empty();
        case Outcome.Rejected<StoredObject>(Rejection why) ->
            throw new ConfigException("cannot read " + resource + " \"" + name + "\": " + why);
      };
    } catch (TimeoutException e) {
      throw new ConfigException("timed out reading " + resource + " \"" + name + "\"");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigException("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
