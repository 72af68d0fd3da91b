package io.luotsi.core.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import java.util.ArrayList;
import java.util.List;

/** Reads off a stored Node what placement depends on. */
public final class NodeReader {
  private NodeReader() {}

  public static NodeView read(StoredObject object) {
    JsonNode node = Json.readObject(object.json());
    JsonNode spec = node.path("spec");
    JsonNode status = node.path("status");
    // As upstream's API server defaults it: what is not said to be reserved can be allocated.
    JsonNode allocatable =
        status.has("allocatable") ? status.path("allocatable") : status.path("capacity");
    List<Taint> taints = new ArrayList<>();
    for (JsonNode taint : spec.path("taints")) {
      taints.add(
          new Taint(
              taint.path("key").asText(),
              taint.path("value").asText(),
              taint.path("effect").asText()));
    }
    return new NodeView(
        object.key().name(),
        object.labels(),
        Amounts.read(allocatable),
        taints,
        spec.path("unschedulable").asBoolean());
  }
}
