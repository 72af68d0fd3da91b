package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.luotsi.node.runtime.ContainerRuntime.Container;
import io.luotsi.node.runtime.ContainerRuntime.Sandbox;
import io.luotsi.node.runtime.ContainerRuntime.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the rules know of one pod at one moment.
 *
 * @param containers of the runtime, by name and attempt
 * @param memory what this kubelet remembers of its containers, by name
 * @param failure set if the pod has failed for a reason of its own: nothing of it may run any more
 */
record PodView(
    Pod pod,
    Optional<Sandbox> sandbox,
    List<Container> containers,
    Map<String, ContainerMemory> memory,
    Optional<Failure> failure,
    Instant now) {
  PodView {
    containers = List.copyOf(containers);
    memory = Map.copyOf(memory);
  }

  /** Why a pod as a whole has failed. */
  record Failure(String reason, String message) {}

  /** Why a container does not run yet. */
  record Waiting(String reason, String message) {}

  /**
   * What a container has of the machine.
   *
   * @param inForce CPU and memory that it was given last
   * @param refused what was asked for since and cannot be given, at least for now
   */
  record Given(ResourceRequirements inForce, Optional<Refused> refused) {
    static Given of(ResourceRequirements inForce) {
      return new Given(inForce, Optional.empty());
    }

    /** Whether {@code wanted} was refused, and nothing has changed since. */
    boolean refuses(ResourceRequirements wanted) {
      return refused.filter(it -> it.wanted().equals(wanted) && !it.again()).isPresent();
    }

    /** The same, with another try ahead if it was only deferred. */
    Given retried() {
      return new Given(inForce, refused.map(Refused::retried));
    }
  }

  /**
   * What a container cannot have.
   *
   * @param reason and {@code why}, as the pod's condition says them
   * @param again whether it is to be tried once more
   */
  record Refused(ResourceRequirements wanted, String reason, String why, boolean again) {
    Refused retried() {
      return new Refused(wanted, reason, why, again || reason.equals(NodeAllocations.DEFERRED));
    }
  }

  ContainerMemory memory(String name) {
    return memory.getOrDefault(name, ContainerMemory.NOTHING);
  }

  /** The newest run. */
  Optional<Container> latest(String name) {
    return containers.stream().filter(c -> c.name().equals(name)).reduce((a, b) -> b);
  }

  /** How the newest run that has ended ended, if it is not the newest of all. */
  Optional<Container> previous(String name) {
    Optional<Container> latest = latest(name);
    return containers.stream()
        .filter(c -> c.name().equals(name) && latest.filter(c::equals).isEmpty())
        .reduce((a, b) -> b);
  }

  Optional<State.Exited> exit(String name) {
    return latest(name)
        .map(Container::state)
        .filter(State.Exited.class::isInstance)
        .map(State.Exited.class::cast);
  }

  boolean runs(String name) {
    return latest(name).filter(c -> c.state() instanceof State.Running).isPresent();
  }

  /** Whether it runs and its startup probe, if it has one, has succeeded. */
  boolean isStarted(io.fabric8.kubernetes.api.model.Container spec) {
    return runs(spec.getName())
        && (spec.getStartupProbe() == null || memory(spec.getName()).started());
  }

  boolean anythingRuns() {
    return containers.stream().anyMatch(c -> c.state() instanceof State.Running);
  }

  /** The API has been told that it is over, and no kubelet may take that back. */
  boolean isTerminal() {
    String phase = pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  /** Whether a container that ended like that is started again. */
  boolean restarts(io.fabric8.kubernetes.api.model.Container spec, boolean init, int exitCode) {
    if (PodSpecs.isEphemeral(pod, spec.getName())) {
      return false;
    }
    if (init && PodSpecs.isSidecar(spec)) {
      return true;
    }
    return switch (PodSpecs.restartPolicy(pod)) {
      case PodSpecs.NEVER -> false;
      case PodSpecs.ON_FAILURE -> exitCode != 0;
      default -> !init || exitCode != 0;
    };
  }

  /** When a container that ended and is to run again may do so; empty if now. */
  Optional<Instant> backingOff(String name) {
    ContainerMemory remembered = memory(name);
    if (remembered.waiting().isPresent()) {
      return remembered.backoff().notBefore(remembered.failedAt(), now);
    }
    return exit(name).flatMap(ended -> remembered.backoff().notBefore(ended.finishedAt(), now));
  }
}
