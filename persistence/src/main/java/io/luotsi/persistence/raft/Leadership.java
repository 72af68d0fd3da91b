package io.luotsi.persistence.raft;

import java.util.OptionalLong;

/** Whether this member may write to a group. */
public sealed interface Leadership {
  /**
   * This member leads in {@code term}, and its replica has everything that was committed before.
   */
  record Ready(long term) implements Leadership {}

  /** Another member leads, or none. */
  record None() implements Leadership {}

  Leadership NONE = new None();

  default OptionalLong readyTerm() {
    return switch (this) {
      case Ready(long term) -> OptionalLong.of(term);
      case None none -> OptionalLong.empty();
    };
  }
}
