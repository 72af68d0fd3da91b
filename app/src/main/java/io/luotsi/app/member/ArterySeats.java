package io.luotsi.app.member;

import io.luotsi.app.directory.Seat;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.Address;

/** Which member has which ActorSystem. */
final class ArterySeats {
  private final KnownSeats seats;

  ArterySeats(KnownSeats seats) {
    this.seats = seats;
  }

  private static Address address(Seat seat) {
    return new Address("pekko", ActorSystems.CLUSTER, seat.host(), seat.arteryPort());
  }

  /** Of a control-plane member's ActorSystem. */
  Optional<Address> address(String name) {
    return seats.controlPlane().stream()
        .filter(seat -> seat.name().equals(name))
        .findFirst()
        .map(ArterySeats::address);
  }

  /** The nodes whose ActorSystems these are. */
  Set<String> nodes(Collection<String> of) {
    Set<String> nodes = new TreeSet<>();
    if (of.isEmpty()) {
      return nodes;
    }
    for (Seat seat : seats.all()) {
      if (of.contains(address(seat).toString())) {
        nodes.add(seat.name());
      }
    }
    return nodes;
  }
}
