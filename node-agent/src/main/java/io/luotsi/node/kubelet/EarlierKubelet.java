package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.node.kubelet.PodWorker.Command;
import io.luotsi.node.runtime.ContainerRuntime.Sandbox;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * What an earlier kubelet started is to be started again even if there is nobody to ask then: so
 * what it is made of is read beforehand. Of the pod's worker, and for its thread alone.
 */
final class EarlierKubelet {
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final ActorContext<Command> context;
  private final KubeletParts parts;
  private final PodOperations operations;

  /**
   * @param context whose actor hears {@link PodWorker.Learn} and {@link PodWorker.Learned}
   */
  EarlierKubelet(ActorContext<Command> context, KubeletParts parts, PodOperations operations) {
    this.context = context;
    this.parts = parts;
    this.operations = operations;
  }

  /**
   * @param place where the pod is already; empty if it is new, and there is nothing to learn
   */
  void learn(Pod pod, Optional<Sandbox> place) {
    if (place.isEmpty()) {
      return;
    }
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> operations.learn(pod, place.get()), parts.executor()),
        (all, bug) -> {
          PodWorker.logBug(context, pod, bug);
          return new PodWorker.Learned(bug != null || all);
        });
  }

  /** What could not be read is tried again. */
  static void learned(boolean all, TimerScheduler<Command> timers) {
    if (!all) {
      timers.startSingleTimer(PodWorker.Learn.class, new PodWorker.Learn(), AGAIN);
    }
  }
}
