package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.node.kubelet.PodWorker.Command;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Has the files of a pod's volumes follow what they are made of: looks from time to time, and when
 * the pod's labels or annotations change; one look at a time. Of the pod's worker, and for its
 * thread alone.
 */
final class VolumeRefresh {
  private final ActorContext<Command> context;
  private final KubeletParts parts;
  private final PodOperations operations;
  private boolean underWay;
  private boolean again;

  /**
   * @param context whose actor hears {@link PodWorker.RefreshVolumes} and {@link
   *     PodWorker.VolumesRefreshed}
   */
  VolumeRefresh(ActorContext<Command> context, KubeletParts parts, PodOperations operations) {
    this.context = context;
    this.parts = parts;
    this.operations = operations;
  }

  /** From now on, at times of the pod's own: a node's pods may all begin at once. */
  void start(Pod pod, TimerScheduler<Command> timers) {
    if (PodVolumes.of(pod).stream().anyMatch(VolumeFiles::hasFiles)) {
      long percent = 50 + Math.floorMod(PodSpecs.uid(pod).hashCode(), 50);
      Duration each = parts.volumes().refreshed();
      timers.startTimerWithFixedDelay(
          PodWorker.RefreshVolumes.class,
          new PodWorker.RefreshVolumes(),
          each.multipliedBy(percent).dividedBy(100),
          each);
    }
  }

  /** Whether a change of the pod is one of its volumes' files. */
  static boolean isDue(Pod before, Pod after) {
    return PodVolumes.of(after).stream().anyMatch(VolumeFiles::tellsOfThePod)
        && !(Objects.equals(after.getMetadata().getLabels(), before.getMetadata().getLabels())
            && Objects.equals(
                after.getMetadata().getAnnotations(), before.getMetadata().getAnnotations()));
  }

  /** Whether a look is under way, which might make anew what is removed meanwhile. */
  boolean isUnderWay() {
    return underWay;
  }

  /**
   * @param pod as it is now; empty if its volumes are not there yet, or not needed any more
   */
  void look(Optional<Pod> pod) {
    again = underWay;
    if (underWay || pod.isEmpty()) {
      return;
    }
    underWay = true;
    context.pipeToSelf(
        CompletableFuture.runAsync(() -> operations.makeVolumes(pod.get()), parts.executor()),
        (nothing, bug) -> {
          PodWorker.logBug(context, pod.get(), bug);
          return new PodWorker.VolumesRefreshed();
        });
  }

  /**
   * @param pod as for {@link #look}, if something was missed meanwhile
   */
  void looked(Optional<Pod> pod) {
    underWay = false;
    if (again) {
      look(pod);
    }
  }
}
