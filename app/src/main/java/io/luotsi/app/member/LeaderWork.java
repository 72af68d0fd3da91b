package io.luotsi.app.member;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What runs in this JVM at the moment of that which runs beside group 0's leader: {@value
 * #CONTROLLERS}, {@value #SCHEDULER}. For any number of threads.
 */
final class LeaderWork {
  static final String CONTROLLERS = "controllers";
  static final String SCHEDULER = "scheduler";

  private final Map<ActorRef<?>, String> running = new ConcurrentHashMap<>();

  void began(ActorRef<?> actor, String what) {
    running.put(actor, what);
  }

  void ended(ActorRef<?> actor) {
    running.remove(actor);
  }

  /** In the order of their names; what is replaced and its successor count once. */
  List<String> running() {
    return running.values().stream().distinct().sorted().toList();
  }
}
