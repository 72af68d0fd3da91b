package io.luotsi.app.member;

import io.luotsi.app.directory.Seat;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Address;

/** Which member has which ActorSystem, as the cluster's founding record has it. */
final class ArterySeats {
  private final Map<String, Address> addresses;

  ArterySeats(List<Seat> seats) {
    this.addresses =
        seats.stream().collect(Collectors.toUnmodifiableMap(Seat::name, ArterySeats::address));
  }

  private static Address address(Seat seat) {
    return new Address("pekko", ActorSystems.CLUSTER, seat.host(), seat.arteryPort());
  }

  /** Of the member's ActorSystem. */
  Optional<Address> address(String name) {
    return Optional.ofNullable(addresses.get(name));
  }

  /** The nodes whose ActorSystems these are. */
  Set<String> nodes(Collection<String> of) {
    Set<String> nodes = new TreeSet<>();
    addresses.forEach(
        (name, address) -> {
          if (of.contains(address.toString())) {
            nodes.add(name);
          }
        });
    return nodes;
  }
}
