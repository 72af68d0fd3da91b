package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import io.luotsi.persistence.registry.RegistryEvent;
import io.luotsi.persistence.registry.RegistryState;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.WriteFailure;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What this package does with a group's entries, for a log that is not Ratis's. */
public final class GroupRules {
  /** An entry on its way into the log. */
  public static final class Proposed {
    private final Proposal proposal;

    private Proposed(Proposal proposal) {
      this.proposal = proposal;
    }

    public byte[] bytes() {
      return proposal.getContent().toByteArray();
    }

    public void markAppended() {
      proposal.markAppended();
    }

    public WriteFailure unanswered(String why) {
      return proposal.unanswered(why);
    }
  }

  private final Replica replica;
  private final EntryApplier applier;

  public GroupRules(Replica replica) {
    this.replica = replica;
    this.applier =
        new EntryApplier(replica, new Observable<>(ClusterState.NONE), EntryApplier.Listener.NONE);
  }

  public static Proposed batch(
      GroupResource resource, long term, long firstVersion, List<RegistryEvent> events) {
    return new Proposed(new Proposal(new Entry.Batch(resource, term, firstVersion, events)));
  }

  /**
   * Applies an entry.
   *
   * @return why its registry must know that it was not done; empty if it was
   */
  public Optional<WriteFailure> apply(byte[] logged, Optional<Proposed> own, long term) {
    Verdict verdict =
        own.isPresent()
            ? applier.apply(own.get().proposal.entry(), term)
            : applier.apply(ByteBuffer.wrap(logged), term);
    try {
      verdict.requireApplied();
      return Optional.empty();
    } catch (WriteFailure.NotDone e) {
      return Optional.of(e);
    }
  }

  /** A planted defect: whatever is logged is made to fit, and counts. */
  public void applyWithoutFencing(byte[] logged) {
    try {
      Entry entry =
          EntryFormat.read(
              new ByteSource(ByteBuffer.wrap(logged)), resource -> SelectableFields.NONE);
      if (entry instanceof Entry.Batch batch) {
        replica.apply(batch.resource(), fitted(batch, replica.state(batch.resource())));
      }
    } catch (MalformedBytes e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<RegistryEvent> fitted(Entry.Batch batch, RegistryState state) {
    List<RegistryEvent> events = new ArrayList<>();
    RegistryState next = state;
    for (RegistryEvent event : batch.events()) {
      RegistryEvent moved =
          switch (event) {
            case RegistryEvent.Created created ->
                new RegistryEvent.Created(next.version() + 1, created.timeMillis());
            case RegistryEvent.Stored(StoredObject object, int generation, long time) ->
                new RegistryEvent.Stored(object.at(next.version() + 1), generation, time);
            case RegistryEvent.Removed(var key, String uid, long version, long time) ->
                new RegistryEvent.Removed(key, uid, next.version() + 1, time);
            case RegistryEvent.Expired(var key, String uid, long version, long time) ->
                new RegistryEvent.Expired(key, uid, next.version() + 1, time);
          };
      if (next.obstacle(moved).isEmpty()) {
        events.add(moved);
        next = next.apply(moved);
      }
    }
    return events;
  }

  /** Rounds that are shared by all who wait for one. */
  public static Supplier<CompletionStage<Void>> sharedRounds(
      Supplier<CompletableFuture<Void>> round) {
    return new ReadIndex(round)::caughtUp;
  }
}
