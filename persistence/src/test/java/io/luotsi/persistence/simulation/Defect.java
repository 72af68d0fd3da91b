package io.luotsi.persistence.simulation;

/** A mistake that somebody might make; planted, it must be found. */
enum Defect {
  NONE,
  /** Members say that they have an entry before it is on their disk. */
  ACKNOWLEDGES_BEFORE_THE_SYNC,
  /** A watcher that goes on with another member passes over an event. */
  SKIPS_AN_EVENT,
  /** Whatever is in the log counts, whoever wrote it. */
  LETS_TWO_WRITERS_WRITE,
  /** Refusals leave without a round that confirms the leader. */
  ANSWERS_WHEN_DEPOSED,
  /** Refusals leave although an earlier registry of the term has written meanwhile. */
  ANSWERS_FROM_BEHIND
}
