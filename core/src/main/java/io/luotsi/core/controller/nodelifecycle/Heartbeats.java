package io.luotsi.core.controller.nodelifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Which nodes are alive: as their heartbeats say by this member's own clock, and as a failure
 * detector says, which may know sooner that one is not. Safe for several threads.
 *
 * <p>A heartbeat takes back the failure detector's word if it was written after it. One that was
 * under way, or that a cache which is being filled tells for the first time, does not.
 */
public final class Heartbeats {
  /** A place in the order of what was written: newest versions of a node's lease and of itself. */
  public record Place(long lease, long node) {
    /** No heartbeat is known to be newer. */
    private static final Place UNKNOWN = new Place(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** Where a heartbeat was written. */
  public enum Source {
    LEASE,
    STATUS
  }

  private static final class Pulse {
    private Instant heard;
    private boolean silent;

    Pulse(Instant heard) {
      this.heard = heard;
    }
  }

  /** The heartbeat in a node's status, and the version at which it was seen. */
  private record Status(String heartbeat, long version) {}

  private final Duration grace;
  private final Map<String, Status> statuses = new HashMap<>();
  private final Map<String, Pulse> pulses = new HashMap<>();
  private final Map<String, Place> lost = new HashMap<>();

  /**
   * @param grace how long a node may be silent
   */
  public Heartbeats(Duration grace) {
    this.grace = grace;
  }

  /**
   * A node gave a sign of life.
   *
   * @param version of the object that it was written to
   * @return whether the node was taken for dead and is not any more
   */
  public synchronized boolean heard(String node, Source source, long version, Instant now) {
    Place place = lost.get(node);
    if (place != null) {
      long known =
          switch (source) {
            case LEASE -> place.lease();
            case STATUS -> place.node();
          };
      if (version <= known) {
        return false;
      }
      lost.remove(node);
    }
    Pulse pulse = pulses.computeIfAbsent(node, unheard -> new Pulse(now));
    pulse.heard = now;
    boolean returned = pulse.silent;
    pulse.silent = false;
    return returned;
  }

  /**
   * A node's status was seen, by whoever saw it first: another heartbeat in it than the one before
   * is a sign of life.
   *
   * @return as {@link #heard}
   */
  public synchronized boolean seen(String node, String heartbeat, long version, Instant now) {
    Status before = statuses.get(node);
    if (before != null && version <= before.version()) {
      return false;
    }
    statuses.put(node, new Status(heartbeat, version));
    return before != null
        && !before.heartbeat().equals(heartbeat)
        && heard(node, Source.STATUS, version, now);
  }

  /** The failure detector has lost the node; {@link #lostAt} says since which place. */
  public synchronized void lost(String node) {
    lost.put(node, Place.UNKNOWN);
  }

  /** Whether the failure detector has lost the node, and it is not known yet at which place. */
  public synchronized boolean wantsPlace(String node) {
    return Place.UNKNOWN.equals(lost.get(node));
  }

  /** Heartbeats up to here were written before the loss was heard of. */
  public synchronized void lostAt(String node, Place place) {
    lost.replace(node, Place.UNKNOWN, place);
  }

  /** The failure detector has found the node again. */
  public synchronized void found(String node) {
    lost.remove(node);
  }

  /**
   * How long the node may go on being silent; zero if it is to be taken for dead. A node that was
   * never heard of is given the whole grace from now.
   */
  public synchronized Duration patience(String node, Instant now) {
    Pulse pulse = pulses.computeIfAbsent(node, unheard -> new Pulse(now));
    Duration left = Duration.between(now, pulse.heard.plus(grace));
    pulse.silent = lost.containsKey(node) || left.isNegative() || left.isZero();
    return pulse.silent ? Duration.ZERO : left;
  }

  /** The node has been deleted; one of that name begins anew. */
  public synchronized void forget(String node) {
    pulses.remove(node);
    statuses.remove(node);
    lost.remove(node);
  }
}
