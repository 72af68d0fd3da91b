package io.luotsi.core.controller.ipaddress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether an address and the Service that has it agree.
 *
 * @see "Source: kube-apiserver, ipallocator controller repairip"
 */
public final class AddressRepair {
  /** An address is taken before its Service is stored: so young, it may just be on its way. */
  public static final Duration GRACE = Duration.ofSeconds(60);

  private AddressRepair() {}

  /**
   * @param again when to look once more
   */
  public record Plan(List<Action> actions, Optional<Duration> again) {}

  /**
   * @param allocated the IPAddress of that name, if there is one
   * @param services that have the address, in key order
   */
  public static Plan plan(
      String address, Optional<StoredObject> allocated, List<StoredObject> services, Instant now) {
    if (allocated.isEmpty()) {
      return services.isEmpty()
          ? new Plan(List.of(), Optional.empty())
          : new Plan(allocate(address, services.getFirst()), Optional.empty());
    }
    ObjectNode json = Json.readObject(allocated.get().json());
    JsonNode parent = json.at("/spec/parentRef");
    ObjectKey owner =
        ObjectKey.of(
            parent.path("namespace").asText(),
            parent.path("name").asText().isEmpty() ? "?" : parent.path("name").asText());
    boolean ofService = parent.path("resource").asText().equals("services");
    if (!ofService || services.stream().anyMatch(service -> service.key().equals(owner))) {
      return new Plan(List.of(), Optional.empty());
    }
    Instant made = Timestamps.read(json.at("/metadata/creationTimestamp")).orElse(Instant.EPOCH);
    Duration left = Duration.between(now, made.plus(GRACE));
    if (left.isPositive()) {
      return new Plan(List.of(), Optional.of(left));
    }
    Action release =
        new Action.Delete(
            Resources.IP_ADDRESSES,
            allocated.get().key(),
            new DeleteOptions(
                OptionalInt.empty(),
                Optional.empty(),
                Optional.of(allocated.get().uid()),
                Optional.of(Long.toString(allocated.get().resourceVersion()))));
    return new Plan(List.of(release), Optional.empty());
  }

  private static List<Action> allocate(String address, StoredObject service) {
    ObjectNode body = Json.object();
    body.put("apiVersion", "networking.k8s.io/v1").put("kind", "IPAddress");
    ObjectNode metadata = body.putObject("metadata").put("name", address);
    metadata
        .putObject("labels")
        .put("ipaddress.kubernetes.io/ip-family", address.indexOf(':') >= 0 ? "IPv6" : "IPv4")
        .put("ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io");
    body.putObject("spec")
        .putObject("parentRef")
        .put("group", "")
        .put("resource", "services")
        .put("namespace", service.key().namespace())
        .put("name", service.key().name());
    return List.of(
        new Action.Create(Resources.IP_ADDRESSES, "", body),
        Action.warning(
            EventSubject.of(Resources.SERVICE, service),
            "ClusterIPNotAllocated",
            "Cluster IP [IPv4]: " + address + " is not allocated; repairing"));
  }
}
