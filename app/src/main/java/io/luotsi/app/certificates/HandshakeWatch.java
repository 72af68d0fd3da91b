package io.luotsi.app.certificates;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLHandshakeException;
import org.apache.pekko.actor.ActorCell;
import org.apache.pekko.actor.ActorContext;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.impl.FanIn;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Lets connections go that do not say in time who they are. Artery itself would keep each of them,
 * with some 100 KiB of buffers, for as long as its peer likes, and anybody can make any number.
 *
 * <p>Pekko's streams have no time limit for a handshake and hide the connection from whoever makes
 * its engine. So this looks up the actor that is just being made for the connection, and later
 * tells it what the transport tells it when a connection breaks.
 *
 * @see "Source: Pekko 1.7.0, org.apache.pekko.stream.impl.io.TLSActor"
 */
final class HandshakeWatch {
  /** Above it, the oldest is let go at once. A cluster's own need some ms. */
  static final int AT_MOST = 100;

  /** The side of a TLSActor on which the network is. */
  private static final int TRANSPORT = 0;

  private record Handshake(SSLEngine engine, ActorRef connection) {
    /** A server has a session before it knows its client, and does not shake hands at first. */
    boolean isOver() {
      return engine.isInboundDone()
          || engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
              && !engine.getSession().getProtocol().equals("NONE");
    }

    void giveUp(String why) {
      connection.tell(
          new FanIn.OnError(TRANSPORT, new SSLHandshakeException(why)), ActorRef.noSender());
    }
  }

  private final Duration within;
  private final ActorSystem system;
  private final Deque<Handshake> going = new ArrayDeque<>();

  HandshakeWatch(Duration within, ActorSystem system) {
    this.within = within;
    this.system = system;
  }

  /**
   * Begins with a connection that has been accepted.
   *
   * @param engine made by the actor that is to use it, in whose thread this is called
   */
  void watch(SSLEngine engine) {
    Handshake handshake = new Handshake(engine, actorBeingMade());
    add(handshake);
    system.scheduler().scheduleOnce(within, () -> end(handshake), system.dispatcher());
  }

  private synchronized void add(Handshake handshake) {
    going.removeIf(Handshake::isOver);
    if (going.size() >= AT_MOST) {
      going.removeFirst().giveUp("more than " + AT_MOST + " handshakes at a time");
    }
    going.addLast(handshake);
  }

  private synchronized void end(Handshake handshake) {
    if (going.remove(handshake) && !handshake.isOver()) {
      handshake.giveUp("no handshake within " + within);
    }
  }

  private static ActorRef actorBeingMade() {
    return CollectionConverters.asJava(ActorCell.contextStack().get()).stream()
        .filter(Objects::nonNull) // a mark above the actor's own that it has taken it
        .findFirst()
        .map(ActorContext::self)
        .orElseThrow(
            () -> new IllegalStateException("Pekko makes engines outside of actors: see here"));
  }
}
