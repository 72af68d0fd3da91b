package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.persistence.registry.RegistryEvent;
import java.util.List;

/** One entry of a group's Raft log, as {@link EntryFormat} lays it out. */
sealed interface Entry {
  /**
   * What a registry decided in one batch.
   *
   * @param term in which the registry recovered: the entry counts only if it is the entry's own
   * @param firstVersion of the first event; the others follow without a gap
   */
  record Batch(GroupResource resource, long term, long firstVersion, List<RegistryEvent> events)
      implements Entry {
    public Batch {
      events = List.copyOf(events);
    }
  }

  /** A Pekko cluster is to be formed; counts only if it is the next incarnation. */
  record Form(ClusterState.Formed formed) implements Entry {}

  /** A member of the Pekko cluster is down, for good. */
  record Down(ClusterState.Member member) implements Entry {}

  /**
   * Says who is to take part in all groups.
   *
   * @param seen what was decided before: the entry counts only if it still is
   */
  record Enrol(List<Enrolment> seen, List<Enrolment> wished) implements Entry {
    public Enrol {
      seen = List.copyOf(seen);
      wished = List.copyOf(wished);
    }
  }
}
