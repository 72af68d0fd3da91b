package io.luotsi.persistence.raft;

import io.luotsi.persistence.raft.MembershipPlan.Step;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes those take part who are enrolled, in every group that this member leads; {@link
 * MembershipPlan} has the rules. Looks when something may have changed, and from then on until
 * nothing is left to be done.
 */
final class MembershipKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MembershipKeeper.class);
  private static final long LOOK_MILLIS = 100;

  private final String self;
  private final List<RaftGroupMember> groups;
  private final Executor threads;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final Set<Integer> busy = ConcurrentHashMap.newKeySet();
  private final Map<Integer, String> told = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param self peer id of this member
   * @param groups all of them, in order
   */
  MembershipKeeper(String self, List<RaftGroupMember> groups, Executor threads) {
    this.self = self;
    this.groups = groups;
    this.threads = threads;
  }

  /** Looks whenever another list is decided or this member becomes a leader. */
  void start() {
    groups.getFirst().cluster().subscribe(state -> wake());
    groups.forEach(group -> group.subscribe(leadership -> wake()));
  }

  private void wake() {
    if (!closed && looking.compareAndSet(false, true)) {
      CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS, threads)
          .execute(this::look);
    }
  }

  private void look() {
    looking.set(false); // what changes from now on is looked at again
    boolean again = false;
    for (RaftGroupMember group : groups) {
      again |= !closed && tend(group);
    }
    if (again) {
      wake();
    }
  }

  /**
   * @return whether something is left to be done that this member would have to do
   */
  private boolean tend(RaftGroupMember group) {
    List<Peer> enrolled =
        groups.getFirst().cluster().value().enrolled().stream().map(Enrolment::peer).toList();
    if (enrolled.isEmpty() || !(group.leadership() instanceof Leadership.Ready)) {
      return false;
    }
    if (!group.membership().isServingAll()) {
      renew(group);
      return true;
    }
    MembershipPlan.Situation now = group.membership().situation(enrolled, elsewhere(group));
    if (MembershipPlan.isSettled(now.configuration(), enrolled)) {
      return false;
    }
    if (busy.add(group.number())) {
      Optional<Step> next = MembershipPlan.next(now);
      if (next.isEmpty()) {
        busy.remove(group.number());
      } else {
        carryOut(group, now.configuration(), next.get())
            .whenComplete((done, failure) -> ended(group, next.get(), failure));
      }
    }
    return true;
  }

  private void renew(RaftGroupMember group) {
    if (busy.add(group.number())) {
      LOG.info("{}: group {}: begins another term, to serve all again", self, group.number());
      group.membership().renewTerm().whenComplete((done, failure) -> busy.remove(group.number()));
    }
  }

  /** Group 0, which tells who is to go, is the last that is left. */
  private Set<String> elsewhere(RaftGroupMember group) {
    Set<String> ids = new HashSet<>();
    if (group.number() == 0) {
      groups.stream().skip(1).forEach(other -> ids.addAll(other.configuration().ids()));
    }
    return ids;
  }

  private static CompletionStage<Void> carryOut(
      RaftGroupMember group, Configuration seen, Step step) {
    return switch (step) {
      case Step.Listen(Peer peer) -> group.membership().change(seen, seen.withListener(peer));
      case Step.Forget(Peer peer) -> group.membership().change(seen, seen.without(peer));
      case Step.Admit(Peer peer) -> {
        // Not in one step: with a configuration in its log in which somebody is becoming a voter
        // who was a listener, no Ratis server can begin to lead.
        Configuration between = seen.without(peer);
        yield group
            .membership()
            .change(seen, between)
            .thenCompose(done -> group.membership().change(between, between.withVoter(peer)));
      }
      case Step.Yield yields -> group.handOver();
    };
  }

  private void ended(RaftGroupMember group, Step step, @Nullable Throwable failure) {
    busy.remove(group.number());
    wake(); // a failure may have cost others their place
    if (failure == null) {
      told.remove(group.number());
      LOG.info("{}: group {}: {}", self, group.number(), step);
    } else if (!closed && !step.toString().equals(told.put(group.number(), step.toString()))) {
      LOG.info("{}: group {}: {} has to wait", self, group.number(), step, failure);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
