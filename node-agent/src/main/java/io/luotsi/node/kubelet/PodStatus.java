package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.luotsi.core.api.Json;
import io.luotsi.node.kubelet.PodView.Failure;
import io.luotsi.node.kubelet.PodView.Waiting;
import io.luotsi.node.runtime.ContainerRuntime.State;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the kubelet reports of a pod: phase, conditions, container statuses, addresses.
 *
 * @see "Source: kubelet_pods.go getPhase, generateAPIPodStatus; kubelet/status/generate.go"
 */
final class PodStatus {
  static final String RESIZE = "PodResizePending";

  private final PodView view;
  private final Node node;
  private final Pod pod;

  /**
   * @param runtime scheme of container ids
   */
  record Node(String address, String runtime) {}

  private PodStatus(PodView view, Node node) {
    this.view = view;
    this.node = node;
    this.pod = view.pod();
  }

  /**
   * The whole status, to be merged over the one in the API. Conditions that others own are kept.
   */
  static ObjectNode compute(PodView view, Node node) {
    return new PodStatus(view, node).compute();
  }

  private ObjectNode compute() {
    ObjectNode status = Json.object();
    Long generation = pod.getMetadata().getGeneration();
    if (generation != null) {
      status.put("observedGeneration", generation);
    }
    String phase = phase();
    status.put("phase", phase);
    Optional<Failure> failure = failure();
    failure.ifPresent(f -> status.put("reason", f.reason()).put("message", f.message()));
    status.set("conditions", conditions(phase));
    status.put("hostIP", node.address());
    status.putArray("hostIPs").addObject().put("ip", node.address());
    view.sandbox()
        .ifPresent(
            sandbox -> {
              status.put("podIP", sandbox.address());
              status.putArray("podIPs").addObject().put("ip", sandbox.address());
            });
    status.put("startTime", time(startTime()));
    status.put("qosClass", PodSpecs.qosClass(pod));
    if (!PodSpecs.inits(pod).isEmpty()) {
      ArrayNode inits = status.putArray("initContainerStatuses");
      PodSpecs.inits(pod).forEach(spec -> inits.add(container(spec, true)));
    }
    ArrayNode containers = status.putArray("containerStatuses");
    PodSpecs.containers(pod).forEach(spec -> containers.add(container(spec, false)));
    if (!PodSpecs.ephemerals(pod).isEmpty()) {
      ArrayNode ephemerals = status.putArray("ephemeralContainerStatuses");
      PodSpecs.ephemerals(pod).forEach(spec -> ephemerals.add(ephemeral(spec)));
    }
    return status;
  }

  /** Nobody waits for a container that only looks on, so it is never ready. */
  private ObjectNode ephemeral(Container spec) {
    ObjectNode status = container(spec, false);
    status.remove("started");
    return status.put("ready", false);
  }

  private Optional<Failure> failure() {
    if (view.failure().isPresent() || !view.isTerminal() || pod.getStatus().getReason() == null) {
      return view.failure();
    }
    String message = Objects.requireNonNullElse(pod.getStatus().getMessage(), "");
    return Optional.of(new Failure(pod.getStatus().getReason(), message));
  }

  private Instant startTime() {
    if (pod.getStatus() != null && pod.getStatus().getStartTime() != null) {
      return Instant.parse(pod.getStatus().getStartTime());
    }
    return view.sandbox().map(s -> s.createdAt()).orElse(view.now());
  }

  private String phase() {
    if (view.isTerminal()) {
      return pod.getStatus().getPhase();
    }
    if (view.failure().isPresent()) {
      return "Failed";
    }
    int running = 0;
    int waiting = 0;
    int failed = 0;
    int restarting = 0;
    int succeeded = 0;
    boolean over = PodSpecs.isDeleting(pod) && !view.anythingRuns();
    Optional<String> initial = over ? Optional.empty() : initPhase();
    if (initial.isPresent()) {
      return initial.get();
    }
    for (Container spec : PodSpecs.containers(pod)) {
      Optional<State.Exited> exit = view.exit(spec.getName());
      if (view.runs(spec.getName())) {
        running++;
      } else if (exit.isEmpty()) {
        waiting++;
      } else if (!over && view.restarts(spec, false, exit.get().exitCode())) {
        restarting++;
      } else if (exit.get().exitCode() == 0) {
        succeeded++;
      } else {
        failed++;
      }
    }
    if (over && waiting > 0) {
      return "Failed"; // told to go before it ever ran whole
    }
    if (waiting > 0) {
      return "Pending";
    }
    if (running + restarting > 0) {
      return "Running";
    }
    return failed > 0 ? "Failed" : "Succeeded";
  }

  /** What the init containers alone decide: Pending while one is under way, Failed for good. */
  private Optional<String> initPhase() {
    boolean begun =
        PodSpecs.containers(pod).stream().anyMatch(c -> view.latest(c.getName()).isPresent());
    for (Container spec : PodSpecs.inits(pod)) {
      Optional<State.Exited> exit = view.exit(spec.getName());
      if (begun || (PodSpecs.isSidecar(spec) && isStarted(spec))) {
        continue;
      }
      if (exit.isEmpty()) {
        return Optional.of("Pending");
      }
      if (exit.get().exitCode() != 0) {
        return Optional.of(view.restarts(spec, true, exit.get().exitCode()) ? "Pending" : "Failed");
      }
    }
    return Optional.empty();
  }

  private ObjectNode container(Container spec, boolean init) {
    ObjectNode status = Json.object();
    String name = spec.getName();
    var latest = view.latest(name);
    status.put("name", name);
    status.set("state", state(spec, init));
    status.set("lastState", lastState(spec, init));
    status.put("ready", isReady(spec, init));
    status.put("restartCount", latest.map(c -> c.attempt()).orElse(0));
    status.put("image", latest.map(c -> c.image()).orElse(spec.getImage()));
    status.put("imageID", latest.map(c -> c.imageId()).orElse(""));
    latest.ifPresent(c -> status.put("containerID", id(c)));
    status.put("started", isStarted(spec));
    view.memory(name)
        .given()
        .filter(given -> view.runs(name) && !PodSpecs.isEphemeral(pod, name))
        .ifPresent(given -> addResources(status, given.inForce()));
    return status;
  }

  private static void addResources(ObjectNode status, ResourceRequirements inForce) {
    ObjectNode resources = Json.objectOf(inForce);
    JsonNode requests = resources.path("requests");
    if (requests.isObject() && !requests.isEmpty()) {
      status.set("allocatedResources", requests);
    }
    status.set("resources", resources);
  }

  private String id(io.luotsi.node.runtime.ContainerRuntime.Container container) {
    return node.runtime() + "://" + container.id();
  }

  private boolean isReady(Container spec, boolean init) {
    String name = spec.getName();
    if (init && !PodSpecs.isSidecar(spec)) {
      return view.exit(name).filter(e -> e.exitCode() == 0).isPresent();
    }
    return isStarted(spec) && (spec.getReadinessProbe() == null || view.memory(name).ready());
  }

  private boolean isStarted(Container spec) {
    return view.isStarted(spec);
  }

  private ObjectNode state(Container spec, boolean init) {
    String name = spec.getName();
    ObjectNode state = Json.object();
    var latest = view.latest(name);
    ContainerMemory memory = view.memory(name);
    if (latest.isPresent() && latest.get().state() instanceof State.Running running) {
      state.putObject("running").put("startedAt", time(running.startedAt()));
      return state;
    }
    if (memory.waiting().isPresent()) {
      return waiting(memory.waiting().get());
    }
    Optional<State.Exited> exit = view.exit(name);
    if (exit.isEmpty()) {
      boolean pending = !init && !initsAreThrough() && !PodSpecs.isEphemeral(pod, spec.getName());
      return waiting(new Waiting(pending ? "PodInitializing" : "ContainerCreating", ""));
    }
    if (crashLooping(spec, init)) {
      return waiting(crashLoop(name));
    }
    state.set("terminated", terminated(latest.orElseThrow(), exit.get()));
    return state;
  }

  private boolean crashLooping(Container spec, boolean init) {
    Optional<State.Exited> exit = view.exit(spec.getName());
    return exit.isPresent()
        && !PodSpecs.isDeleting(pod)
        && !view.isTerminal()
        && view.failure().isEmpty()
        && view.restarts(spec, init, exit.get().exitCode())
        && view.backingOff(spec.getName()).isPresent();
  }

  private Waiting crashLoop(String name) {
    return new Waiting(
        "CrashLoopBackOff",
        "back-off "
            + goDuration(view.memory(name).backoff().delay().toSeconds())
            + " restarting failed container="
            + name
            + " pod="
            + PodSpecs.format(pod));
  }

  /** As Go prints durations: 10s, 1m20s, 5m0s. */
  static String goDuration(long seconds) {
    return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
  }

  private ObjectNode lastState(Container spec, boolean init) {
    ObjectNode state = Json.object();
    String name = spec.getName();
    boolean latestIsShown =
        view.exit(name).isPresent()
            && !crashLooping(spec, init)
            && view.memory(name).waiting().isEmpty();
    var shown = view.runs(name) || latestIsShown ? view.previous(name) : view.latest(name);
    if (shown.isPresent() && shown.get().state() instanceof State.Exited exited) {
      state.set("terminated", terminated(shown.get(), exited));
    }
    return state;
  }

  private static ObjectNode waiting(Waiting why) {
    ObjectNode state = Json.object();
    ObjectNode waiting = state.putObject("waiting").put("reason", why.reason());
    if (!why.message().isEmpty()) {
      waiting.put("message", why.message());
    }
    return state;
  }

  private ObjectNode terminated(
      io.luotsi.node.runtime.ContainerRuntime.Container container, State.Exited exited) {
    ObjectNode node = Json.object();
    node.put("exitCode", exited.exitCode()).put("reason", exited.reason());
    if (!exited.message().isEmpty()) {
      node.put("message", exited.message());
    }
    node.put("startedAt", time(exited.startedAt()));
    node.put("finishedAt", time(exited.finishedAt()));
    return node.put("containerID", id(container));
  }

  private boolean initsAreThrough() {
    return PodSpecs.inits(pod).stream()
        .allMatch(
            spec ->
                PodSpecs.isSidecar(spec)
                    ? isStarted(spec)
                    : view.exit(spec.getName()).filter(e -> e.exitCode() == 0).isPresent());
  }

  private ArrayNode conditions(String phase) {
    boolean over = phase.equals("Succeeded") || phase.equals("Failed");
    ArrayNode conditions = Json.object().putArray("conditions");
    boolean hasSandbox = view.sandbox().isPresent() && !(over && !view.anythingRuns());
    conditions.add(condition("PodReadyToStartContainers", hasSandbox, "", ""));
    List<String> incomplete = new ArrayList<>();
    boolean begun =
        PodSpecs.containers(pod).stream().anyMatch(c -> view.latest(c.getName()).isPresent());
    for (Container spec : PodSpecs.inits(pod)) {
      boolean through = PodSpecs.isSidecar(spec) ? isStarted(spec) : isReady(spec, true);
      if (!through && !begun) {
        incomplete.add(spec.getName());
      }
    }
    boolean initialized = incomplete.isEmpty();
    String completed = phase.equals("Succeeded") ? "PodCompleted" : over ? "PodFailed" : "";
    conditions.add(
        initialized
            ? condition("Initialized", true, phase.equals("Succeeded") ? "PodCompleted" : "", "")
            : condition(
                "Initialized",
                false,
                "ContainersNotInitialized",
                "containers with incomplete status: " + names(incomplete)));
    addReadiness(conditions, over, completed);
    addResizePending(conditions);
    addForeign(conditions);
    return conditions;
  }

  private void addReadiness(ArrayNode conditions, boolean over, String completed) {
    List<String> unready = new ArrayList<>();
    for (Container spec : PodSpecs.inits(pod)) {
      if (PodSpecs.isSidecar(spec) && !isReady(spec, true)) {
        unready.add(spec.getName());
      }
    }
    for (Container spec : PodSpecs.containers(pod)) {
      if (!isReady(spec, false)) {
        unready.add(spec.getName());
      }
    }
    boolean ready = !over && unready.isEmpty();
    String reason = over ? completed : ready ? "" : "ContainersNotReady";
    String message = over || ready ? "" : "containers with unready status: " + names(unready);
    List<String> gates = ready ? closedGates() : List.of();
    if (gates.isEmpty()) {
      conditions.add(condition("Ready", ready, reason, message));
    } else {
      String closed = String.join(", ", gates);
      conditions.add(condition("Ready", false, "ReadinessGatesNotReady", closed));
    }
    conditions.add(condition("ContainersReady", ready, reason, message));
  }

  /** Of what was asked for and cannot be given here, ever or for now. */
  private void addResizePending(ArrayNode conditions) {
    for (Container spec : PodSpecs.all(pod)) {
      view.memory(spec.getName())
          .given()
          .filter(given -> view.runs(spec.getName()))
          .flatMap(PodView.Given::refused)
          .filter(refused -> refused.wanted().equals(PodSpecs.cpuAndMemory(spec)))
          .filter(no -> conditions.findValuesAsText("type").stream().noneMatch(RESIZE::equals))
          .ifPresent(no -> conditions.add(condition(RESIZE, true, no.reason(), no.why())));
    }
  }

  private static String names(List<String> names) {
    return "[" + String.join(" ", names) + "]";
  }

  private List<String> closedGates() {
    List<String> closed = new ArrayList<>();
    for (var gate :
        Objects.requireNonNullElse(
            pod.getSpec().getReadinessGates(),
            List.<io.fabric8.kubernetes.api.model.PodReadinessGate>of())) {
      String type = gate.getConditionType();
      Optional<PodCondition> there = existing(type);
      if (there.isEmpty()) {
        closed.add(
            "corresponding condition of pod readiness gate \"" + type + "\" does not exist.");
      } else if (!"True".equals(there.get().getStatus())) {
        closed.add(
            "the status of pod readiness gate \""
                + type
                + "\" is not \"True\", but "
                + there.get().getStatus());
      }
    }
    return closed;
  }

  /** What others say of the pod stays; that it was scheduled is plain to see. */
  private void addForeign(ArrayNode conditions) {
    conditions.add(condition("PodScheduled", true, "", ""));
    for (PodCondition there : existing()) {
      boolean ours = there.getType().equals(RESIZE);
      for (var mine : conditions) {
        ours |= mine.path("type").asText().equals(there.getType());
      }
      if (!ours) {
        conditions.add(Json.objectOf(there));
      }
    }
  }

  private ObjectNode condition(String type, boolean holds, String reason, String message) {
    String status = holds ? "True" : "False";
    Optional<PodCondition> before = existing(type).filter(c -> status.equals(c.getStatus()));
    ObjectNode condition = Json.object();
    condition.put("type", type).put("status", status);
    Long generation = pod.getMetadata().getGeneration();
    if (generation != null) {
      condition.put("observedGeneration", generation);
    }
    condition.putNull("lastProbeTime");
    condition.put(
        "lastTransitionTime",
        before.map(PodCondition::getLastTransitionTime).orElseGet(() -> time(view.now())));
    if (!reason.isEmpty()) {
      condition.put("reason", reason);
    }
    if (!message.isEmpty()) {
      condition.put("message", message);
    }
    return condition;
  }

  private List<PodCondition> existing() {
    return pod.getStatus() == null || pod.getStatus().getConditions() == null
        ? List.of()
        : pod.getStatus().getConditions();
  }

  private Optional<PodCondition> existing(String type) {
    return existing().stream().filter(c -> type.equals(c.getType())).findFirst();
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
