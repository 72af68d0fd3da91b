package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.luotsi.node.kubelet.PodView.Failure;
import io.luotsi.node.runtime.ContainerRuntime.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What to do about a pod now, and when to look again if nothing happens before.
 *
 * @param steps to be done in order
 * @see "Source: kuberuntime computePodActions; kubelet SyncPod, SyncTerminatingPod"
 */
record PodPlan(List<Step> steps, Optional<Instant> again) {
  PodPlan {
    steps = List.copyOf(steps);
  }

  sealed interface Step {
    record CreateSandbox() implements Step {}

    /**
     * @param attempt of the runtime's, one more than the last
     */
    record Start(String container, int attempt) implements Step {}

    /** Ends running containers, all at the same time, each with its Killing event. */
    record Kill(List<Victim> victims, long graceSeconds) implements Step {
      public Kill {
        victims = List.copyOf(victims);
      }
    }

    /** Gives a running container what it asks for now of CPU and memory. */
    record Resize(String container) implements Step {}

    /** The pod as a whole has failed. */
    record Fail(Failure failure) implements Step {}

    /** Nothing runs any more: the API may let go of the object. */
    record Finish() implements Step {}
  }

  record Victim(String id, String name, String event) {}

  private static final PodPlan NOTHING = new PodPlan(List.of(), Optional.empty());

  static PodPlan decide(PodView view) {
    if (PodSpecs.isDeleting(view.pod())) {
      Step end = view.anythingRuns() ? killAll(view) : new Step.Finish();
      return new PodPlan(List.of(end), Optional.empty());
    }
    if (view.isTerminal() || view.failure().isPresent()) {
      return view.anythingRuns() ? new PodPlan(List.of(killAll(view)), Optional.empty()) : NOTHING;
    }
    Optional<Instant> deadline = deadline(view);
    if (deadline.isPresent() && !deadline.get().isAfter(view.now())) {
      Failure failure =
          new Failure(
              "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
      return new PodPlan(List.of(new Step.Fail(failure)), Optional.empty());
    }
    if (view.sandbox().isEmpty()) {
      return new PodPlan(List.of(new Step.CreateSandbox()), deadline);
    }
    Draft draft = new Draft(view, deadline);
    draft.killUnhealthy();
    draft.resize();
    PodSpecs.ephemerals(view.pod()).forEach(spec -> draft.consider(spec, false));
    if (draft.advanceInits()) {
      PodSpecs.containers(view.pod()).forEach(spec -> draft.consider(spec, false));
    }
    return new PodPlan(draft.steps, draft.again);
  }

  private static Step killAll(PodView view) {
    List<Victim> victims = new ArrayList<>();
    for (var container : view.containers()) {
      if (container.state() instanceof State.Running) {
        String event = "Stopping container " + container.name();
        victims.add(new Victim(container.id(), container.name(), event));
      }
    }
    return new Step.Kill(victims, PodSpecs.graceSeconds(view.pod()));
  }

  private static Optional<Instant> deadline(PodView view) {
    Long seconds = view.pod().getSpec().getActiveDeadlineSeconds();
    if (seconds == null || view.sandbox().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(view.sandbox().get().createdAt().plusSeconds(seconds));
  }

  /** One pass over the containers. */
  private static final class Draft {
    private final PodView view;
    private final List<Step> steps = new ArrayList<>();
    private Optional<Instant> again;

    Draft(PodView view, Optional<Instant> again) {
      this.view = view;
      this.again = again;
    }

    void killUnhealthy() {
      for (Container spec : PodSpecs.all(view.pod())) {
        Optional<String> why = view.memory(spec.getName()).unhealthy();
        if (why.isPresent() && view.runs(spec.getName())) {
          String id = view.latest(spec.getName()).orElseThrow().id();
          Victim victim = new Victim(id, spec.getName(), why.get());
          steps.add(new Step.Kill(List.of(victim), graceOf(spec)));
        }
      }
    }

    /** What was refused once is so until something else is asked for, or there may be room. */
    void resize() {
      for (Container spec : PodSpecs.all(view.pod())) {
        ResourceRequirements wanted = PodSpecs.cpuAndMemory(spec);
        ContainerMemory memory = view.memory(spec.getName());
        boolean due =
            memory
                .given()
                .filter(given -> !given.inForce().equals(wanted))
                .filter(given -> !given.refuses(wanted))
                .isPresent();
        if (due && view.runs(spec.getName()) && memory.unhealthy().isEmpty()) {
          steps.add(new Step.Resize(spec.getName()));
        }
      }
    }

    /** A liveness or startup probe may have a grace period of its own. */
    private long graceOf(Container spec) {
      Long own =
          spec.getLivenessProbe() == null
              ? null
              : spec.getLivenessProbe().getTerminationGracePeriodSeconds();
      return own != null ? own : PodSpecs.graceSeconds(view.pod());
    }

    /**
     * Starts the next init container if it is time to.
     *
     * @return whether all are through, so that the others may run
     */
    boolean advanceInits() {
      boolean mainsHaveRun =
          PodSpecs.containers(view.pod()).stream()
              .anyMatch(spec -> view.latest(spec.getName()).isPresent());
      for (Container spec : PodSpecs.inits(view.pod())) {
        String name = spec.getName();
        boolean through =
            PodSpecs.isSidecar(spec)
                ? view.isStarted(spec)
                : mainsHaveRun || view.exit(name).filter(e -> e.exitCode() == 0).isPresent();
        if (through) {
          continue;
        }
        consider(spec, true);
        if (!mainsHaveRun) {
          return false;
        }
      }
      return true;
    }

    /** Starts a container that does not run and should, once its backoff is over. */
    void consider(Container spec, boolean init) {
      String name = spec.getName();
      if (view.runs(name)) {
        return;
      }
      Optional<State.Exited> exit = view.exit(name);
      if (exit.isPresent() && !view.restarts(spec, init, exit.get().exitCode())) {
        return;
      }
      Optional<Instant> notBefore = view.backingOff(name);
      if (notBefore.isPresent()) {
        again = again.filter(a -> a.isBefore(notBefore.get())).or(() -> notBefore);
        return;
      }
      int attempt = view.latest(name).map(c -> c.attempt() + 1).orElse(0);
      steps.add(new Step.Start(name, attempt));
    }
  }
}
