package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.node.kubelet.PodView.Given;
import io.luotsi.node.kubelet.PodView.Waiting;
import io.luotsi.node.kubelet.ProbeWorker.Report;
import io.luotsi.node.runtime.ContainerRuntime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a container besides what the runtime says.
 *
 * @param waiting why the last try to start it failed
 * @param failedAt when that was
 * @param ready result of the readiness probe, if there is one
 * @param started result of the startup probe, if there is one
 * @param unhealthy why the running container is to be killed
 * @param given what of the machine it has; absent if nobody knows
 */
record ContainerMemory(
    Optional<Waiting> waiting,
    Instant failedAt,
    RestartBackoff backoff,
    boolean ready,
    boolean started,
    Optional<String> unhealthy,
    Optional<Given> given) {
  static final ContainerMemory NOTHING =
      new ContainerMemory(
          Optional.empty(),
          Instant.EPOCH,
          RestartBackoff.NONE,
          false,
          false,
          Optional.empty(),
          Optional.empty());

  ContainerMemory failed(Waiting why, Instant at) {
    return new ContainerMemory(
        Optional.of(why), at, backoff.next(at), ready, started, unhealthy, given);
  }

  /** It still waits, but for something else. */
  ContainerMemory waitingFor(Waiting why) {
    return new ContainerMemory(
        Optional.of(why), failedAt, backoff, ready, started, unhealthy, given);
  }

  /** It runs again; its probes begin anew. */
  ContainerMemory running(boolean restarted, Instant at) {
    return new ContainerMemory(
        Optional.empty(),
        failedAt,
        restarted ? backoff.next(at) : backoff,
        false,
        false,
        Optional.empty(),
        given);
  }

  ContainerMemory withGiven(Given changed) {
    return new ContainerMemory(
        waiting, failedAt, backoff, ready, started, unhealthy, Optional.of(changed));
  }

  ContainerMemory withReady(boolean changed) {
    return new ContainerMemory(waiting, failedAt, backoff, changed, started, unhealthy, given);
  }

  ContainerMemory withStarted(boolean changed) {
    return new ContainerMemory(waiting, failedAt, backoff, ready, changed, unhealthy, given);
  }

  ContainerMemory withUnhealthy(String why) {
    return new ContainerMemory(waiting, failedAt, backoff, ready, started, Optional.of(why), given);
  }

  /** After a probe's result has changed. */
  ContainerMemory turned(String name, Report.Turned turned) {
    return switch (turned.kind()) {
      case READINESS -> withReady(turned.success());
      case STARTUP ->
          turned.success()
              ? withStarted(true)
              : withUnhealthy("Container " + name + " failed startup probe, will be restarted");
      case LIVENESS ->
          turned.success()
              ? this
              : withUnhealthy("Container " + name + " failed liveness probe, will be restarted");
    };
  }

  /**
   * What the API says of containers that this JVM did not start: they are as ready as that, until
   * they are probed again.
   *
   * @param runtime by whose name the API calls their ids
   * @return by name; only of those that the pod's status knows
   */
  static Map<String, ContainerMemory> recalled(
      Pod pod, List<ContainerRuntime.Container> containers, String runtime) {
    Map<String, ContainerMemory> recalled = new HashMap<>();
    if (pod.getStatus() == null) {
      return recalled;
    }
    List<ContainerStatus> statuses = new ArrayList<>(pod.getStatus().getContainerStatuses());
    statuses.addAll(pod.getStatus().getInitContainerStatuses());
    for (ContainerRuntime.Container container : containers) {
      String id = runtime + "://" + container.id();
      statuses.stream()
          .filter(status -> id.equals(status.getContainerID()))
          .forEach(status -> recalled.put(container.name(), recalled(status)));
    }
    return recalled;
  }

  private static ContainerMemory recalled(ContainerStatus status) {
    ContainerMemory recalled =
        NOTHING
            .withReady(Boolean.TRUE.equals(status.getReady()))
            .withStarted(Boolean.TRUE.equals(status.getStarted()));
    return status.getResources() == null
        ? recalled
        : recalled.withGiven(Given.of(PodSpecs.cpuAndMemory(status.getResources())));
  }
}
