package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.luotsi.node.kubelet.PodView.Given;
import io.luotsi.node.kubelet.PodView.Refused;
import io.luotsi.node.kubelet.PodView.Waiting;
import io.luotsi.node.kubelet.ProbeWorker.Report;
import io.luotsi.node.runtime.ContainerRuntime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a worker remembers of its pod's containers, by name. For its thread alone. */
final class PodMemory {
  private final Map<String, ContainerMemory> containers = new HashMap<>();

  private PodMemory() {}

  /**
   * At the beginning of a kubelet that may not be the pod's first.
   *
   * @param left what the runtime has of the pod
   * @param runtime by whose name the API calls their ids
   */
  static PodMemory recalled(Pod pod, List<ContainerRuntime.Container> left, String runtime) {
    PodMemory memory = new PodMemory();
    memory.containers.putAll(ContainerMemory.recalled(pod, left, runtime));
    return memory;
  }

  Map<String, ContainerMemory> containers() {
    return containers;
  }

  ContainerMemory of(String name) {
    return containers.getOrDefault(name, ContainerMemory.NOTHING);
  }

  /** It is given what it asks for of CPU and memory. */
  void given(String name, ResourceRequirements asked) {
    containers.put(name, of(name).withGiven(Given.of(asked)));
  }

  /**
   * It cannot be given what it asks for, and goes on with what it has.
   *
   * @return whether that is news
   */
  boolean refused(String name, ResourceRequirements wanted, String reason, String why) {
    ContainerMemory before = of(name);
    boolean known =
        before
            .given()
            .flatMap(Given::refused)
            .filter(it -> it.wanted().equals(wanted) && it.reason().equals(reason))
            .isPresent();
    Optional<Refused> refused = Optional.of(new Refused(wanted, reason, why, false));
    before
        .given()
        .map(given -> before.withGiven(new Given(given.inForce(), refused)))
        .ifPresent(after -> containers.put(name, after));
    return !known;
  }

  /** There is room that there was not: what was deferred is tried again. */
  void retryResizes() {
    containers.replaceAll(
        (name, known) -> known.given().map(it -> known.withGiven(it.retried())).orElse(known));
  }

  void running(String name, boolean restarted, Instant at) {
    containers.put(name, of(name).running(restarted, at));
  }

  /** It could not be started. */
  ContainerMemory failed(String name, Waiting why, Instant at) {
    ContainerMemory failed = of(name).failed(why, at);
    containers.put(name, failed);
    return failed;
  }

  void waitingFor(String name, Waiting why) {
    containers.put(name, of(name).waitingFor(why));
  }

  void turned(String name, Report.Turned turned) {
    containers.put(name, of(name).turned(name, turned));
  }
}
