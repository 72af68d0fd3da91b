package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import io.luotsi.persistence.registry.Replica;
import java.nio.ByteBuffer;

/**
 * The rules by which committed entries change a group's state, the same on every member. Not for
 * several threads.
 *
 * <p>Fencing: a batch counts only if the term in which its registry recovered is the entry's own,
 * and its first version is the resource's next. So a deposed registry can never succeed beside a
 * new one, whatever the cluster believes about itself.
 */
final class EntryApplier {
  private final Replica replica;
  private final Observable<ClusterState> cluster;
  private final Listener listener;

  /** Hears, on the applying thread, what a member must remember besides the log. */
  interface Listener {
    Listener NONE =
        new Listener() {
          @Override
          public void born(GroupResource resource) {}

          @Override
          public void membersChanged() {}
        };

    /** A resource's first event has been applied. */
    void born(GroupResource resource);

    /** It has been decided who is to take part, other than when the cluster was founded. */
    void membersChanged();
  }

  EntryApplier(Replica replica, Observable<ClusterState> cluster, Listener listener) {
    this.replica = replica;
    this.cluster = cluster;
    this.listener = listener;
  }

  /**
   * Applies what was logged in {@code term}, whoever proposed it; bytes that are no entry are
   * refused.
   */
  Verdict apply(ByteBuffer logged, long term) {
    Entry entry;
    try {
      entry = EntryFormat.read(new ByteSource(logged), this::fields);
    } catch (MalformedBytes e) {
      return new Verdict.Refused(String.valueOf(e.getMessage()));
    }
    return apply(entry, term);
  }

  private SelectableFields fields(GroupResource resource) {
    return replica.settings(resource).selectable();
  }

  /** Applies an entry that was logged in {@code term}, or nothing of it. */
  Verdict apply(Entry entry, long term) {
    return switch (entry) {
      case Entry.Batch batch when batch.term() != term ->
          new Verdict.Refused("written for term " + batch.term() + " and logged in " + term);
      case Entry.Batch batch ->
          replica
              .apply(batch.resource(), batch.events())
              .<Verdict>map(obstacle -> new Verdict.Refused(batch.resource() + ": " + obstacle))
              .orElseGet(() -> applied(batch));
      case Entry.Form(ClusterState.Formed formed)
          when formed.incarnation() != cluster.value().incarnation() + 1 ->
          new Verdict.Refused(
              "incarnation "
                  + formed.incarnation()
                  + " cannot follow "
                  + cluster.value().incarnation());
      case Entry.Form(ClusterState.Formed formed) -> {
        cluster.set(cluster.value().form(formed));
        yield Verdict.APPLIED;
      }
      case Entry.Down(ClusterState.Member member) -> {
        cluster.set(cluster.value().down(member));
        yield Verdict.APPLIED;
      }
      case Entry.Enrol(var seen, var wished) when !seen.equals(cluster.value().enrolled()) ->
          new Verdict.Refused("another change of members was decided first");
      case Entry.Enrol(var seen, var wished) -> {
        cluster.set(cluster.value().enrol(wished));
        listener.membersChanged();
        yield Verdict.APPLIED;
      }
    };
  }

  private Verdict applied(Entry.Batch batch) {
    if (batch.firstVersion() == 1) {
      listener.born(batch.resource());
    }
    return Verdict.APPLIED;
  }
}
