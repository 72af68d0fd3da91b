package io.luotsi.persistence.raft;

/** Where a group's leader is, as far as this member knows; it may be wrong for a while. */
public sealed interface Leader {
  /** This member; whether it is ready to write, {@link Leadership} says. */
  record Here() implements Leader {}

  /**
   * @param name of the member that leads
   */
  record Elsewhere(String name) implements Leader {}

  /** An election goes on, or no majority is in reach. */
  record Unknown() implements Leader {}
}
