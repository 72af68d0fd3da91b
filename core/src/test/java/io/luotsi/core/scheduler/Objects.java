package io.luotsi.core.scheduler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import java.util.List;
import java.util.function.Consumer;

/** Small pods and nodes with visible defaults: nodes of 4 CPUs, 8 GiB and 110 pods. */
public final class Objects {
  private static final SelectableFields POD_FIELDS =
      SelectableFields.of("spec.nodeName", "spec.schedulerName", "status.phase");

  private Objects() {}

  /** JSON with single quotes for readability. */
  public static ObjectNode json(String text) {
    try {
      return (ObjectNode) Json.mapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static StoredObject stored(ObjectNode object, SelectableFields fields) {
    return StoredObject.parse(Json.write(object), fields);
  }

  public static ObjectNode nodeJson(String name) {
    return json(
        """
        {'apiVersion':'v1','kind':'Node',
         'metadata':{'name':'%1$s','uid':'uid-%1$s','resourceVersion':'1',
           'labels':{'kubernetes.io/hostname':'%1$s'}},
         'spec':{},
         'status':{'allocatable':{'cpu':'4','memory':'8Gi','pods':'110','ephemeral-storage':'100Gi'}}}
        """
            .formatted(name));
  }

  public static ObjectNode podJson(String name) {
    return json(
        """
        {'apiVersion':'v1','kind':'Pod',
         'metadata':{'name':'%1$s','namespace':'default','uid':'uid-%1$s','resourceVersion':'1',
           'creationTimestamp':'2026-01-01T00:00:00Z','labels':{'app':'web'}},
         'spec':{'schedulerName':'default-scheduler','containers':[{'name':'c','image':'luotsi.io/host',
           'resources':{'requests':{'cpu':'100m','memory':'128Mi'}}}]},
         'status':{'phase':'Pending'}}
        """
            .formatted(name));
  }

  static NodeView node(String name, Consumer<ObjectNode> change) {
    ObjectNode node = nodeJson(name);
    change.accept(node);
    return NodeReader.read(stored(node, SelectableFields.NONE));
  }

  static NodeView node(String name) {
    return node(name, node -> {});
  }

  static PodView pod(String name, Consumer<ObjectNode> change) {
    ObjectNode pod = podJson(name);
    change.accept(pod);
    return new PodReader().read(stored(pod, POD_FIELDS));
  }

  static PodView pod(String name) {
    return pod(name, pod -> {});
  }

  static PodShape shape(Consumer<ObjectNode> change) {
    return pod("p", change).shape();
  }

  /** Sets one field of {@code spec}. */
  static Consumer<ObjectNode> spec(String field, String value) {
    return object ->
        ((ObjectNode) object.get("spec")).set(field, json("{'v':" + value + "}").get("v"));
  }

  static Consumer<ObjectNode> labels(String value) {
    return object -> ((ObjectNode) object.get("metadata")).set("labels", json(value));
  }

  static Consumer<ObjectNode> requests(String value) {
    return spec("containers", "[{'name':'c','resources':{'requests':" + value + "}}]");
  }

  static Consumer<ObjectNode> allocatable(String value) {
    return object -> ((ObjectNode) object.get("status")).set("allocatable", json(value));
  }

  static Consumer<ObjectNode> all(List<Consumer<ObjectNode>> changes) {
    return object -> changes.forEach(change -> change.accept(object));
  }

  static Snapshot snapshot(NodeView... nodes) {
    Snapshot snapshot = new Snapshot();
    List.of(nodes).forEach(snapshot::putNode);
    return snapshot;
  }
}
