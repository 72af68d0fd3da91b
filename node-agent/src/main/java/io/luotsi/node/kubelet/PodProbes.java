package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.luotsi.node.kubelet.ProbeWorker.Report;
import io.luotsi.node.kubelet.Prober.Target;
import io.luotsi.node.runtime.ContainerRuntime.Sandbox;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The probes of one pod: a {@link ProbeWorker} each. Of its worker, and for its thread alone. */
final class PodProbes {
  private record Key(String containerId, ProbeSpec.Kind kind) {}

  private final ActorContext<?> context;
  private final Executor executor;
  private final Prober prober;
  private final ActorRef<Report> reports;
  private final Map<Key, ActorRef<ProbeWorker.Command>> running = new HashMap<>();

  /**
   * @param context whose children the probes are
   * @param executor for checks, which block
   * @param reports hears what the probes find
   */
  PodProbes(ActorContext<?> context, Executor executor, Prober prober, ActorRef<Report> reports) {
    this.context = context;
    this.executor = executor;
    this.prober = prober;
    this.reports = reports;
  }

  /** Every running container has the probes that it should have now, and no other has any. */
  void adjust(PodView view) {
    Map<Key, ProbeSpec> wanted = wanted(view);
    stop(wanted.keySet());
    wanted.forEach(
        (key, spec) ->
            running.computeIfAbsent(key, k -> context.spawnAnonymous(worker(k, spec, view))));
  }

  void stop() {
    stop(Set.of());
  }

  private void stop(Set<Key> butFor) {
    for (Key key : new HashSet<>(running.keySet())) {
      if (!butFor.contains(key)) {
        context.stop(Objects.requireNonNull(running.remove(key)));
      }
    }
  }

  private static Map<Key, ProbeSpec> wanted(PodView view) {
    boolean deleting = PodSpecs.isDeleting(view.pod());
    Map<Key, ProbeSpec> wanted = new HashMap<>();
    for (Container spec : PodSpecs.all(view.pod())) {
      if (!view.runs(spec.getName())) {
        continue;
      }
      String id = view.latest(spec.getName()).orElseThrow().id();
      for (ProbeSpec.Kind kind : ProbeSpec.Kind.values()) {
        boolean due =
            switch (kind) {
              case STARTUP -> !view.isStarted(spec) && !deleting;
              case LIVENESS -> view.isStarted(spec) && !deleting;
              case READINESS -> view.isStarted(spec);
            };
        if (due) {
          ProbeSpec.of(kind, spec).ifPresent(probe -> wanted.put(new Key(id, kind), probe));
        }
      }
    }
    return wanted;
  }

  private Behavior<ProbeWorker.Command> worker(Key key, ProbeSpec spec, PodView view) {
    Instant startedAt =
        view.containers().stream()
            .filter(container -> container.id().equals(key.containerId()))
            .map(container -> container.state().startedAt())
            .findFirst()
            .orElse(view.now());
    Target target = new Target(key.containerId(), view.sandbox().map(Sandbox::address).orElse(""));
    return ProbeWorker.create(
        new ProbeWorker.Setup(
            key.containerId(),
            spec,
            startedAt,
            view.now(),
            () ->
                CompletableFuture.supplyAsync(
                    () -> prober.check(spec.check(), target, spec.timeout()), executor)),
        reports);
  }
}
