package io.luotsi.core.controller.endpointslice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Ownership;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.endpointslice.EndpointSliceReconcile.Desired;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** One EndpointSlice while a plan is made. Lives no longer than that. */
final class Slice {
  private static final String HEADLESS = "service.kubernetes.io/headless";
  private static final String TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time";

  /** Labels that are not taken over from the Service. */
  private static final Set<String> OWN_LABELS =
      Set.of(EndpointSliceReconcile.SERVICE_NAME, EndpointSliceReconcile.MANAGED_BY, HEADLESS);

  private final ServiceView service;
  private final StoredObject stored;
  private final ObjectNode json;
  private final String portsKey;
  private List<JsonNode> endpoints = new ArrayList<>();
  private boolean changed;

  Slice(ServiceView service, StoredObject stored) {
    this.service = service;
    this.stored = stored;
    this.json = Json.readObject(stored.json());
    this.portsKey = portsKey(json.path("ports"));
    json.path("endpoints").forEach(endpoints::add);
  }

  String family() {
    return json.path("addressType").asText();
  }

  String portsKey() {
    return portsKey;
  }

  boolean isEmpty() {
    return endpoints.isEmpty();
  }

  int size() {
    return endpoints.size();
  }

  boolean changed() {
    return changed;
  }

  /** The same ports in whatever order; empty for none. */
  static String portsKey(JsonNode ports) {
    List<String> keys = new ArrayList<>();
    for (JsonNode port : ports) {
      keys.add(
          port.path("name").asText()
              + "/"
              + port.path("protocol").asText("TCP")
              + "/"
              + port.path("port").asInt()
              + "/"
              + port.path("appProtocol").asText());
    }
    keys.sort(String::compareTo);
    return String.join(",", keys);
  }

  /** What makes an endpoint the same one, whatever its conditions are. */
  static String endpointKey(JsonNode endpoint) {
    return endpoint.path("addresses") + endpoint.at("/targetRef/uid").asText();
  }

  /**
   * Brings the endpoints that are desired up to date and drops the others; takes what it keeps out
   * of {@code desired}.
   *
   * @return when the first of those that differ changed
   */
  Optional<Instant> keepOnly(Map<String, Desired> desired) {
    Optional<Instant> trigger = Optional.empty();
    List<JsonNode> kept = new ArrayList<>();
    for (JsonNode endpoint : endpoints) {
      Desired wanted = desired.remove(endpointKey(endpoint));
      if (wanted != null) {
        kept.add(wanted.json());
        if (!wanted.json().equals(endpoint)) {
          changed = true;
          trigger = EndpointSliceReconcile.earliest(trigger, Optional.of(wanted.changed()));
        }
      }
    }
    changed |= kept.size() != endpoints.size();
    endpoints = kept;
    return trigger;
  }

  void add(ObjectNode endpoint) {
    endpoints.add(endpoint);
    changed = true;
  }

  Action updateOrDelete(Optional<Instant> trigger) {
    return endpoints.isEmpty() ? delete() : update(trigger);
  }

  /** An update, if labels or owner are not what they should be. */
  Optional<Action> updateIfChanged(Optional<Instant> trigger) {
    JsonNode metadata = json.path("metadata");
    boolean same =
        metadata.path("labels").equals(labels(service)) && stored.controller().isPresent();
    return same ? Optional.empty() : Optional.of(update(trigger));
  }

  private Action update(Optional<Instant> trigger) {
    ObjectNode body = json.deepCopy();
    ObjectNode metadata = body.withObject("/metadata");
    metadata.set("labels", labels(service));
    metadata.putArray("ownerReferences").add(owner(service));
    trigger.ifPresent(time -> metadata.withObject("/annotations").put(TRIGGER, time.toString()));
    ArrayNode list = body.putArray("endpoints");
    endpoints.forEach(list::add);
    return new Action.Update(Resources.ENDPOINT_SLICES, stored.key(), "", body);
  }

  Action delete() {
    return new Action.Delete(
        Resources.ENDPOINT_SLICES,
        stored.key(),
        new DeleteOptions(
            OptionalInt.empty(),
            Optional.empty(),
            Optional.of(stored.uid()),
            Optional.of(Long.toString(stored.resourceVersion()))));
  }

  static Action create(
      ServiceView service,
      String family,
      ArrayNode ports,
      List<ObjectNode> endpoints,
      Optional<Instant> trigger) {
    ObjectNode slice = Json.object();
    slice.put("apiVersion", "discovery.k8s.io/v1");
    slice.put("kind", "EndpointSlice");
    ObjectNode metadata = slice.putObject("metadata");
    metadata.put("generateName", service.key().name() + "-");
    metadata.put("namespace", service.key().namespace());
    metadata.set("labels", labels(service));
    metadata.putArray("ownerReferences").add(owner(service));
    trigger.ifPresent(time -> metadata.putObject("annotations").put(TRIGGER, time.toString()));
    slice.put("addressType", family);
    slice.set("ports", ports);
    ArrayNode list = slice.putArray("endpoints");
    endpoints.forEach(list::add);
    return new Action.Create(Resources.ENDPOINT_SLICES, service.key().namespace(), slice);
  }

  private static ObjectNode owner(ServiceView service) {
    return Ownership.controllerReference(Resources.SERVICE, service.key().name(), service.uid());
  }

  private static ObjectNode labels(ServiceView service) {
    ObjectNode labels = Json.object();
    service
        .labels()
        .forEach(
            (name, value) -> {
              if (!OWN_LABELS.contains(name)) {
                labels.put(name, value);
              }
            });
    labels.put(EndpointSliceReconcile.SERVICE_NAME, service.key().name());
    labels.put(EndpointSliceReconcile.MANAGED_BY, EndpointSliceReconcile.CONTROLLER);
    if (service.headless()) {
      labels.put(HEADLESS, "");
    }
    return labels;
  }
}
