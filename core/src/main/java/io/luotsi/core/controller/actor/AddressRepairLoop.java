package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.ipaddress.AddressRepair;
import io.luotsi.core.informer.Index;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs {@link AddressRepair}. Keys are addresses. */
final class AddressRepairLoop implements Loop<String> {
  private static final String CLUSTER_IP = "spec.clusterIP";
  private static final Index BY_ADDRESS = Index.field(CLUSTER_IP);

  private final Informers informers;
  private final Hands hands;
  private final Clock clock;

  AddressRepairLoop(Informers informers, Hands hands, Clock clock) {
    this.informers = informers;
    this.hands = hands;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "service-ip-repair-controller";
  }

  @Override
  public void watch(Informers all, Consumer<String> wants) {
    all.listen(Resources.IP_ADDRESSES, (key, before, after) -> wants.accept(key.name()));
    all.listen(
        Resources.SERVICES,
        (key, before, after) -> {
          before.map(AddressRepairLoop::address).filter(ip -> !ip.isEmpty()).ifPresent(wants);
          after.map(AddressRepairLoop::address).filter(ip -> !ip.isEmpty()).ifPresent(wants);
        },
        BY_ADDRESS);
  }

  private static String address(StoredObject service) {
    String address = service.field(CLUSTER_IP);
    return address.equals("None") ? "" : address;
  }

  @Override
  public Result reconcile(String address) throws InterruptedException {
    AddressRepair.Plan plan =
        AddressRepair.plan(
            address,
            informers.get(Resources.IP_ADDRESSES, ObjectKey.of(address)),
            List.copyOf(informers.of(Resources.SERVICES).find(BY_ADDRESS, address)),
            clock.instant());
    Round round = hands.round();
    Optional<Rejection> failure = round.run(plan.actions());
    return round.end(Hands.unlessThere(failure), plan.again());
  }
}
