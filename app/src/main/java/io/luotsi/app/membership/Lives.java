package io.luotsi.app.membership;

import java.util.Set;
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

  /**
   * Which of the cluster's JVMs are lost, as soon as that is known and whenever it changes; not a
   * word about those that have not been members since the cluster was formed. Only between {@code
   * began} and {@code ending}.
   *
   * @param addresses of their ActorSystems, in order
   */
  void lost(ActorSystem<?> system, Set<String> addresses);
}
