package io.luotsi.core.scheduler.actor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.FakeResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An API of several resources that carries out bindings, and whose bindings can be held up or
 * refused.
 */
final class FakeCluster extends FakeResources {
  /** What became known of a pod: its binding, a patch of it, or an event about it. */
  record Heard(String what, String pod, String detail) {}

  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private final List<Rejection> refusals = new ArrayList<>();
  private final List<CompletableFuture<Outcome<StoredObject>>> held = new ArrayList<>();
  private boolean holding;
  private CompletableFuture<Boolean> patches = CompletableFuture.completedFuture(true);

  @Override
  protected SelectableFields fields(String resource) {
    return resource.equals("pods")
        ? SelectableFields.of("spec.nodeName", "spec.schedulerName", "status.phase")
        : SelectableFields.NONE;
  }

  BlockingQueue<Heard> heard() {
    return heard;
  }

  synchronized void refuseNextBinding(Rejection why) {
    refusals.add(why);
  }

  /** From now on bindings stay unanswered. */
  synchronized void hold() {
    holding = true;
  }

  /** From now on patches stay unanswered until they are released. */
  synchronized CompletableFuture<Boolean> holdPatches() {
    patches = new CompletableFuture<>();
    return patches;
  }

  synchronized int held() {
    return held.size();
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> create(
      GroupVersionResource resource, String namespace, ObjectNode body) {
    heard.add(
        new Heard(
            body.path("reason").asText(),
            body.at("/involvedObject/name").asText(),
            body.path("message").asText()));
    return super.create(resource, namespace, body);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> createSubresource(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body) {
    CompletableFuture<Outcome<StoredObject>> answer = new CompletableFuture<>();
    synchronized (this) {
      if (holding) {
        held.add(answer);
        return answer;
      }
      if (!refusals.isEmpty()) {
        heard.add(
            new Heard("refused " + subresource, key.name(), body.at("/target/name").asText()));
        answer.complete(Outcome.rejected(refusals.removeFirst()));
        return answer;
      }
    }
    answer.complete(bind(resource, key, body.at("/target/name").asText()));
    return answer;
  }

  private synchronized Outcome<StoredObject> bind(
      GroupVersionResource resource, ObjectKey key, String nodeName) {
    Outcome<StoredObject> found = get(resource, key).toCompletableFuture().join();
    if (!(found instanceof Outcome.Done<StoredObject>(StoredObject pod))) {
      return found;
    }
    if (!pod.field("spec.nodeName").isEmpty()) {
      return Outcome.rejected(
          new Rejection.Conflict(
              GroupVersionResource.of("v1", "pods").groupResource(),
              pod.key().name(),
              "pod is already assigned to node"));
    }
    ObjectNode bound = Json.readObject(pod.json());
    bound.withObject("/spec").put("nodeName", nodeName);
    heard.add(new Heard("bound", pod.key().name(), nodeName));
    return Outcome.done(of("pods").put(bound));
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> patch(
      GroupVersionResource resource,
      ObjectKey key,
      String subresource,
      PatchType type,
      JsonNode patch) {
    Optional.of(patch.at("/status/conditions/0"))
        .filter(JsonNode::isObject)
        .ifPresent(
            condition ->
                heard.add(
                    new Heard(
                        "condition " + condition.path("reason").asText(),
                        key.name(),
                        condition.path("message").asText())));
    return released().thenCompose(over -> super.patch(resource, key, subresource, type, patch));
  }

  private synchronized CompletionStage<Boolean> released() {
    return patches;
  }
}
