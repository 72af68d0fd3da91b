package io.luotsi.persistence.carriage;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Requests on their way to other members' carriers. Those that come before a {@link #flush} leave
 * in messages of bounded size, in their order; whoever adds them has that come behind what it has
 * to do already, so that one alone leaves at once. Not for several threads.
 */
public final class Outbox {
  private final BiConsumer<String, Carrier.Wire> wire;
  private final Map<String, Bundle<Carrier.Request>> bundles = new HashMap<>();
  private boolean flushDue;

  /**
   * @param wire sends to the member of that name; what is sent may be lost without a word
   */
  public Outbox(BiConsumer<String, Carrier.Wire> wire) {
    this.wire = wire;
  }

  /**
   * For a carrier that reads bundles; all requests to it have the same asker.
   *
   * @return whether a flush is to follow that none has asked for yet
   */
  public boolean add(String member, Carrier.Request request) {
    bundles
        .computeIfAbsent(member, name -> new Bundle<>(requests -> send(name, requests)))
        .add(request, request.sizeBytes());
    boolean first = !flushDue;
    flushDue = true;
    return first;
  }

  /** For a carrier of which it is not known whether it reads bundles. Overtakes nothing. */
  void sendAlone(String member, Carrier.Request request) {
    Bundle<Carrier.Request> before = bundles.get(member);
    if (before != null) {
      before.flush();
    }
    wire.accept(member, request);
  }

  public void flush() {
    flushDue = false;
    bundles.values().forEach(Bundle::flush);
  }

  private void send(String member, List<Carrier.Request> requests) {
    wire.accept(
        member, requests.size() == 1 ? requests.getFirst() : new Carrier.Requests(requests));
  }
}
