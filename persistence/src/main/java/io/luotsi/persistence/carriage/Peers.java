package io.luotsi.persistence.carriage;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * The other members' {@link Carrier}s of one group, wherever their ActorSystems are. For any number
 * of threads.
 *
 * <p>They are reached by selection and never by reference, because a member's ActorSystem comes
 * back at the same address, and whoever leads has no reason to speak first. Of messages to a system
 * that is quarantined (it has said that it ends, or is down) Artery lets only selections pass,
 * which is how a sender meets the system that follows it; all others it drops without a word until
 * the other side speaks. And what came for a reference before the carrier was there would enter the
 * table by which Artery shortens names, as nobody's, and so would all that comes after.
 */
public final class Peers {
  private final ActorSystem<?> system;
  private final Function<String, Optional<Address>> addresses;
  private final String path;
  private final ConcurrentMap<Address, ActorSelection> carriers = new ConcurrentHashMap<>();

  /**
   * @param addresses of the other members' ActorSystems, by the members' names; asked every time
   * @param carrier what the group's carrier is called on every member, among the system's actors
   */
  public Peers(
      ActorSystem<?> system, Function<String, Optional<Address>> addresses, String carrier) {
    this.system = system;
    this.addresses = addresses;
    this.path = "/system/" + carrier;
  }

  /** Whether it is known where that member's ActorSystem is. */
  public boolean knows(String name) {
    return addresses.apply(name).isPresent();
  }

  /** May be lost without a word, as when it is not known where that member's ActorSystem is. */
  public void send(String name, Carrier.Wire message) {
    addresses
        .apply(name)
        .map(address -> carriers.computeIfAbsent(address, this::select))
        .ifPresent(carrier -> carrier.tell(message, ActorRef.noSender()));
  }

  private ActorSelection select(Address address) {
    return Adapter.toClassic(system).actorSelection(address + path);
  }
}
