package io.luotsi.core.controller.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Ownership;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.endpointslice.EndpointSliceReconcile;
import io.luotsi.core.controller.endpointslice.ServiceView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Slices that say what users' own Endpoints say, for Services that select no pods: whoever directs
 * traffic reads slices only. One slice for each set of ports and family of addresses.
 *
 * @see "Source: kubernetes pkg/controller/endpointslicemirroring"
 */
public final class EndpointSliceMirror {
  public static final String CONTROLLER = "endpointslicemirroring-controller.k8s.io";
  private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
  private static final GroupVersionKind ENDPOINTS = GroupVersionKind.of("v1", "Endpoints");
  private static final String APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  /** Of the Endpoints themselves, and no slice's business. */
  private static final Set<String> OWN_ANNOTATIONS =
      Set.of(APPLIED, EndpointsReconcile.TRIGGER, EndpointsReconcile.LEADER);

  private EndpointSliceMirror() {}

  /**
   * @param endpoints of the Service's name
   * @param slices those that were mirrored from Endpoints of the name
   */
  public static List<Action> plan(
      Optional<ServiceView> service,
      Optional<StoredObject> endpoints,
      Collection<StoredObject> slices) {
    Map<String, ObjectNode> wanted = new TreeMap<>();
    if (service.isPresent() && service.get().selector().isEmpty() && endpoints.isPresent()) {
      ObjectNode json = Json.readObject(endpoints.get().json());
      if (isMirrored(json) && !endpoints.get().deleting()) {
        wanted = slices(json, endpoints.get());
      }
    }
    List<Action> actions = new ArrayList<>();
    for (StoredObject stored : slices) {
      if (stored.deleting()) {
        continue;
      }
      ObjectNode present = Json.readObject(stored.json());
      Optional<ObjectNode> same = Optional.ofNullable(wanted.remove(shape(present)));
      if (same.isEmpty()) {
        actions.add(delete(stored));
      } else {
        update(stored, present, same.get()).ifPresent(actions::add);
      }
    }
    wanted
        .values()
        .forEach(
            slice ->
                actions.add(
                    new Action.Create(
                        Resources.ENDPOINT_SLICES,
                        slice.at("/metadata/namespace").asText(),
                        slice)));
    return actions;
  }

  private static boolean isMirrored(ObjectNode endpoints) {
    return !endpoints.at("/metadata/labels").path(SKIP).asText().equals("true")
        && !endpoints.at("/metadata/annotations").has(EndpointsReconcile.LEADER)
        && !endpoints.at("/metadata/labels").has(EndpointsReconcile.MANAGED_BY);
  }

  private static Action delete(StoredObject slice) {
    return new Action.Delete(
        Resources.ENDPOINT_SLICES,
        slice.key(),
        new DeleteOptions(
            OptionalInt.empty(),
            Optional.empty(),
            Optional.of(slice.uid()),
            Optional.of(Long.toString(slice.resourceVersion()))));
  }

  private static Optional<Action> update(
      StoredObject stored, ObjectNode present, ObjectNode wanted) {
    JsonNode labels = wanted.at("/metadata/labels");
    JsonNode annotations = wanted.at("/metadata/annotations");
    if (present.path("endpoints").equals(wanted.path("endpoints"))
        && present.at("/metadata/labels").equals(labels)
        && present.at("/metadata/annotations").equals(annotations)) {
      return Optional.empty();
    }
    ObjectNode metadata = present.withObject("metadata");
    metadata.set("labels", labels);
    if (annotations.isMissingNode()) {
      metadata.remove("annotations");
    } else {
      metadata.set("annotations", annotations);
    }
    present.set("endpoints", wanted.get("endpoints"));
    return Optional.of(new Action.Update(Resources.ENDPOINT_SLICES, stored.key(), "", present));
  }

  /** What cannot change in a slice, so that it tells slices apart. */
  private static String shape(ObjectNode slice) {
    return slice.path("addressType").asText() + slice.path("ports");
  }

  private static Map<String, ObjectNode> slices(ObjectNode endpoints, StoredObject stored) {
    Map<String, ObjectNode> slices = new TreeMap<>();
    for (JsonNode subset : endpoints.path("subsets")) {
      ArrayNode ports = ports(subset);
      for (String list : List.of("addresses", "notReadyAddresses")) {
        for (JsonNode address : subset.path(list)) {
          String family = address.path("ip").asText().indexOf(':') >= 0 ? "IPv6" : "IPv4";
          ObjectNode slice =
              slices.computeIfAbsent(
                  family + ports, shape -> begun(endpoints, stored, family, ports));
          ArrayNode all = slice.withArray("endpoints");
          if (all.size() < EndpointsReconcile.MOST_ADDRESSES) {
            all.add(endpoint(address, list.equals("addresses")));
          }
        }
      }
    }
    return slices;
  }

  private static ObjectNode begun(
      ObjectNode endpoints, StoredObject stored, String family, ArrayNode ports) {
    ObjectNode slice = Json.object();
    slice.put("apiVersion", "discovery.k8s.io/v1").put("kind", "EndpointSlice");
    ObjectNode metadata = slice.putObject("metadata");
    metadata.put("generateName", stored.key().name() + "-");
    metadata.put("namespace", stored.key().namespace());
    ObjectNode labels = metadata.putObject("labels");
    stored.labels().forEach(labels::put);
    labels.put(EndpointSliceReconcile.SERVICE_NAME, stored.key().name());
    labels.put(EndpointSliceReconcile.MANAGED_BY, CONTROLLER);
    ObjectNode annotations = Json.object();
    endpoints
        .at("/metadata/annotations")
        .properties()
        .forEach(entry -> annotations.set(entry.getKey(), entry.getValue()));
    annotations.remove(OWN_ANNOTATIONS);
    if (!annotations.isEmpty()) {
      metadata.set("annotations", annotations);
    }
    metadata
        .putArray("ownerReferences")
        .add(Ownership.controllerReference(ENDPOINTS, stored.key().name(), stored.uid()));
    slice.put("addressType", family);
    slice.set("ports", ports);
    slice.putArray("endpoints");
    return slice;
  }

  /** In the form in which slices have them, so that they compare. */
  private static ArrayNode ports(JsonNode subset) {
    ArrayNode ports = Json.mapper().createArrayNode();
    for (JsonNode port : subset.path("ports")) {
      ObjectNode own = ports.addObject();
      own.put("name", port.path("name").asText(""));
      own.put("protocol", port.path("protocol").asText("TCP"));
      own.put("port", port.path("port").asInt());
      if (port.has("appProtocol")) {
        own.set("appProtocol", port.get("appProtocol"));
      }
    }
    return ports;
  }

  private static ObjectNode endpoint(JsonNode address, boolean ready) {
    ObjectNode endpoint = Json.object();
    endpoint.putArray("addresses").add(address.path("ip").asText());
    endpoint.putObject("conditions").put("ready", ready);
    for (String field : List.of("hostname", "targetRef", "nodeName")) {
      if (address.hasNonNull(field)) {
        endpoint.set(field, address.get(field));
      }
    }
    return endpoint;
  }
}
