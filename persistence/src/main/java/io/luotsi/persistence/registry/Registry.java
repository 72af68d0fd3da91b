package io.luotsi.persistence.registry;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Write;
import java.time.InstantSource;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.persistence.typed.EventAdapter;
import org.apache.pekko.persistence.typed.EventSeq;
import org.apache.pekko.persistence.typed.JournalPersistFailed;
import org.apache.pekko.persistence.typed.JournalPersistRejected;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerWithReply;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import org.apache.pekko.persistence.typed.javadsl.ReplyEffect;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * The only writer of one resource, for one term: decides batches and journals what it decides. Its
 * persistence id is the resource's name. Stops when a batch cannot be confirmed, because what it
 * holds may then not be the truth; a new one recovers.
 *
 * <p>One {@link Commit} at a time: its sender waits for the reply.
 */
public final class Registry
    extends EventSourcedBehaviorWithEnforcedReplies<
        Registry.Command, RegistryEvent, RegistryState> {
  public sealed interface Command {}

  /**
   * Decides a batch, and whatever is due to expire; an empty one brings the registry into being.
   */
  public record Commit(List<Write> writes, ActorRef<Reply> replyTo) implements Command {
    public Commit {
      writes = List.copyOf(writes);
    }
  }

  /** What became of a batch. */
  public sealed interface Reply {}

  /**
   * @param outcomes one for each write, in order
   * @param durable whether events were committed. If not, the outcomes (refusals all) may come from
   *     a deposed registry and must not leave before its leadership is confirmed
   * @param version of the registry's state, which the outcomes rest on
   */
  public record Decided(List<Outcome<StoredObject>> outcomes, boolean durable, long version)
      implements Reply {
    public Decided {
      outcomes = List.copyOf(outcomes);
    }
  }

  /** The batch failed, and the registry stops. */
  public record Failed(Throwable why) implements Reply {}

  /**
   * @param term in which this registry writes, and in which it recovers
   * @param journal id of the journal plugin
   * @param snapshots id of the snapshot-store plugin
   */
  public record Settings(
      GroupResource resource,
      ResourceSettings resourceSettings,
      long term,
      String journal,
      String snapshots) {}

  private final Settings settings;
  private final InstantSource clock;
  private final ActorRef<Reply> owner;

  private Registry(Settings settings, InstantSource clock, ActorRef<Reply> owner) {
    super(PersistenceId.ofUniqueId(settings.resource().toString()));
    this.settings = settings;
    this.clock = clock;
    this.owner = owner;
  }

  /**
   * @param owner hears of failures
   */
  public static Behavior<Command> create(
      Settings settings, InstantSource clock, ActorRef<Reply> owner) {
    return new Registry(settings, clock, owner);
  }

  @Override
  public RegistryState emptyState() {
    return RegistryState.empty(
        settings.resource(), settings.resourceSettings().timeToLive().isPresent());
  }

  @Override
  public CommandHandlerWithReply<Command, RegistryEvent, RegistryState> commandHandler() {
    return (state, command) ->
        switch (command) {
          case Commit commit -> onCommit(state, commit);
        };
  }

  private ReplyEffect<RegistryEvent, RegistryState> onCommit(RegistryState state, Commit commit) {
    RegistryState.Decisions decisions =
        state.decideBatch(commit.writes(), settings.resourceSettings(), clock.millis());
    if (decisions.events().isEmpty()) {
      return Effect()
          .reply(commit.replyTo(), new Decided(decisions.outcomes(), false, state.version()));
    }
    return Effect()
        .persist(decisions.events())
        .thenReply(
            commit.replyTo(), after -> new Decided(decisions.outcomes(), true, after.version()));
  }

  @Override
  public EventHandler<RegistryState, RegistryEvent> eventHandler() {
    return RegistryState::apply;
  }

  @Override
  public SignalHandler<RegistryState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            JournalPersistFailed.class, (state, signal) -> owner.tell(new Failed(signal.failure())))
        .onSignal(
            JournalPersistRejected.class,
            (state, signal) -> owner.tell(new Failed(signal.failure())))
        .onSignal(
            RecoveryFailed.class,
            (state, signal) ->
                owner.tell(
                    new Failed(new WriteFailure.NotDone("not recovered: " + signal.getFailure()))))
        .build();
  }

  /** Puts the term beside every event, where the journal finds it. */
  @Override
  public EventAdapter<RegistryEvent, ?> eventAdapter() {
    return new EventAdapter<RegistryEvent, JournalledEvent>() {
      @Override
      public JournalledEvent toJournal(RegistryEvent event) {
        return new JournalledEvent(settings.term(), event);
      }

      @Override
      public String manifest(RegistryEvent event) {
        return "";
      }

      @Override
      public EventSeq<RegistryEvent> fromJournal(JournalledEvent journalled, String manifest) {
        return EventSeq.single(journalled.event());
      }
    };
  }

  @Override
  public String journalPluginId() {
    return settings.journal();
  }

  @Override
  public String snapshotPluginId() {
    return settings.snapshots();
  }
}
