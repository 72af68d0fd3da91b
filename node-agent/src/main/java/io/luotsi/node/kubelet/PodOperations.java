package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerResizePolicy;
import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.core.api.Quantity;
import io.luotsi.core.client.EventRecorder.Type;
import io.luotsi.node.kubelet.ContainerEnvironment.ConfigException;
import io.luotsi.node.kubelet.ContainerEnvironment.Place;
import io.luotsi.node.kubelet.PodPlan.Step;
import io.luotsi.node.kubelet.PodPlan.Victim;
import io.luotsi.node.kubelet.PodView.Waiting;
import io.luotsi.node.kubelet.Prober.Target;
import io.luotsi.node.kubelet.Unsupported.Abilities;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntime.ContainerSpec;
import io.luotsi.node.runtime.ContainerRuntime.Image;
import io.luotsi.node.runtime.ContainerRuntime.LastWords;
import io.luotsi.node.runtime.ContainerRuntime.Limits;
import io.luotsi.node.runtime.ContainerRuntime.Mount;
import io.luotsi.node.runtime.ContainerRuntime.Sandbox;
import io.luotsi.node.runtime.ContainerRuntime.SandboxSpec;
import io.luotsi.node.runtime.ContainerRuntime.State;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the steps of a plan, with the events that go with them. Blocks. */
final class PodOperations {
  private static final Logger LOG = LoggerFactory.getLogger(PodOperations.class);

  /** What came of a step. */
  sealed interface Result {
    record SandboxMade() implements Result {}

    record SandboxFailed() implements Result {}

    record Started(String container, int attempt) implements Result {}

    record StartFailed(String container, Waiting why) implements Result {}

    /** Its program could not be run: the runtime has it as a container that ended. */
    record Unstarted(String container, int attempt) implements Result {}

    record Killed() implements Result {}

    /** A running container has what it asks for. */
    record Resized(String container) implements Result {}

    /** It cannot have it, and goes on with what it has. */
    record NotResized(String container, String reason, String why) implements Result {}
  }

  private final KubeletParts parts;
  private final PodEvents events;
  private final ContainerHooks hooks;
  private final Abilities abilities;
  private final PodTokens tokens;
  private final PodVolumes volumes;

  /** By pod uid: what their containers' environments were made of. */
  private final Map<String, ApiReferences> references = new ConcurrentHashMap<>();

  private final NodeAllocations allocations;

  PodOperations(KubeletParts parts, Prober prober, PodEvents events, Abilities abilities) {
    this.allocations =
        new NodeAllocations(
            parts.allocatable().entrySet().stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, entry -> Quantity.parse(entry.getValue().toString()))));
    this.parts = parts;
    this.events = events;
    this.hooks = new ContainerHooks(prober, events);
    this.abilities = abilities;
    this.tokens = new PodTokens(parts.api(), parts.clock());
    this.volumes =
        new PodVolumes(parts.volumes().root(), tokens, parts.allocatable(), parts.clock());
  }

  /**
   * Carries out steps in their order.
   *
   * @param view by which they were decided
   * @param whenRoom told when what was deferred may fit, from any thread
   * @return what came of each, in the same order
   */
  List<Result> carryOut(PodView view, List<Step> steps, Runnable whenRoom) {
    List<Result> results = new ArrayList<>();
    for (Step step : steps) {
      results.add(
          switch (step) {
            case Step.CreateSandbox create -> createSandbox(view.pod());
            case Step.Start start -> start(view.pod(), view.sandbox().orElseThrow(), start);
            case Step.Kill kill -> kill(view.pod(), view.sandbox(), kill);
            case Step.Resize resize ->
                resize(view.pod(), view.latest(resize.container()).orElseThrow(), resize, whenRoom);
            case Step.Fail fail -> throw new IllegalStateException("not an operation: " + fail);
            case Step.Finish finish ->
                throw new IllegalStateException("not an operation: " + finish);
          });
    }
    return results;
  }

  private Result createSandbox(Pod pod) {
    var metadata = pod.getMetadata();
    if (!makeVolumes(pod)) {
      return new Result.SandboxFailed();
    }
    try {
      parts
          .runtime()
          .createSandbox(
              new SandboxSpec(
                  metadata.getUid(),
                  metadata.getNamespace(),
                  metadata.getName(),
                  PodSpecs.hostNetwork(pod)));
      return new Result.SandboxMade();
    } catch (ContainerRuntimeException e) {
      events.tell(
          pod, Type.WARNING, "FailedCreatePodSandBox", "Failed to create pod sandbox: " + e.text());
      return new Result.SandboxFailed();
    }
  }

  /**
   * Has the pod's volumes hold what they should by now.
   *
   * @return false if not all can be had, which is an event
   */
  boolean makeVolumes(Pod pod) {
    if (PodVolumes.of(pod).isEmpty()) {
      return true;
    }
    try {
      volumes.setUp(pod, references(pod));
      return true;
    } catch (ConfigException e) {
      events.tell(pod, Type.WARNING, "FailedMount", String.valueOf(e.getMessage()));
      return false;
    }
  }

  private Result start(Pod pod, Sandbox sandbox, Step.Start step) {
    String name = step.container();
    Container spec = PodSpecs.named(pod, name).orElseThrow();
    try {
      Optional<Waiting> noImage = findImage(pod, spec);
      if (noImage.isPresent()) {
        return new Result.StartFailed(name, noImage.get());
      }
      Optional<String> refused =
          Unsupported.configError(pod, spec, abilities)
              .or(() -> Unsupported.mountError(pod, spec, abilities));
      if (refused.isPresent()) {
        throw new ConfigException(refused.get());
      }
      ContainerSpec wanted = containerSpec(pod, spec, sandbox, step.attempt());
      Unsupported.warnings(spec, abilities)
          .forEach(w -> events.tell(pod, name, Type.WARNING, w.reason(), w.message()));
      var started = parts.runtime().start(wanted);
      events.tell(pod, name, Type.NORMAL, "Created", "Created container: " + name);
      events.tell(pod, name, Type.NORMAL, "Started", "Started container " + name);
      forgetOld(sandbox.podUid(), name, step.attempt());
      if (!hooks.postStart(pod, spec, new Target(started.id(), sandbox.address()))) {
        parts.runtime().stop(started.id(), Duration.ofSeconds(PodSpecs.graceSeconds(pod)));
      }
      return new Result.Started(name, step.attempt());
    } catch (ConfigException e) {
      String message = String.valueOf(e.getMessage());
      events.tell(pod, name, Type.WARNING, "Failed", "Error: " + message);
      return new Result.StartFailed(name, new Waiting("CreateContainerConfigError", message));
    } catch (ContainerRuntimeException e) {
      boolean unstarted =
          parts.runtime().containers(sandbox.podUid()).stream()
              .anyMatch(c -> c.name().equals(name) && c.attempt() == step.attempt());
      if (unstarted) {
        events.tell(pod, name, Type.NORMAL, "Created", "Created container: " + name);
        forgetOld(sandbox.podUid(), name, step.attempt());
      }
      events.tell(pod, name, Type.WARNING, "Failed", "Error: " + e.text());
      return unstarted
          ? new Result.Unstarted(name, step.attempt())
          : new Result.StartFailed(name, new Waiting(e.reason(), e.text()));
    }
  }

  private Optional<Waiting> findImage(Pod pod, Container spec) {
    String image = spec.getImage();
    String name = spec.getName();
    if (parts.runtime().image(image) instanceof Image.Absent(String message)) {
      if ("Never".equals(spec.getImagePullPolicy())) {
        String never = "Container image \"" + image + "\" is not present with pull policy of Never";
        events.tell(pod, name, Type.WARNING, "ErrImageNeverPull", never);
        return Optional.of(new Waiting("ErrImageNeverPull", never));
      }
      events.tell(pod, name, Type.NORMAL, "Pulling", "Pulling image \"" + image + "\"");
      events.tell(
          pod, name, Type.WARNING, "Failed", "Failed to pull image \"" + image + "\": " + message);
      events.tell(pod, name, Type.WARNING, "Failed", "Error: ErrImagePull");
      return Optional.of(new Waiting("ErrImagePull", message));
    }
    events.tell(
        pod,
        name,
        Type.NORMAL,
        "Pulled",
        "Container image \"" + image + "\" already present on machine");
    return Optional.empty();
  }

  /**
   * Reads what the environments of a pod are made of that an earlier kubelet started: should one of
   * its containers crash while the API is away, it is known.
   *
   * @return whether all of it could be read
   */
  boolean learn(Pod pod, Sandbox sandbox) {
    try {
      for (Container spec : PodSpecs.containers(pod)) {
        environment(pod, spec, sandbox);
      }
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }

  private Map<String, String> environment(Pod pod, Container spec, Sandbox sandbox)
      throws ConfigException {
    return ContainerEnvironment.of(
        pod,
        spec,
        new Place(sandbox.address(), parts.nodeAddress(), parts.allocatable()),
        references(pod));
  }

  private ApiReferences references(Pod pod) {
    return references.computeIfAbsent(
        PodSpecs.uid(pod), uid -> new ApiReferences(parts.api(), pod.getMetadata().getNamespace()));
  }

  private ContainerSpec containerSpec(Pod pod, Container spec, Sandbox sandbox, int attempt)
      throws ConfigException {
    Map<String, String> environment = environment(pod, spec, sandbox);
    List<Mount> mounts = volumes.mounts(pod, spec, environment);
    return new ContainerSpec(
        sandbox.podUid(),
        spec.getName(),
        attempt,
        spec.getImage(),
        ContainerEnvironment.command(spec, environment),
        environment,
        Objects.requireNonNullElse(spec.getWorkingDir(), ""),
        limits(spec),
        mounts,
        lastWords(spec, mounts));
  }

  private static LastWords lastWords(Container spec, List<Mount> mounts) {
    String path = Objects.requireNonNullElse(spec.getTerminationMessagePath(), "");
    boolean taken = mounts.stream().anyMatch(mount -> mount.at().equals(path));
    return new LastWords(
        taken ? "" : path, "FallbackToLogsOnError".equals(spec.getTerminationMessagePolicy()));
  }

  /**
   * @param pod as it asks now
   * @see "Source: kubelet allocation manager canResizePod, kuberuntime doPodResizeAction"
   */
  private Result resize(
      Pod pod, ContainerRuntime.Container running, Step.Resize step, Runnable whenRoom) {
    String name = step.container();
    Container spec = PodSpecs.named(pod, name).orElseThrow();
    Optional<NodeAllocations.Shortage> shortage =
        allocations.grow(PodSpecs.uid(pod), PodAmounts.wanted(pod), whenRoom);
    if (shortage.isPresent()) {
      return new Result.NotResized(name, shortage.get().reason(), shortage.get().message());
    }
    if (Objects.requireNonNullElse(spec.getResizePolicy(), List.<ContainerResizePolicy>of())
        .stream()
        .anyMatch(policy -> "RestartContainer".equals(policy.getRestartPolicy()))) {
      events.tell(
          pod, name, Type.NORMAL, "Killing", "Container " + name + " resize requires restart");
      parts.runtime().stop(running.id(), Duration.ofSeconds(PodSpecs.graceSeconds(pod)));
      return new Result.Killed();
    }
    try {
      return parts.runtime().resize(running.id(), limits(spec))
          ? new Result.Resized(name)
          : new Result.NotResized(
              name,
              NodeAllocations.INFEASIBLE,
              "container "
                  + name
                  + " was started without a limit, and this node can give it one only when it is"
                  + " started anew");
    } catch (ContainerRuntimeException e) {
      return new Result.NotResized(name, NodeAllocations.INFEASIBLE, e.text());
    }
  }

  private static Limits limits(Container spec) {
    return new Limits(PodSpecs.limitMillis(spec), PodSpecs.limitBytes(spec), OptionalLong.empty());
  }

  NodeAllocations allocations() {
    return allocations;
  }

  /** The last run is kept beside the present one, for its state and its log. */
  private void forgetOld(String podUid, String name, int attempt) {
    for (var container : parts.runtime().containers(podUid)) {
      if (container.name().equals(name) && container.attempt() < attempt - 1) {
        parts.runtime().remove(container.id());
      }
    }
  }

  /** Ends containers, all at the same time, their hooks first; returns when all have ended. */
  private Result kill(Pod pod, Optional<Sandbox> sandbox, Step.Kill step) {
    Duration grace = Duration.ofSeconds(step.graceSeconds());
    List<Runnable> kills = new ArrayList<>();
    for (Victim victim : step.victims()) {
      events.tell(pod, victim.name(), Type.NORMAL, "Killing", victim.event());
      kills.add(() -> kill(pod, sandbox, victim, grace));
    }
    runAll(kills);
    return new Result.Killed();
  }

  private void kill(Pod pod, Optional<Sandbox> sandbox, Victim victim, Duration grace) {
    long began = System.nanoTime();
    Target target = new Target(victim.id(), sandbox.map(Sandbox::address).orElse(""));
    PodSpecs.all(pod).stream()
        .filter(spec -> spec.getName().equals(victim.name()))
        .forEach(spec -> hooks.preStop(pod, spec, target, grace));
    // A hook that took all of the grace leaves the program two seconds, as upstream.
    Duration left = grace.minusNanos(System.nanoTime() - began);
    Duration least = grace.compareTo(Duration.ofSeconds(2)) < 0 ? grace : Duration.ofSeconds(2);
    parts.runtime().stop(victim.id(), left.compareTo(least) < 0 ? least : left);
  }

  /** Ends what still runs of a pod that the API has forgotten, and forgets it, too. */
  void remove(Pod pod, Optional<Sandbox> sandbox, Duration grace) {
    List<Victim> victims = new ArrayList<>();
    for (var container : parts.runtime().containers(PodSpecs.uid(pod))) {
      if (container.state() instanceof State.Running) {
        String event = "Stopping container " + container.name();
        victims.add(new Victim(container.id(), container.name(), event));
      }
    }
    kill(pod, sandbox, new Step.Kill(victims, grace.toSeconds()));
    removeSandbox(PodSpecs.uid(pod));
  }

  private void removeSandbox(String podUid) {
    try {
      volumes.remove(podUid);
    } catch (IOException e) {
      LOG.warn("cannot delete all volumes of pod {}: {}", podUid, e.getMessage());
    }
    parts.runtime().removeSandbox(podUid);
  }

  /** What earlier kubelets left of pods that are gone. */
  void removeVolumesOfOthers(Set<String> podUids) {
    try {
      volumes.removeOthers(podUids);
    } catch (IOException e) {
      LOG.warn("cannot delete old volumes: {}", e.getMessage());
    }
  }

  /** Nobody will ask anything more for this pod. */
  void forget(String podUid) {
    references.remove(podUid);
    tokens.forget(podUid);
  }

  /** Ends a pod of which nothing is known but what the runtime has. */
  void removeOrphan(String podUid, Duration grace) {
    List<Runnable> stops = new ArrayList<>();
    for (var container : parts.runtime().containers(podUid)) {
      stops.add(() -> parts.runtime().stop(container.id(), grace));
    }
    runAll(stops);
    removeSandbox(podUid);
  }

  private static void runAll(List<Runnable> tasks) {
    List<Thread> threads =
        tasks.stream().map(task -> Thread.ofVirtual().name("kill").start(task)).toList();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
