package io.luotsi.app.member;

import io.luotsi.app.PlainFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A running member: all that one JVM of a cluster does. */
public sealed interface Member permits ControlPlaneMember, Worker {

  /**
   * Starts all parts, those that do not need each other at the same time, and returns when the
   * member's port listens.
   *
   * @param preparation is used up
   * @throws PlainFailure if a port, the data directory or an address cannot be used
   */
  static Member start(MemberPlan plan, Preparation preparation) {
    return switch (plan.seat().role()) {
      case CONTROL_PLANE -> ControlPlaneMember.start(plan, preparation);
      case WORKER -> Worker.start(plan, preparation);
    };
  }

  /** The same for whoever has prepared nothing. */
  static Member start(MemberPlan plan) {
    return start(plan, Preparation.begin());
  }

  MemberPlan plan();

  default String name() {
    return plan().name();
  }

  /** Where this host's clients reach the cluster's API. */
  default String address() {
    return plan().apiAddress();
  }

  /** Completes when the API has answered a consistent read and this member's node is ready. */
  CompletableFuture<Void> ready();

  /**
   * Waits until the member is {@link #ready}.
   *
   * @param end completes when nobody wants to wait any longer
   * @return false if {@code end} came first
   * @throws PlainFailure if it takes longer than {@code time}
   */
  default boolean awaitReady(Duration time, CompletableFuture<?> end) {
    try {
      CompletableFuture.anyOf(ready(), end).get(time.toMillis(), TimeUnit.MILLISECONDS);
      return !end.isDone();
    } catch (TimeoutException e) {
      throw new PlainFailure(
          "the cluster is not ready after %d s; %s says why"
              .formatted(time.toSeconds(), plan().directory().log()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Completes with a reason when this member can no longer write its journal (a full or failing
   * disk). It is then of no use to anybody, and its process should end as by a kill.
   */
  CompletionStage<String> broken();

  /**
   * Completes when this member hears that it takes part no longer. Completes on any thread: pass it
   * on.
   */
  CompletionStage<Void> removed();

  /**
   * Has other members lead what this one leads, because this JVM is about to stand still for a
   * while. Returns soon, also if nobody else can lead.
   */
  void letOthersLead();

  /** Milliseconds from the start of this process until now. */
  default long upMillis() {
    return MemberStanding.millisUntil(Instant.now());
  }

  /**
   * Stops all parts in order.
   *
   * @param endPods whether the node's pods end too, or are left running for the next start
   */
  void stop(boolean endPods);
}
