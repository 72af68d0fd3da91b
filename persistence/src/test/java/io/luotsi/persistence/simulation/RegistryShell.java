package io.luotsi.persistence.simulation;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.store.Write;
import io.luotsi.persistence.raft.GroupRules;
import io.luotsi.persistence.registry.Registry;
import io.luotsi.persistence.registry.RegistryEvent;
import io.luotsi.persistence.registry.RegistryState;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.ResourceSettings;
import java.util.List;
import java.util.Optional;

/**
 * What Pekko Persistence makes of a registry: it recovers from the replica, applies what it decided
 * once that is journalled, and ends when that fails.
 */
final class RegistryShell {
  /** Whom a registry serves: its batcher. */
  interface Owner {
    Mailbox mailbox();

    /** Told in the mailbox. */
    void onReply(Registry.Reply reply);

    /** Told in the mailbox, when the registry has ended. */
    void onRegistryStopped();

    long clockMillis();
  }

  private final long term;
  private final RaftNode node;
  private final Owner owner;
  private final Mailbox mailbox;
  private RegistryState state = RegistryState.empty(CONFIG_MAPS, false);

  RegistryShell(long term, RaftNode node, Replica replica, Owner owner, Mailbox mailbox) {
    this.term = term;
    this.node = node;
    this.owner = owner;
    this.mailbox = mailbox;
    mailbox.tell(() -> state = replica.state(CONFIG_MAPS));
  }

  void commit(List<Write> writes) {
    mailbox.tell(() -> onCommit(writes));
  }

  private void onCommit(List<Write> writes) {
    RegistryState.Decisions decisions =
        state.decideBatch(writes, ResourceSettings.DEFAULT, owner.clockMillis());
    List<RegistryEvent> events = decisions.events();
    if (events.isEmpty()) {
      reply(new Registry.Decided(decisions.outcomes(), false, state.version()));
      return;
    }
    node.propose(GroupRules.batch(CONFIG_MAPS, term, state.version() + 1, events))
        .whenComplete(
            (done, failure) ->
                mailbox.tell(() -> onJournalled(decisions, Optional.ofNullable(failure))));
  }

  private void onJournalled(RegistryState.Decisions decisions, Optional<Throwable> failure) {
    if (failure.isPresent()) {
      reply(new Registry.Failed(failure.get()));
      stop();
      return;
    }
    for (RegistryEvent event : decisions.events()) {
      state = state.apply(event);
    }
    reply(new Registry.Decided(decisions.outcomes(), true, state.version()));
  }

  private void reply(Registry.Reply reply) {
    owner.mailbox().tell(() -> owner.onReply(reply));
  }

  void stop() {
    mailbox.close();
    owner.mailbox().tell(owner::onRegistryStopped);
  }

  /** Ends without a word, with its system. */
  void close() {
    mailbox.close();
  }
}
