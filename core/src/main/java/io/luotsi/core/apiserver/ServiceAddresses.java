package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Write;
import java.util.List;
import java.util.Optional;

/**
 * Gives Services their addresses. An address belongs to whoever stored the IPAddress object of that
 * name, so two Services can never have the same one; what a crash between the two writes leaves
 * behind is an IPAddress whose Service does not have it, which a repair loop removes.
 */
final class ServiceAddresses implements Reservation.Maker {
  static final GroupResource ADDRESSES = new GroupResource("networking.k8s.io", "ipaddresses");

  private final PipelineParts parts;
  private final ServiceRange range;

  ServiceAddresses(PipelineParts parts) {
    this.parts = parts;
    this.range = ServiceRange.parse(parts.settings().serviceRange());
  }

  @Override
  public boolean concerns(Target target) {
    return target.type().plural().equals("services")
        && target.type().kind().group().isEmpty()
        && !target.subresource().equals("status");
  }

  @Override
  public Outcome<Reservation> reserve(
      Target target, ObjectNode service, Optional<ObjectNode> current, boolean dryRun) {
    ObjectNode spec = service.withObject("spec");
    String had =
        current.filter(ServiceDefaults::hasAddress).map(ServiceDefaults::clusterIp).orElse("");
    if (!ServiceDefaults.hasAddress(service)) {
      ServiceDefaults.removeAddress(spec);
      return Outcome.done(new Reservation(() -> {}, dryRun ? () -> {} : () -> free(service, had)));
    }
    String wanted = ServiceDefaults.clusterIp(service);
    if (wanted.equals(ServiceDefaults.HEADLESS) || (!wanted.isEmpty() && wanted.equals(had))) {
      ServiceDefaults.setAddress(spec, wanted);
      return Outcome.done(Reservation.NONE);
    }
    Outcome<Taken> taken =
        wanted.isEmpty() ? takeAny(service, dryRun) : takeThat(target, service, wanted, dryRun);
    return taken.map(
        it -> {
          ServiceDefaults.setAddress(spec, it.address());
          return new Reservation(
              () -> it.stored().ifPresent(this::remove),
              dryRun ? () -> {} : () -> free(service, had));
        });
  }

  /**
   * @param stored what keeps the address; empty in a dry run
   */
  private record Taken(String address, Optional<StoredObject> stored) {}

  @Override
  public void release(ObjectNode gone) {
    if (ServiceDefaults.hasAddress(gone)) {
      free(gone, ServiceDefaults.clusterIp(gone));
    }
  }

  private Outcome<Taken> takeThat(
      Target target, ObjectNode service, String address, boolean dryRun) {
    if (!range.contains(address)) {
      return refused(
          target,
          service,
          address,
          "the provided IP ("
              + address
              + ") is not in the valid range. The range of valid IPs is "
              + range.cidr());
    }
    return switch (take(service, address, dryRun)) {
      case Outcome.Done<Taken> done -> done;
      case Outcome.Rejected<Taken>(Rejection.AlreadyExists taken) ->
          refused(target, service, address, "provided IP is already allocated");
      case Outcome.Rejected<Taken> refused -> refused;
    };
  }

  /** Draws where to begin, above the part left to certain wishes, and goes round from there. */
  private Outcome<Taken> takeAny(ObjectNode service, boolean dryRun) {
    return taken()
        .flatMap(
            there -> {
              int usable = range.usable();
              int start = range.dynamicStart();
              int first = start + parts.identities().below(usable - start);
              for (int i = 0; i < usable; i++) {
                String address = range.address((first + i) % usable);
                if (there.get(ObjectKey.of(address)).isPresent()) {
                  continue;
                }
                switch (take(service, address, dryRun)) {
                  case Outcome.Done<Taken> done -> {
                    return done;
                  }
                  // Another Service was faster.
                  case Outcome.Rejected<Taken>(Rejection.AlreadyExists lost) -> {}
                  case Outcome.Rejected<Taken> refused -> {
                    return refused;
                  }
                }
              }
              return Outcome.rejected(
                  new Rejection.InternalError("failed to allocate a serviceIP: range is full"));
            });
  }

  private Outcome<ResourceSnapshot> taken() {
    return parts.store().read(ADDRESSES, ReadVersion.ANY).toCompletableFuture().join();
  }

  private Outcome<Taken> take(ObjectNode service, String address, boolean dryRun) {
    if (dryRun) {
      return taken()
          .flatMap(
              there ->
                  there.get(ObjectKey.of(address)).isPresent()
                      ? Outcome.rejected(new Rejection.AlreadyExists(ADDRESSES, address))
                      : Outcome.done(new Taken(address, Optional.empty())));
    }
    return parts
        .store()
        .commit(ADDRESSES, new Write.Create(draft(service, address)))
        .toCompletableFuture()
        .join()
        .map(stored -> new Taken(address, Optional.of(stored)));
  }

  private ObjectDraft draft(ObjectNode service, String address) {
    ObjectNode object =
        Json.object().put("apiVersion", "networking.k8s.io/v1").put("kind", "IPAddress");
    ObjectNode meta = object.putObject("metadata");
    meta.put("name", address)
        .put("uid", parts.identities().uid())
        .put("creationTimestamp", ObjectMeta.time(parts.clock().instant()));
    meta.putObject("labels")
        .put("ipaddress.kubernetes.io/ip-family", "IPv4")
        .put("ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io");
    object
        .putObject("spec")
        .putObject("parentRef")
        .put("group", "")
        .put("resource", "services")
        .put("namespace", ObjectMeta.text(service, "namespace"))
        .put("name", ObjectMeta.name(service));
    return ObjectDraft.of(object, SelectableFields.NONE);
  }

  /**
   * Gives back an address that the service has kept. Not waited for, and not tried again: the
   * repair loop does.
   */
  private void free(ObjectNode service, String address) {
    if (address.isEmpty() || address.equals(ServiceDefaults.HEADLESS)) {
      return;
    }
    parts
        .store()
        .read(ADDRESSES, ReadVersion.ANY)
        .thenAccept(
            outcome ->
                outcome.ifDone(
                    snapshot ->
                        snapshot
                            .get(ObjectKey.of(address))
                            .filter(kept -> isOf(kept, service))
                            .ifPresent(this::remove)));
  }

  private static boolean isOf(StoredObject kept, ObjectNode service) {
    JsonNode parent = Json.readObject(kept.json()).at("/spec/parentRef");
    return parent.path("resource").asText().equals("services")
        && parent.path("namespace").asText().equals(ObjectMeta.text(service, "namespace"))
        && parent.path("name").asText().equals(ObjectMeta.name(service));
  }

  /** That very object: by now the address may have been freed and taken by another Service. */
  private void remove(StoredObject kept) {
    parts.store().commit(ADDRESSES, new Write.Delete(kept.key(), Precondition.unchanged(kept)));
  }

  private static Outcome<Taken> refused(
      Target target, ObjectNode service, String address, String why) {
    return Outcome.rejected(
        new Rejection.Invalid(
            target.type().kind(),
            ObjectMeta.name(service),
            List.of(
                new FieldError(
                    FieldError.Type.INVALID,
                    "spec.clusterIPs",
                    "[\"" + address + "\"]",
                    "failed to allocate IP " + address + ": " + why))));
  }
}
