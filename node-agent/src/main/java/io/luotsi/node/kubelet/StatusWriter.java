package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a node's pods' statuses, each to that very pod and to no later one of its name. */
final class StatusWriter {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");

  /** What became of a write. */
  sealed interface Outcome {
    /**
     * @param version of the pod with that status in it
     */
    record Accepted(ObjectNode status, long version) implements Outcome {}

    record PodGone() implements Outcome {}

    record TryAgain(String why) implements Outcome {}
  }

  private final ApiClient api;

  StatusWriter(ApiClient api) {
    this.api = api;
  }

  CompletionStage<Outcome> write(Pod pod, ObjectNode status) {
    ObjectNode patch = Json.object();
    patch.putObject("metadata").put("uid", PodSpecs.uid(pod));
    patch.set("status", status);
    return api.patch(PODS, key(pod), "status", PatchType.MERGE, patch)
        .thenApply(outcome -> outcome(pod, status, outcome));
  }

  private static Outcome outcome(
      Pod pod, ObjectNode status, io.luotsi.core.api.Outcome<StoredObject> outcome) {
    return switch (outcome) {
      case io.luotsi.core.api.Outcome.Done<StoredObject>(StoredObject stored) ->
          new Outcome.Accepted(status, stored.resourceVersion());
      case io.luotsi.core.api.Outcome.Rejected<StoredObject>(Rejection why) ->
          switch (why) {
            case Rejection.NotFound gone -> new Outcome.PodGone();
            case Rejection.Invalid invalid -> {
              // It would be as invalid the next time; what is to be done with the pod goes on.
              LOG.error("status of pod {} is refused: {}", PodSpecs.format(pod), invalid);
              yield new Outcome.Accepted(status, 0);
            }
            default -> new Outcome.TryAgain(why.toString());
          };
    };
  }

  /** Deletes the object at once; whether it is gone or on its way. */
  CompletionStage<Boolean> delete(Pod pod) {
    return api.delete(PODS, key(pod), DeleteOptions.now(PodSpecs.uid(pod)))
        .thenApply(
            outcome ->
                switch (outcome) {
                  case io.luotsi.core.api.Outcome.Done<StoredObject> done -> true;
                  case io.luotsi.core.api.Outcome.Rejected<StoredObject>(Rejection why) ->
                      why instanceof Rejection.NotFound || why instanceof Rejection.Conflict;
                });
  }

  private static ObjectKey key(Pod pod) {
    return ObjectKey.of(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
  }
}
