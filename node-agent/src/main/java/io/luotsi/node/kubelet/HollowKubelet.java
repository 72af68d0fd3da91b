package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.TypedView;
import io.luotsi.core.informer.Index;
import io.luotsi.core.informer.Informer;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The kubelet of all hollow nodes that are on this JVM: one actor, one pod informer, nothing a node
 * and nothing a pod but what the informer has. A pod that is bound to one of them runs and is ready
 * at once; one that is told to go is gone. Some writes at a time, the rest wait their turn.
 */
public final class HollowKubelet extends AbstractMatchingBehavior<HollowKubelet.Command> {
  /** What it understands. */
  public sealed interface Command {}

  /** A hollow node is on this JVM from now on. */
  public record NodeArrived(String nodeName, String address) implements Command {}

  /** A hollow node has left this JVM. */
  public record NodeLeft(String nodeName) implements Command {}

  private record PodSeen(ObjectKey key) implements Command {}

  private record Written(ObjectKey key, boolean done) implements Command {}

  /** Writes under way at once. */
  static final int IN_FLIGHT = 64;

  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final Index BY_NODE = Index.field("spec.nodeName");

  private final Clock clock;
  private final StatusWriter writer;
  private final Informer informer;
  private final String runtimeName;
  private final Map<String, String> nodes = new HashMap<>();
  private final SequencedSet<ObjectKey> waiting = new LinkedHashSet<>();
  private final Set<ObjectKey> working = new HashSet<>();
  private final Set<ObjectKey> again = new HashSet<>();

  private HollowKubelet(
      ActorContext<Command> context, ApiClient api, String runtimeName, Clock clock) {
    super(context);
    this.clock = clock;
    this.runtimeName = runtimeName;
    this.writer = new StatusWriter(api);
    ActorRef<Command> self = context.getSelf();
    this.informer =
        Informer.start(
            api,
            PODS,
            Selection.EVERYTHING,
            (key, before, after) -> {
              if (after.filter(pod -> !pod.field("spec.nodeName").isEmpty()).isPresent()) {
                self.tell(new PodSeen(key));
              }
            },
            BY_NODE);
  }

  public static Behavior<Command> create(ApiClient api, String runtimeName, Clock clock) {
    return Behaviors.setup(context -> new HollowKubelet(context, api, runtimeName, clock));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case NodeArrived(String name, String address) -> {
        nodes.put(name, address);
        informer.find(BY_NODE, name).forEach(pod -> enqueue(pod.key()));
      }
      case NodeLeft(String name) -> nodes.remove(name);
      case PodSeen(ObjectKey key) -> enqueue(key);
      case Written(ObjectKey key, boolean done) -> onWritten(key, done);
    }
    work();
    return this;
  }

  private void enqueue(ObjectKey key) {
    boolean mine =
        informer.get(key).filter(pod -> nodes.containsKey(pod.field("spec.nodeName"))).isPresent();
    if (!mine) {
      return;
    }
    if (working.contains(key)) {
      again.add(key);
    } else {
      waiting.add(key);
    }
  }

  private void onWritten(ObjectKey key, boolean done) {
    working.remove(key);
    if (!done) {
      getContext().scheduleOnce(AGAIN, getContext().getSelf(), new PodSeen(key));
    } else if (again.remove(key)) {
      waiting.add(key);
    }
  }

  private void work() {
    while (working.size() < IN_FLIGHT && !waiting.isEmpty()) {
      ObjectKey key = waiting.removeFirst();
      informer.get(key).flatMap(this::write).ifPresent(written -> follow(key, written));
    }
  }

  private void follow(ObjectKey key, CompletionStage<Boolean> written) {
    working.add(key);
    getContext().pipeToSelf(written, (done, bug) -> new Written(key, bug == null && done));
  }

  private Optional<CompletionStage<Boolean>> write(StoredObject stored) {
    String address = nodes.get(stored.field("spec.nodeName"));
    if (address == null) {
      return Optional.empty();
    }
    Pod pod = TypedView.of(stored, Pod.class);
    if (PodSpecs.isDeleting(pod)) {
      return Optional.of(writer.delete(pod));
    }
    Optional<ObjectNode> status =
        HollowPod.status(pod, new PodStatus.Node(address, runtimeName), clock.instant());
    return status.map(
        s ->
            writer
                .write(pod, s)
                .thenApply(outcome -> !(outcome instanceof StatusWriter.Outcome.TryAgain)));
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      informer.close();
    }
    return this;
  }
}
