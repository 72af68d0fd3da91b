package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What the control-plane members say that Raft has decided, for a JVM that takes no part in Raft.
 * They are asked over and over; of what they say the furthest in Raft's log is believed, so that a
 * member that lags turns nothing back.
 */
public final class SurveyedAuthority implements Authority, AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(500);

  private final Survey survey;
  private final List<Consumer<ClusterState>> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("luotsi-survey").daemon().factory());
  private volatile ClusterState decided = new ClusterState(Optional.empty(), List.of());

  // Touched on the clock's thread only.
  private long applied = -1;

  private SurveyedAuthority(Survey survey) {
    this.survey = survey;
  }

  /** Begins to ask. */
  public static SurveyedAuthority start(Survey survey) {
    SurveyedAuthority authority = new SurveyedAuthority(survey);
    authority.clock.execute(authority::ask);
    return authority;
  }

  private void ask() {
    survey
        .ask()
        .whenCompleteAsync(
            (round, bug) -> {
              if (bug == null) {
                round.answers().forEach(this::hear);
              }
              if (!clock.isShutdown()) {
                clock.schedule(this::ask, EVERY.toMillis(), TimeUnit.MILLISECONDS);
              }
            },
            clock);
  }

  private void hear(Survey.Answer answer) {
    if (answer.applied() > applied) {
      applied = answer.applied();
      if (!answer.decided().equals(decided)) {
        decided = answer.decided();
        listeners.forEach(listener -> listener.accept(decided));
      }
    }
  }

  @Override
  public ClusterState decided() {
    return decided;
  }

  @Override
  public Subscription subscribe(Consumer<ClusterState> listener) {
    clock.execute(
        () -> {
          listeners.add(listener);
          listener.accept(decided);
        });
    return () -> listeners.remove(listener);
  }

  @Override
  public boolean leads() {
    return false;
  }

  @Override
  public Subscription subscribeLeadership(Runnable listener) {
    return () -> {};
  }

  @Override
  public CompletionStage<Boolean> form(long seen, ClusterState.Member by) {
    return refused();
  }

  @Override
  public CompletionStage<Void> down(ClusterState.Member lost) {
    return refused();
  }

  private static <T> CompletionStage<T> refused() {
    return CompletableFuture.failedFuture(
        new IllegalStateException("only a member of Raft can propose"));
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
