package io.luotsi.app.member;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.informer.Informer;
import java.util.concurrent.CompletableFuture;

/** Waits for a node to be ready, as everybody else sees it. */
final class NodeReadiness {
  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");

  private NodeReadiness() {}

  /** Completes when the node's object says that it is ready. */
  static CompletableFuture<Void> await(ApiClient api, String nodeName) {
    CompletableFuture<Void> ready = new CompletableFuture<>();
    Informer informer =
        Informer.start(
            api,
            NODES,
            Selection.byField("metadata.name", nodeName),
            (key, before, after) ->
                after.filter(NodeReadiness::isReady).ifPresent(node -> ready.complete(null)));
    ready.whenCompleteAsync((done, failure) -> informer.close());
    return ready;
  }

  private static boolean isReady(StoredObject node) {
    for (JsonNode condition : Json.readObject(node.json()).at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }
}
