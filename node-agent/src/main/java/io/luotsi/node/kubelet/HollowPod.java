package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntime.Sandbox;
import io.luotsi.node.runtime.ContainerRuntime.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What a real kubelet would report of a pod whose containers all run and whose probes succeed. */
final class HollowPod {
  private HollowPod() {}

  /**
   * @return empty if the pod has been reported already, or is over
   */
  static Optional<ObjectNode> status(Pod pod, PodStatus.Node node, Instant now) {
    String phase = pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
    boolean over = phase.equals("Succeeded") || phase.equals("Failed");
    if (over || (phase.equals("Running") && isReady(pod))) {
      return Optional.empty();
    }
    List<ContainerRuntime.Container> containers = new ArrayList<>();
    Map<String, ContainerMemory> memory = new HashMap<>();
    for (Container spec : PodSpecs.all(pod)) {
      boolean runs = !PodSpecs.inits(pod).contains(spec) || PodSpecs.isSidecar(spec);
      Instant since = runningSince(pod, spec.getName()).orElse(now);
      State state =
          runs ? new State.Running(since) : new State.Exited(0, "Completed", "", since, since);
      containers.add(
          new ContainerRuntime.Container(
              PodSpecs.uid(pod) + "/" + spec.getName(),
              PodSpecs.uid(pod),
              spec.getName(),
              0,
              spec.getImage(),
              spec.getImage(),
              state));
      memory.put(spec.getName(), ContainerMemory.NOTHING.withReady(true).withStarted(true));
    }
    var metadata = pod.getMetadata();
    String address = PodSpecs.hostNetwork(pod) ? node.address() : address(PodSpecs.uid(pod));
    Sandbox sandbox =
        new Sandbox(PodSpecs.uid(pod), metadata.getNamespace(), metadata.getName(), address, now);
    PodView view =
        new PodView(pod, Optional.of(sandbox), containers, memory, Optional.empty(), now);
    return Optional.of(PodStatus.compute(view, node));
  }

  /**
   * As it was reported, perhaps by another JVM: the container did not start anew with the agent.
   */
  private static Optional<Instant> runningSince(Pod pod, String container) {
    if (pod.getStatus() == null) {
      return Optional.empty();
    }
    return Stream.of(
            pod.getStatus().getContainerStatuses(), pod.getStatus().getInitContainerStatuses())
        .flatMap(List::stream)
        .filter(status -> container.equals(status.getName()) && status.getState() != null)
        .map(ContainerStatus::getState)
        .flatMap(
            state ->
                Stream.concat(
                    Stream.ofNullable(state.getRunning()).map(r -> r.getStartedAt()),
                    Stream.ofNullable(state.getTerminated()).map(t -> t.getStartedAt())))
        .filter(Objects::nonNull)
        .map(Instant::parse)
        .findFirst();
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
  }

  /**
   * An address that nobody connects to, in 10.0.0.0/8: the same for the same pod on every JVM, and
   * seldom the same for two.
   */
  static String address(String podUid) {
    int hash = podUid.hashCode() * 0x9E3779B1;
    return "10." + (hash >>> 24) + "." + (hash >>> 16 & 255) + "." + Math.max(1, hash >>> 8 & 254);
  }
}
