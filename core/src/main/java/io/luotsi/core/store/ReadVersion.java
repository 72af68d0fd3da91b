package io.luotsi.core.store;

/** How new a read must be. */
public sealed interface ReadVersion {
  /** Everything acknowledged before the read was asked. Costs a round of the leader's. */
  record Latest() implements ReadVersion {}

  /** Whatever this member has. */
  record Any() implements ReadVersion {}

  /** At least that version; waited for. */
  record NotOlderThan(long version) implements ReadVersion {}

  /** That version and no other. */
  record Exact(long version) implements ReadVersion {}

  ReadVersion LATEST = new Latest();
  ReadVersion ANY = new Any();
}
