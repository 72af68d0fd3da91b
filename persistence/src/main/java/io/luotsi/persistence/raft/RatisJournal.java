package io.luotsi.persistence.raft;

import com.typesafe.config.Config;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.StageFailure;
import io.luotsi.persistence.registry.JournalledEvent;
import io.luotsi.persistence.registry.RegistryEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/**
 * Pekko Persistence's journal over one Raft group: an atomic write is one log entry. Confirmed
 * means applied to this member's replica, hence synced on a majority. A write that fails says by
 * {@link io.luotsi.persistence.registry.WriteFailure} whether it may have happened.
 *
 * <p>Recovery is from the local replica (see {@link ReplicaSnapshotStore}); only events that were
 * committed meanwhile are replayed, from the replica's window. The class is named in {@code
 * reference.conf}.
 */
public final class RatisJournal extends AsyncWriteJournal {
  private final RaftGroupMember group;

  public RatisJournal(Config config) {
    group = RaftBinding.group(context().system(), config.getInt("group"));
  }

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
      Iterable<AtomicWrite> messages) {
    CompletionStage<List<Optional<Exception>>> all =
        CompletableFuture.completedFuture(new ArrayList<>());
    for (AtomicWrite write : messages) {
      CompletionStage<Void> written = propose(write);
      all =
          all.thenCombine(
              written,
              (results, done) -> {
                results.add(Optional.empty());
                return results;
              });
    }
    return FutureConverters.asScala(bare(all.thenApply(results -> results)));
  }

  /** A stage wraps the failure of the one before it; who wrote must see which it was. */
  private static <T> CompletionStage<T> bare(CompletionStage<T> stage) {
    CompletableFuture<T> bare = new CompletableFuture<>();
    stage.whenComplete(
        (result, failure) -> {
          if (failure == null) {
            bare.complete(result);
          } else {
            bare.completeExceptionally(StageFailure.cause(failure));
          }
        });
    return bare;
  }

  private CompletionStage<Void> propose(AtomicWrite write) {
    List<RegistryEvent> events = new ArrayList<>(write.size());
    long term = 0;
    for (PersistentRepr message : CollectionConverters.asJava(write.payload())) {
      JournalledEvent journalled = (JournalledEvent) message.payload();
      term = journalled.term();
      events.add(journalled.event());
    }
    Entry.Batch batch =
        new Entry.Batch(
            GroupResource.parse(write.persistenceId()), term, write.lowestSequenceNr(), events);
    return group.propose(batch).thenAccept(Verdict::requireApplied);
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId,
      long fromSequenceNr,
      long toSequenceNr,
      long max,
      Consumer<PersistentRepr> replayCallback) {
    if (toSequenceNr < fromSequenceNr || max == 0) {
      return done();
    }
    GroupResource resource = GroupResource.parse(persistenceId);
    Optional<List<RegistryEvent>> events =
        group.replica().eventsAfter(resource, fromSequenceNr - 1);
    if (events.isEmpty()) {
      return failed(
          new IllegalStateException(
              "events of " + resource + " behind " + (fromSequenceNr - 1) + " are not kept"));
    }
    events.get().stream()
        .filter(event -> event.version() <= toSequenceNr)
        .limit(max)
        .forEach(event -> replayCallback.accept(replayed(persistenceId, event)));
    return done();
  }

  private static PersistentRepr replayed(String persistenceId, RegistryEvent event) {
    return PersistentRepr.apply(
        new JournalledEvent(0, event),
        event.version(),
        persistenceId,
        PersistentRepr.Undefined(),
        false,
        null,
        PersistentRepr.Undefined());
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
    return FutureConverters.asScala(
        CompletableFuture.completedFuture(
            group.replica().state(GroupResource.parse(persistenceId)).version()));
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    return failed(new UnsupportedOperationException("a history is cut by snapshots, not deleted"));
  }

  private static Future<Void> done() {
    return FutureConverters.asScala(CompletableFuture.<Void>completedFuture(null));
  }

  private static Future<Void> failed(Exception why) {
    return FutureConverters.asScala(CompletableFuture.<Void>failedFuture(why));
  }
}
