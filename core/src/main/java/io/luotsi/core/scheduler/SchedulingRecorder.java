package io.luotsi.core.scheduler;

import java.time.Duration;

/**
 * Hears what the scheduler does, for figures. Called by the scheduler's actor alone; returns at
 * once.
 */
public interface SchedulingRecorder {
  /** Where pods wait. */
  enum Queue {
    ACTIVE,
    BACKOFF,
    UNSCHEDULABLE,
    GATED
  }

  /** How an attempt to schedule a pod ended. */
  enum Result {
    SCHEDULED,
    UNSCHEDULABLE,
    ERROR
  }

  /** How many pods wait in each queue. */
  record Pending(int active, int backoff, int unschedulable, int gated) {
    public static final Pending NONE = new Pending(0, 0, 0, 0);
  }

  /** One attempt, from when it began; one that comes to nothing is never told of. */
  @FunctionalInterface
  interface Attempt {
    /**
     * @param profile the name that pods ask for their scheduler by
     */
    void ended(String profile, Result result);
  }

  /** For those who want no figures. */
  SchedulingRecorder NONE =
      new SchedulingRecorder() {
        @Override
        public Attempt attempt() {
          return (profile, result) -> {};
        }

        @Override
        public void bound(Duration sinceQueued, int attempts) {}

        @Override
        public void incoming(Queue queue, String event) {}

        @Override
        public void pending(Pending pending) {}
      };

  /** An attempt begins. */
  Attempt attempt();

  /**
   * A pod has its node.
   *
   * @param sinceQueued since it came into the queue for the first time
   * @param attempts that it took, at least 1
   */
  void bound(Duration sinceQueued, int attempts);

  /**
   * A pod has come into a queue.
   *
   * @param event why, in upstream's words
   */
  void incoming(Queue queue, String event);

  void pending(Pending pending);
}
