package io.luotsi.node.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.PatchType;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Writes a node's object, status and lease; each call is one attempt. */
final class NodeReporter {
  static final String LEASES_IN = "kube-node-lease";

  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  private static final GroupVersionResource LEASES =
      GroupVersionResource.of("coordination.k8s.io/v1", "leases");

  private final ApiClient api;
  private final NodeFacts facts;

  NodeReporter(ApiClient api, NodeFacts facts) {
    this.api = api;
    this.facts = facts;
  }

  private ObjectKey key() {
    return ObjectKey.of(facts.name());
  }

  /** Creates the node, or brings its labels up to date: what others wrote into it stays. */
  CompletionStage<Outcome<StoredObject>> register() {
    return api.create(NODES, "", NodeObjects.node(facts))
        .thenCompose(
            created ->
                created instanceof Outcome.Rejected<StoredObject>(Rejection.AlreadyExists there)
                    ? adopt()
                    : CompletableFuture.completedStage(created));
  }

  private CompletionStage<Outcome<StoredObject>> adopt() {
    return api.get(NODES, key())
        .thenCompose(
            found ->
                found instanceof Outcome.Done<StoredObject>(StoredObject there)
                    ? api.patch(
                        NODES,
                        key(),
                        "",
                        PatchType.MERGE,
                        NodeObjects.registrationPatch(facts, Json.readObject(there.json())))
                    : CompletableFuture.completedStage(found));
  }

  CompletionStage<Outcome<StoredObject>> writeStatus(ObjectNode status) {
    ObjectNode patch = Json.object();
    patch.set("status", status);
    return api.patch(NODES, key(), "status", PatchType.MERGE, patch);
  }

  /** Renews the lease, or makes it. */
  CompletionStage<Outcome<StoredObject>> renew(String nodeUid, Instant now) {
    ObjectKey key = ObjectKey.of(LEASES_IN, facts.name());
    ObjectNode lease = NodeObjects.lease(facts.name(), nodeUid, now);
    return api.patch(LEASES, key, "", PatchType.MERGE, lease)
        .thenCompose(
            renewed ->
                renewed instanceof Outcome.Rejected<StoredObject>(Rejection.NotFound none)
                    ? api.create(LEASES, LEASES_IN, lease)
                    : CompletableFuture.completedStage(renewed));
  }
}
