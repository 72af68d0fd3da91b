package io.luotsi.core.controller.endpointslice;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.Selectors;
import io.luotsi.core.controller.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Service as the EndpointSlice controller reads it.
 *
 * @param selector empty if the Service's slices are somebody else's business
 * @param ports {@code spec.ports}
 * @param families {@code IPv4}, {@code IPv6}, the Service's order
 */
public record ServiceView(
    ObjectKey key,
    String uid,
    long resourceVersion,
    boolean deleting,
    Map<String, String> labels,
    Optional<LabelSelector> selector,
    boolean headless,
    boolean publishNotReady,
    JsonNode ports,
    List<String> families,
    Instant created) {

  public static ServiceView of(StoredObject object) {
    JsonNode json = Json.readObject(object.json());
    JsonNode spec = json.path("spec");
    boolean managed =
        !spec.path("selector").isEmpty() && !spec.path("type").asText().equals("ExternalName");
    List<String> families = new ArrayList<>();
    spec.path("ipFamilies").forEach(family -> families.add(family.asText()));
    if (families.isEmpty()) {
      families.add(spec.path("clusterIP").asText().indexOf(':') >= 0 ? "IPv6" : "IPv4");
    }
    return new ServiceView(
        object.key(),
        object.uid(),
        object.resourceVersion(),
        object.deleting(),
        object.labels(),
        managed
            ? Optional.of(LabelSelector.ofLabels(Selectors.strings(spec.path("selector"))))
            : Optional.empty(),
        spec.path("clusterIP").asText().equals("None"),
        spec.path("publishNotReadyAddresses").asBoolean(false),
        spec.path("ports"),
        List.copyOf(families),
        Timestamps.read(json.at("/metadata/creationTimestamp")).orElse(Instant.EPOCH));
  }

  public EventSubject subject() {
    return new EventSubject(Resources.SERVICE, key, uid, Long.toString(resourceVersion), "");
  }
}
