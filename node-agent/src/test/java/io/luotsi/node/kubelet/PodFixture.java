package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.core.api.Json;
import io.luotsi.node.kubelet.PodView.Failure;
import io.luotsi.node.runtime.ContainerRuntime.Container;
import io.luotsi.node.runtime.ContainerRuntime.Sandbox;
import io.luotsi.node.runtime.ContainerRuntime.State;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A view of one pod, built piece by piece; the pod has a sandbox unless told otherwise. */
final class PodFixture {
  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private final Pod pod;
  private final List<Container> containers = new ArrayList<>();
  private final Map<String, ContainerMemory> memory = new HashMap<>();
  private Optional<Sandbox> sandbox =
      Optional.of(new Sandbox("u", "default", "p", "127.1.0.1", NOW.minusSeconds(60)));
  private Optional<Failure> failure = Optional.empty();

  private PodFixture(Pod pod) {
    this.pod = pod;
  }

  /**
   * @param spec JSON with single quotes, without its braces
   */
  static PodFixture pod(String spec) {
    String text =
        "{'metadata': {'name': 'p', 'namespace': 'default', 'uid': 'u', 'generation': 3},"
            + " 'spec': {"
            + spec
            + "}}";
    byte[] json = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return new PodFixture(Json.readAs(json, Pod.class));
  }

  static PodFixture oneContainer(String restartPolicy) {
    return pod(
        "'restartPolicy': '" + restartPolicy + "', 'containers': [{'name': 'a', 'image': 'i'}]");
  }

  PodFixture withoutSandbox() {
    sandbox = Optional.empty();
    return this;
  }

  PodFixture deleting() {
    pod.getMetadata().setDeletionTimestamp("2026-01-01T12:00:30Z");
    pod.getMetadata().setDeletionGracePeriodSeconds(30L);
    return this;
  }

  PodFixture phase(String phase) {
    var status = new io.fabric8.kubernetes.api.model.PodStatus();
    status.setPhase(phase);
    pod.setStatus(status);
    return this;
  }

  PodFixture failed(String reason) {
    failure = Optional.of(new Failure(reason, "why"));
    return this;
  }

  PodFixture running(String name, int attempt) {
    return add(name, attempt, new State.Running(NOW.minusSeconds(5)));
  }

  PodFixture exited(String name, int attempt, int code) {
    String reason = code == 0 ? "Completed" : "Error";
    return add(
        name,
        attempt,
        new State.Exited(code, reason, "", NOW.minusSeconds(5), NOW.minusSeconds(1)));
  }

  private PodFixture add(String name, int attempt, State state) {
    containers.add(new Container(name + attempt, "u", name, attempt, "i", "i@id", state));
    return this;
  }

  PodFixture memory(String name, ContainerMemory remembered) {
    memory.put(name, remembered);
    return this;
  }

  Pod pod() {
    return pod;
  }

  PodView view() {
    return new PodView(pod, sandbox, containers, memory, failure, NOW);
  }
}
