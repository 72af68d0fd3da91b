package io.luotsi.node.relay;

import java.time.Duration;

/**
 * How long the two ends of a log wait for each other.
 *
 * @param beat how often each says that it lives, whether or not it has anything else to say
 * @param silence after which the other one counts as gone; several beats
 * @param opening until a node must have answered that it has the log, or has not
 */
public record RelayTimes(Duration beat, Duration silence, Duration opening) {
  public static final RelayTimes DEFAULT =
      new RelayTimes(Duration.ofSeconds(1), Duration.ofSeconds(6), Duration.ofSeconds(5));
}
