package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.ClusterState.Member;
import io.luotsi.persistence.raft.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this JVM's ActorSystem a member of the one Pekko cluster that Raft knows of.
 *
 * <p>A system that is no member asks the others who is, and is let in by them. Only when nobody is
 * does the ready leader of group 0 commit that it forms the next incarnation, and joins itself
 * after the commit. It also commits who is down, of those whom the members cannot reach; every
 * member issues Pekko's {@code Down} when it applies the entry, because the leader may itself be no
 * member yet. A system that is down, quarantined, forgotten or of an older incarnation is given up
 * and another begun in its place.
 *
 * <p>Nothing depends on having heard an event: who is unreachable and who is down is looked at anew
 * whenever anything changes, so a new leader takes up what the old one left.
 *
 * <p>Everything happens on one control thread, so system, uid and incarnation change together.
 */
public final class Membership implements AutoCloseable {
  /**
   * This JVM's place in the cluster at a moment.
   *
   * @param self the present ActorSystem
   * @param up whether it is a member at this moment
   * @param incarnation that it has joined, or asked to join; 0 if none
   * @param unreachable whom this member, or another that it hears from, cannot reach
   */
  public record Standing(Member self, boolean up, long incarnation, Set<Member> unreachable) {
    /** Before there is an ActorSystem. */
    public static final Standing NONE = new Standing(new Member("", 0), false, 0, Set.of());
  }

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final Duration END_WITHIN = Duration.ofSeconds(10);

  /** Between two questions to the others. */
  private static final Duration ASK_EVERY = Duration.ofMillis(200);

  /** Until somebody else is asked to let this system in. */
  private static final Duration LET_IN_WITHIN = Duration.ofMillis(400);

  /** How long somebody who does not answer may yet turn out to be up. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  private static final Duration AGAIN = Duration.ofMillis(500);

  private final Authority authority;
  private final Survey survey;
  private final Lives lives;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final ScheduledExecutorService control =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("luotsi-control").factory());

  // Changed on the control thread only.
  private volatile Life life;
  private volatile ClusterState decided;
  private long quietSince = System.nanoTime();

  private Membership(Authority authority, Survey survey, Lives lives) {
    this.authority = authority;
    this.survey = survey;
    this.lives = lives;
    this.decided = authority.decided();
    this.life = begin();
  }

  /**
   * Begins the first ActorSystem, on the calling thread, and returns; it joins as soon as it can.
   *
   * @param survey of the other members
   */
  public static Membership start(Authority authority, Survey survey, Lives lives) {
    Membership membership = new Membership(authority, survey, lives);
    membership.subscriptions.add(
        authority.subscribe(state -> membership.run(() -> membership.onDecided(state))));
    membership.subscriptions.add(
        authority.subscribeLeadership(() -> membership.run(membership::onLeadership)));
    return membership;
  }

  private void run(Runnable step) {
    try {
      control.execute(guarded(step));
    } catch (RejectedExecutionException e) {
      LOG.debug("closed, so there is nothing more to decide");
    }
  }

  private void later(Duration delay, Runnable step) {
    try {
      control.schedule(guarded(step), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed, so there is nothing more to decide");
    }
  }

  /** A step that fails must be heard of: the executor would keep it to itself. */
  private static Runnable guarded(Runnable step) {
    return () -> {
      try {
        step.run();
      } catch (RuntimeException bug) {
        LOG.error("a step of the membership failed", bug);
      }
    };
  }

  /** Where this JVM stands; for whoever asks, on any thread. */
  public Standing standing() {
    Life now = life;
    View view = now.view;
    return new Standing(
        now.self, view.isUp(now.self), now.joined.orElse(0), view.unreachable(now.self));
  }

  private Life begin() {
    ActorSystem<?> system = lives.create();
    Life begun = new Life(system);
    system.systemActorOf(
        Observer.create(
            view -> run(() -> onView(begun, view)),
            () -> run(() -> give(begun, "the others have quarantined this ActorSystem"))),
        "membership",
        Props.empty());
    lives.began(system);
    return begun;
  }

  private void onDecided(ClusterState state) {
    if (state.incarnation() != decided.incarnation()) {
      quietSince = System.nanoTime();
    }
    decided = state;
    lookAround();
    steer(Course.Others.UNKNOWN);
  }

  private void onLeadership() {
    quietSince = System.nanoTime();
    lookAround();
    steer(Course.Others.UNKNOWN);
  }

  private void onView(Life seeing, View view) {
    seeing.view = view;
    if (seeing == life) {
      lookAround();
      steer(Course.Others.UNKNOWN);
    }
  }

  private void onRound(Life asking, Survey.Round round) {
    asking.asking = false;
    if (asking != life) {
      return;
    }
    List<Survey.Answer> up =
        round.answers().stream().filter(answer -> answer.isUpIn(decided)).toList();
    long now = System.nanoTime();
    if (!up.isEmpty()) {
      quietSince = now;
    }
    life.answers = up;
    life.askNotBefore = now + ASK_EVERY.toNanos();
    lookAround();
    boolean nobody = up.isEmpty() && (round.complete() || now - quietSince >= QUIET.toNanos());
    steer(new Course.Others(up.stream().map(Survey.Answer::self).findFirst(), nobody));
  }

  /** Does about the others what is to be done; all of it can be done twice. */
  private void lookAround() {
    if (life.ended) {
      return;
    }
    View seen = life.seen();
    long now = System.nanoTime();
    if (life.silences.see(seen.unreachable(life.self), now)) {
      later(Silences.BELIEVED_AFTER, this::lookAround);
    }
    Set<Member> believed = life.silences.believed(now);
    issueDowns();
    if (authority.leads()) {
      believed.forEach(this::declareDown);
    }
    tellLost(seen, believed);
  }

  /** What Raft has decided, Pekko has to be told: by uid, lest it hits a later life. */
  private void issueDowns() {
    Cluster cluster = Cluster.get(life.system);
    for (var member : cluster.state().getMembers()) {
      Member found = View.member(member.uniqueAddress());
      if (decided.isDown(found) && !found.equals(life.self) && life.downIssued.add(found)) {
        cluster.manager().tell(Down.apply(member.address()));
      }
    }
  }

  private void declareDown(Member lost) {
    Life declaring = life;
    if (decided.isDown(lost) || lost.equals(declaring.self) || !declaring.downProposed.add(lost)) {
      return;
    }
    LOG.info("{} is unreachable: declaring it down", lost.address());
    authority
        .down(lost)
        .whenComplete((done, failure) -> run(() -> onDeclared(declaring, lost, failure)));
  }

  private void onDeclared(Life declaring, Member lost, @Nullable Throwable failure) {
    declaring.downProposed.remove(lost);
    if (failure != null) {
      LOG.info("could not declare {} down: {}", lost.address(), failure.getMessage());
      later(AGAIN, this::lookAround);
    }
  }

  /** Only what is known: a system that has just begun, or was just let in, has seen nobody yet. */
  private void tellLost(View seen, Set<Member> believed) {
    boolean outside = !life.view.members().containsKey(life.self);
    if (outside ? life.answers.isEmpty() : !life.view.isUp(life.self)) {
      return;
    }
    Set<String> lost = seen.lost(decided, believed);
    lost.remove(life.self.address());
    if (!life.lost.equals(Optional.of(lost))) {
      life.lost = Optional.of(Set.copyOf(lost));
      lives.lost(life.system, Set.copyOf(lost));
    }
  }

  private void steer(Course.Others others) {
    if (life.ended) {
      return;
    }
    switch (Course.next(decided, life.own(System.nanoTime()), authority.leads(), others)) {
      case Course.Wait wait -> {}
      case Course.Ask ask -> ask();
      case Course.Form(long seen) -> form(seen);
      case Course.JoinSelf(long incarnation) -> joinSelf(incarnation);
      case Course.Join(Member through, long incarnation) -> join(through, incarnation);
      case Course.Rebuild(String why) -> give(life, why);
    }
  }

  private void ask() {
    Life asking = life;
    if (asking.asking) {
      return;
    }
    asking.asking = true;
    long wait = Math.max(0, asking.askNotBefore - System.nanoTime());
    later(
        Duration.ofNanos(wait),
        () ->
            survey
                .ask()
                .whenComplete(
                    (round, bug) ->
                        run(
                            () ->
                                onRound(
                                    asking,
                                    bug == null ? round : new Survey.Round(List.of(), false)))));
  }

  private void form(long seen) {
    if (life.forming) {
      return;
    }
    Life proposer = life;
    proposer.forming = true;
    authority
        .form(seen, proposer.self)
        .whenComplete((formed, failure) -> run(() -> onFormed(proposer, failure)));
  }

  private void onFormed(Life proposer, @Nullable Throwable failure) {
    proposer.forming = false;
    if (failure == null) {
      steer(Course.Others.UNKNOWN);
      return;
    }
    LOG.warn("could not form the cluster: {}", failure.getMessage());
    later(AGAIN, () -> steer(Course.Others.UNKNOWN));
  }

  private void joinSelf(long incarnation) {
    LOG.info("forms incarnation {} of the cluster", incarnation);
    join(life.self.address(), incarnation);
  }

  private void join(Member through, long incarnation) {
    LOG.info("joins incarnation {} of the cluster through {}", incarnation, through.address());
    join(through.address(), incarnation);
    life.askNotBefore = System.nanoTime() + LET_IN_WITHIN.toNanos();
    ask();
  }

  private void join(String address, long incarnation) {
    life.joined = OptionalLong.of(incarnation);
    Cluster.get(life.system).manager().tell(Join.create(AddressFromURIString.parse(address)));
    later(Life.AGREED_WITHIN, () -> steer(Course.Others.UNKNOWN));
  }

  /** Ends a system, once, however often it is said that it must; and begins the next. */
  private void give(Life given, String why) {
    if (given != life || given.ended) {
      return;
    }
    LOG.warn("{}: beginning another", why);
    end(given);
    beginNext();
  }

  private void beginNext() {
    try {
      life = begin();
    } catch (RuntimeException e) {
      LOG.warn("cannot begin another ActorSystem, and try again: {}", e.getMessage());
      later(AGAIN, this::beginNext);
      return;
    }
    lookAround();
    steer(Course.Others.UNKNOWN);
  }

  private void end(Life ending) {
    ending.ended = true;
    lives.ending(ending.system);
    Ending.of(ending.system);
  }

  private void endLast() {
    if (!life.ended) {
      end(life);
    }
  }

  /** Ends the ActorSystem, and with it this JVM's part in the cluster. */
  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
    try {
      control.submit(this::endLast).get(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("membership did not end in order", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    control.shutdownNow();
  }
}
