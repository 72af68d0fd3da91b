package io.luotsi.app.member;

import io.fabric8.kubernetes.api.model.Quantity;
import io.luotsi.app.PlainFailure;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.EventRecorder;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import io.luotsi.node.agent.NodeAgents;
import io.luotsi.node.agent.NodeFacts;
import io.luotsi.node.agent.NodePressure;
import io.luotsi.node.kubelet.ContainerLogs;
import io.luotsi.node.kubelet.Kubelet;
import io.luotsi.node.kubelet.KubeletParts;
import io.luotsi.node.kubelet.PodSessions;
import io.luotsi.node.kubelet.PodStatuses;
import io.luotsi.node.network.ServiceProxy;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.KernelFile;
import io.luotsi.node.runtime.process.HostImage;
import io.luotsi.node.runtime.process.ProcessRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This machine as a node: containers as processes of the host, their kubelet, and the service
 * proxy. They live in an ActorSystem that is no member of the cluster, so that they go on when the
 * cluster's is begun anew; only the agent, which is the node's place in the cluster, is not theirs.
 */
final class LocalNode implements NodeConnection {
  private static final Logger LOG = LoggerFactory.getLogger(LocalNode.class);
  private static final String COMPONENT = "kubelet";
  private static final int ROOT = 0;
  private static final Path UNPRIVILEGED_PORTS =
      Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

  private final String name;
  private final NodeFacts facts;
  private final ContainerRuntime runtime;
  private final PodStatuses statuses = new PodStatuses();
  private final ContainerLogs logs;
  private final PodSessions sessions;
  private final Path podFolder;
  private final Path volumeFolder;
  private final Duration grace;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<NodeConnection> others =
      new AtomicReference<>(NodeConnection.none());
  private Optional<EventRecorder> events = Optional.empty();

  private LocalNode(MemberPlan plan, NodeFacts facts, ContainerRuntime runtime) {
    this.name = plan.name();
    this.facts = facts;
    this.runtime = runtime;
    this.logs = new ContainerLogs(runtime, statuses);
    this.sessions = new PodSessions(name, runtime, statuses);
    this.podFolder = plan.directory().pods();
    this.volumeFolder = plan.directory().volumes();
    this.grace = plan.settings().shutdownGrace();
  }

  /**
   * Takes over the containers that an earlier JVM of this member left running.
   *
   * @throws PlainFailure if what is left is of another cluster, or cannot be read
   */
  static LocalNode open(MemberPlan plan) {
    String podCidr = plan.identity().ranges().podRange(plan.seat().number());
    String address = plan.nodeAddress();
    try {
      ContainerRuntime runtime =
          ProcessRuntime.open(
              new ProcessRuntime.Settings(
                  plan.directory().pods(),
                  plan.identity().uid(),
                  plan.name(),
                  podCidr,
                  address,
                  HostImage.environment(System.getenv(), Path.of(System.getProperty("java.home"))),
                  true));
      NodeFacts facts =
          NodeFacts.ofHost(
              plan.name(), address, podCidr, runtime.name() + "://" + runtime.version(), Map.of());
      return new LocalNode(plan, facts, runtime);
    } catch (IOException e) {
      throw new PlainFailure("cannot use " + plan.directory().pods() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Begins to run what is bound to the node.
   *
   * @param api as the node's user
   */
  void start(ActorSystem<?> system, ApiClient api) {
    EventRecorder recorder = EventRecorder.start(api, COMPONENT, name, Clock.systemUTC());
    events = Optional.of(recorder);
    Map<String, Quantity> allocatable = new HashMap<>();
    facts.allocatable().forEach((key, value) -> allocatable.put(key, Quantity.parse(value)));
    KubeletParts parts =
        new KubeletParts(
            name,
            facts.address(),
            api,
            runtime,
            recorder,
            executor,
            Clock.systemUTC(),
            allocatable,
            new KubeletParts.Volumes(volumeFolder, KubeletParts.Volumes.REFRESHED),
            statuses);
    long user = userId();
    system.systemActorOf(
        Kubelet.create(parts, Optional.of(user), lowestPort(user)), COMPONENT, Props.empty());
    system.systemActorOf(
        ServiceProxy.create(
            new ServiceProxy.Parts(
                api,
                name,
                ServiceProxy.Settings.DEFAULT,
                Clock.systemUTC(),
                () -> ThreadLocalRandom.current().nextLong())),
        "service-proxy",
        Props.empty());
  }

  /** What the node's agent in the cluster needs. */
  NodeAgents.Home home(ApiClient api) {
    return new NodeAgents.Home(facts, api, Clock.systemUTC(), () -> NodePressure.ofHost(podFolder));
  }

  /** From now on other nodes are reached through {@code relay}, as long as its system lives. */
  void reachOthers(NodeConnection relay) {
    others.set(relay);
  }

  void reachNobodyElse() {
    others.set(NodeConnection.none());
  }

  @Override
  public CompletionStage<Outcome<Flow.Publisher<ByteBuffer>>> logs(
      String nodeName, ObjectKey pod, String podUid, String container, LogOptions options) {
    if (!nodeName.equals(name)) {
      return others.get().logs(nodeName, pod, podUid, container, options);
    }
    return CompletableFuture.supplyAsync(
        () -> logs.logs(pod, podUid, container, options), executor);
  }

  @Override
  public CompletionStage<Outcome<Session>> session(
      String nodeName, ObjectKey pod, String podUid, SessionRequest request) {
    if (!nodeName.equals(name)) {
      return ClusterLives.isHollow(nodeName)
          ? CompletableFuture.completedFuture(
              Outcome.rejected(
                  new Rejection.BadRequest(
                      "node " + nodeName + " is hollow: nothing runs in its pods")))
          : others.get().session(nodeName, pod, podUid, request);
    }
    return CompletableFuture.supplyAsync(() -> sessions.open(pod, podUid, request), executor);
  }

  /**
   * Lets go of the containers, whose kubelet has been stopped.
   *
   * @param endPods whether they end; how they did stays on disk for the next start, which has to
   *     know what ran already and must not run it again if it runs once
   */
  void close(boolean endPods) {
    events.ifPresent(EventRecorder::close);
    if (endPods) {
      endContainers();
    }
    runtime.close();
    executor.shutdownNow();
    LOG.info("let go of the node's containers{}", endPods ? ", which have ended" : "");
  }

  /** All at once, so that their graces do not add up. */
  private void endContainers() {
    CompletableFuture.allOf(
            runtime.containers().stream()
                .map(
                    container ->
                        CompletableFuture.runAsync(
                            () -> runtime.stop(container.id(), grace), executor))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  private static long userId() {
    try {
      return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    } catch (IOException e) {
      throw new PlainFailure("cannot read /proc/self: " + e.getMessage(), e);
    }
  }

  private static int lowestPort(long user) {
    if (user == ROOT) {
      return 1;
    }
    try {
      return Integer.parseInt(KernelFile.firstLine(UNPRIVILEGED_PORTS));
    } catch (IOException e) {
      return 1_024; // older kernels do not say it, and mean this
    }
  }
}
