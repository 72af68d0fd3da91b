package io.luotsi.core.controller.actor;

import java.util.function.Consumer;

/** One control loop: what it watches, and what it does about a key. */
interface Loop<K> {
  /** Upstream's name of the controller, which is also the source of its events. */
  String name();

  /** Registers listeners that do no more than say which keys want work. */
  void watch(Informers informers, Consumer<K> wants);

  /**
   * Brings one key nearer to what it should be. Runs on a virtual thread and may wait; never runs
   * twice at once for one key.
   */
  Result reconcile(K key) throws InterruptedException;

  /** How many keys are worked on at the same time, where {@code usual} is what others do. */
  default int atOnce(int usual) {
    return usual;
  }
}
