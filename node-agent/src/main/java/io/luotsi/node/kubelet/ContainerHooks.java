package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.core.client.EventRecorder.Type;
import io.luotsi.node.kubelet.ProbeSpec.Check;
import io.luotsi.node.kubelet.Prober.Finding;
import io.luotsi.node.kubelet.Prober.Target;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Runs what containers want done after their start and before their end. Blocks. */
final class ContainerHooks {
  /** Nobody waits for a hook that has no bound of its own for longer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Prober prober;
  private final PodEvents events;

  ContainerHooks(Prober prober, PodEvents events) {
    this.prober = prober;
    this.events = events;
  }

  /**
   * @return false if its hook failed, which is an event: the container is to be stopped
   */
  boolean postStart(Pod pod, Container spec, Target target) {
    if (spec.getLifecycle() == null || spec.getLifecycle().getPostStart() == null) {
      return true;
    }
    Finding finding = run(spec, spec.getLifecycle().getPostStart(), target, TIMEOUT);
    if (!finding.success()) {
      String name = spec.getName();
      String message = "PostStartHook failed: " + finding.detail();
      events.tell(pod, name, Type.WARNING, "FailedPostStartHook", message);
      events.tell(pod, name, Type.NORMAL, "Killing", "FailedPostStartHook");
    }
    return finding.success();
  }

  /**
   * @param grace that the container has left; its hook gets no more, and is not run if that is none
   */
  void preStop(Pod pod, Container spec, Target target, Duration grace) {
    if (spec.getLifecycle() == null
        || spec.getLifecycle().getPreStop() == null
        || !grace.isPositive()) {
      return;
    }
    Finding finding = run(spec, spec.getLifecycle().getPreStop(), target, grace);
    if (!finding.success()) {
      String message = "PreStopHook failed: " + finding.detail();
      events.tell(pod, spec.getName(), Type.WARNING, "FailedPreStopHook", message);
    }
  }

  private Finding run(Container spec, LifecycleHandler handler, Target target, Duration timeout) {
    if (handler.getSleep() != null) {
      Duration wanted =
          Duration.ofSeconds(Objects.requireNonNullElse(handler.getSleep().getSeconds(), 0L));
      try {
        Thread.sleep(wanted.compareTo(timeout) < 0 ? wanted : timeout);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new Finding(true, "");
    }
    Check check;
    if (handler.getExec() != null) {
      check =
          new Check.Exec(
              Objects.requireNonNullElse(handler.getExec().getCommand(), List.<String>of()));
    } else if (handler.getHttpGet() != null) {
      check = ProbeSpec.http(spec, handler.getHttpGet());
    } else {
      check = new Check.Broken("invalid handler: exec, httpGet or sleep is needed");
    }
    return prober.check(check, target, timeout);
  }
}
