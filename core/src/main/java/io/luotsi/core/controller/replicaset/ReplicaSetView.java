package io.luotsi.core.controller.replicaset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.OwnerReference;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.controller.Selectors;
import java.util.Map;
import java.util.Optional;

/**
 * A ReplicaSet, or a ReplicationController, as its controller reads it.
 *
 * @param deploymentUid of the owner that is the controller
 * @param template {@code spec.template}
 * @param status possibly without any field
 */
public record ReplicaSetView(
    ReplicaKind kind,
    ObjectKey key,
    String uid,
    long resourceVersion,
    long generation,
    boolean deleting,
    Optional<String> deploymentUid,
    int replicas,
    int minReadySeconds,
    LabelSelector selector,
    JsonNode template,
    JsonNode status) {
  public static ReplicaSetView of(ReplicaKind kind, StoredObject object) {
    ObjectNode json = Json.readObject(object.json());
    JsonNode spec = json.path("spec");
    return new ReplicaSetView(
        kind,
        object.key(),
        object.uid(),
        object.resourceVersion(),
        json.at("/metadata/generation").asLong(),
        object.deleting(),
        object.controller().map(OwnerReference::uid),
        spec.path("replicas").asInt(1),
        spec.path("minReadySeconds").asInt(0),
        kind.selector(spec),
        spec.path("template"),
        json.path("status"));
  }

  public Map<String, String> templateLabels() {
    return Selectors.strings(template.path("metadata").path("labels"));
  }

  public EventSubject subject() {
    return new EventSubject(kind.kind(), key, uid, Long.toString(resourceVersion), "");
  }
}
