package io.luotsi.persistence.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * A process that may be killed, which ends all it had planned, or paused, which puts it off.
 *
 * @see World#after
 */
final class Machine {
  private final int number;
  private long life;
  private boolean paused;
  private List<Runnable> putOff = new ArrayList<>();

  Machine(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  long life() {
    return life;
  }

  boolean isPaused() {
    return paused;
  }

  void run(Runnable task) {
    if (paused) {
      putOff.add(task);
    } else {
      task.run();
    }
  }

  void kill() {
    life++;
    paused = false;
    putOff.clear();
  }

  void pause() {
    paused = true;
  }

  /** Does what was put off, in the order in which it was due. */
  void resume(World world) {
    paused = false;
    List<Runnable> due = putOff;
    putOff = new ArrayList<>();
    due.forEach(task -> world.after(0, this, task));
  }
}
