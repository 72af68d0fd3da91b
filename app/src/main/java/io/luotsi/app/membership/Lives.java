package io.luotsi.app.membership;

import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The ActorSystems of one JVM, one after the other. Called one at a time and in turn: {@code
 * create}, {@code began}, {@code ending}, {@code create} …
 */
public interface Lives {
  /** A new system that has joined nothing yet. */
  ActorSystem<?> create();

  /** The system is what the JVM works with from now on. It need not be a member of the cluster. */
  void began(ActorSystem<?> system);

  /** The system is about to be terminated: what depends on it has to let go. */
  void ending(ActorSystem<?> system);
}
