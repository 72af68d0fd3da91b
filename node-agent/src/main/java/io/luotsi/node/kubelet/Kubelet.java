package io.luotsi.node.kubelet;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.informer.Informer;
import io.luotsi.node.kubelet.Unsupported.Abilities;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntime.Container;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A node's kubelet: gives every pod that is bound to the node a {@link PodWorker}, and ends what
 * the runtime has of pods that the API does not know. Stopping it leaves the containers running.
 */
public final class Kubelet extends AbstractMatchingBehavior<Kubelet.Command> {
  /** What a kubelet understands. */
  public sealed interface Command {}

  private record PodSeen(ObjectKey key, Optional<StoredObject> before, Optional<StoredObject> now)
      implements Command {}

  private record Synced() implements Command {}

  private record ContainerExited(Container container) implements Command {}

  private record Respawn(String uid) implements Command {}

  private static final Duration RESPAWN_AFTER = Duration.ofSeconds(5);
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final Duration ORPHAN_GRACE = Duration.ofSeconds(2);

  private final KubeletParts parts;
  private final PodTools tools;
  private final Informer informer;

  /** By uid: a pod and its successor of the same name may be here at the same time. */
  private final Map<String, ActorRef<PodWorker.Command>> workers = new HashMap<>();

  /** Pods that the API has forgotten and whose workers have not stopped yet. */
  private final Set<String> ending = new HashSet<>();

  private Kubelet(ActorContext<Command> context, KubeletParts parts, Abilities abilities) {
    super(context);
    this.parts = parts;
    ContainerRuntime runtime = parts.runtime();
    Prober prober = new Prober(runtime);
    PodEvents events = new PodEvents(parts.events());
    this.tools =
        new PodTools(
            new PodOperations(parts, prober, events, abilities),
            events,
            prober,
            new StatusWriter(parts.api()),
            new PodStatus.Node(parts.nodeAddress(), runtime.name()),
            abilities);
    ActorRef<Command> self = context.getSelf();
    runtime.onExit(container -> self.tell(new ContainerExited(container)));
    this.informer =
        Informer.start(
            parts.api(),
            PODS,
            Selection.byField("spec.nodeName", parts.nodeName()),
            (key, before, after) -> self.tell(new PodSeen(key, before, after)));
    context.pipeToSelf(informer.synced(), (nothing, bug) -> new Synced());
  }

  /**
   * @param userId of every container; empty if the runtime can give them any
   * @param lowestPort that containers may bind
   */
  public static Behavior<Command> create(
      KubeletParts parts, Optional<Long> userId, int lowestPort) {
    Abilities abilities = new Abilities(parts.runtime().mounts(), userId, lowestPort);
    return Behaviors.setup(context -> new Kubelet(context, parts, abilities));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    return switch (command) {
      case PodSeen(ObjectKey key, Optional<StoredObject> before, Optional<StoredObject> now) ->
          onPodSeen(before, now);
      case Synced message -> onSynced();
      case ContainerExited(Container container) -> onContainerExited(container);
      case Respawn(String uid) -> onRespawn(uid);
    };
  }

  private Behavior<Command> onPodSeen(Optional<StoredObject> before, Optional<StoredObject> now) {
    before
        .filter(old -> now.filter(n -> n.uid().equals(old.uid())).isEmpty())
        .ifPresent(old -> end(old.uid()));
    now.ifPresent(this::update);
    return this;
  }

  private void update(StoredObject pod) {
    ActorRef<PodWorker.Command> worker = workers.get(pod.uid());
    if (worker != null) {
      worker.tell(new PodWorker.Update(pod));
      return;
    }
    ActorRef<PodWorker.Command> started =
        getContext().spawn(PodWorker.create(parts, tools, pod), "pod-" + pod.uid());
    getContext().watch(started);
    workers.put(pod.uid(), started);
  }

  private void end(String uid) {
    ActorRef<PodWorker.Command> worker = workers.remove(uid);
    if (worker != null) {
      ending.add(uid);
      worker.tell(new PodWorker.Gone());
    }
  }

  private Behavior<Command> onContainerExited(Container container) {
    ActorRef<PodWorker.Command> worker = workers.get(container.podUid());
    if (worker != null) {
      worker.tell(new PodWorker.Exited());
    }
    return this;
  }

  /** Now what the API does not know is known to be superfluous. */
  private Behavior<Command> onSynced() {
    Set<String> known = new HashSet<>(workers.keySet());
    known.addAll(ending);
    for (var sandbox : parts.runtime().sandboxes()) {
      String uid = sandbox.podUid();
      if (!known.contains(uid)) {
        getContext()
            .getLog()
            .info("ending orphaned pod {}/{}", sandbox.namespace(), sandbox.name());
        CompletableFuture.runAsync(
            () -> tools.operations().removeOrphan(uid, ORPHAN_GRACE), parts.executor());
        known.add(uid);
      }
    }
    // On this thread, before any pod that comes has a volume: there is hardly ever anything to do.
    tools.operations().removeVolumesOfOthers(known);
    return this;
  }

  /** A worker has failed, which is a bug; its pod gets another. */
  private Behavior<Command> onRespawn(String uid) {
    informer.objects().stream().filter(pod -> pod.uid().equals(uid)).forEach(this::update);
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof Terminated terminated) {
      String uid = terminated.getRef().path().name().substring("pod-".length());
      boolean failed = workers.remove(uid, terminated.getRef());
      ending.remove(uid);
      if (failed) {
        getContext().scheduleOnce(RESPAWN_AFTER, getContext().getSelf(), new Respawn(uid));
      }
    } else if (signal instanceof PostStop) {
      parts.runtime().onExit(container -> {});
      informer.close();
    }
    return this;
  }
}
