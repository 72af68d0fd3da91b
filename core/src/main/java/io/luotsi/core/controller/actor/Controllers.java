package io.luotsi.core.controller.actor;

import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.EventRecorder;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.certificates.CertificateSigner;
import io.luotsi.core.controller.replicaset.ReplicaKind;
import io.luotsi.core.informer.Projection;
import io.luotsi.core.informer.QueueRecorder;
import io.luotsi.core.token.AccountTokens;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All controllers of the cluster: started when this member comes to lead, stopped when it ceases
 * to. They share one informer a resource. Two members that both believe to lead do no harm: every
 * write names what was seen.
 */
public final class Controllers extends AbstractBehavior<Controllers.Command> {
  /** What the controllers understand. */
  public sealed interface Command {}

  /**
   * A failure detector's word on the JVM of a node: without it, silence is only noticed after the
   * grace period. A hint that is wrong is put right by the node's next heartbeat.
   */
  public record NodeReachability(String nodeName, boolean reachable) implements Command {}

  private record Synced() implements Command {}

  /**
   * What the controllers need.
   *
   * @param clients the API as a component sees it, by the component's name ({@code
   *     replicaset-controller})
   * @param catalog the kinds that are collected with their owners and deleted with their namespace,
   *     as they are when it is asked
   * @param tokens for Secrets that keep one
   * @param authority signs what CertificateSigningRequests ask for
   * @param queues hears of each controller's queue, by upstream's name of it
   */
  public record Parts(
      Function<String, ApiClient> clients,
      Supplier<? extends Catalog> catalog,
      AccountTokens tokens,
      CertificateSigner authority,
      ControllerSettings settings,
      Clock clock,
      Function<String, QueueRecorder> queues) {}

  private static final Logger LOG = LoggerFactory.getLogger(Controllers.class);

  /** The user that watches for all of them. */
  private static final String WATCHER = "kube-controller-manager";

  private final Parts parts;
  private final Informers informers;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final List<EventRecorder> recorders = new ArrayList<>();
  private final List<Runnable> beginnings = new ArrayList<>();
  private final NodeLifecycleLoop nodes;
  private final Consumer<String> wantsNode;

  private Controllers(ActorContext<Command> context, Parts parts) {
    super(context);
    this.parts = parts;
    this.informers = new Informers(parts.clients().apply(WATCHER), parts.catalog());
    Projection<PodView> pods = new Projection<>(PodView::of);
    Clock clock = parts.clock();
    run(
        "replicaset-controller",
        hands -> new ReplicaSetLoop(ReplicaKind.REPLICA_SET, informers, hands, pods, clock));
    run(
        "replication-controller",
        hands ->
            new ReplicaSetLoop(ReplicaKind.REPLICATION_CONTROLLER, informers, hands, pods, clock));
    run("deployment-controller", hands -> new DeploymentLoop(informers, hands, pods, clock));
    run("endpoint-slice-controller", hands -> new EndpointSliceLoop(informers, hands));
    run("endpoint-controller", hands -> new EndpointsLoop(informers, hands));
    run(
        "endpoint-slice-mirroring-controller",
        hands -> new EndpointSliceMirroringLoop(informers, hands));
    run("system-namespaces-controller", hands -> SystemObjectLoop.ofNamespaces(informers, hands));
    run("service-account-controller", hands -> new DefaultServiceAccountLoop(informers, hands));
    run(
        "root-ca-cert-publisher",
        hands -> new RootCertificateLoop(informers, hands, parts.settings().rootCertificate()));
    run(
        "tokens-controller",
        hands ->
            new AccountSecretLoop(
                informers, hands, parts.tokens(), parts.settings().rootCertificate()));
    run(
        "certificate-controller",
        hands -> SigningRequestLoop.signing(informers, hands, parts.authority(), clock));
    run("certificate-controller", hands -> SigningRequestLoop.approving(informers, hands));
    run("certificate-controller", hands -> SigningRequestLoop.cleaning(informers, hands, clock));
    run("disruption-controller", hands -> new DisruptionLoop(informers, hands, pods, clock));
    run(
        "priority-classes-controller",
        hands -> SystemObjectLoop.ofPriorityClasses(informers, hands));
    run("flow-control-controller", hands -> new FlowControlLoop(informers, hands, clock));
    run(
        "resourcequota-controller",
        hands -> new ResourceQuotaLoop(informers, hands, parts.catalog(), clock));
    run(
        "kubernetes-service-controller",
        hands -> new KubernetesServiceLoop(informers, hands, parts.settings()));
    run("default-roles-controller", hands -> new DefaultRolesLoop(informers, hands));
    run("clusterrole-aggregation-controller", hands -> new RoleAggregationLoop(informers, hands));
    run(
        "customresourcedefinition-controller",
        hands -> new DefinitionLoop(informers, hands, parts.catalog(), clock));
    run("autoregister-controller", hands -> new ApiServiceLoop(informers, hands));
    run("generic-garbage-collector", hands -> new GarbageLoop(informers, hands, parts.catalog()));
    run(
        "namespace-controller",
        hands -> new NamespaceLoop(informers, hands, parts.catalog(), clock));
    ControllerSettings settings = parts.settings();
    run(
        "taint-eviction-controller",
        hands -> new TaintEvictionLoop(informers, hands, settings.evictionAfter(), clock));
    run("pod-garbage-collector", hands -> new PodGcLoop(informers, hands, clock));
    run("ipallocator-repair-controller", hands -> new AddressRepairLoop(informers, hands, clock));
    this.nodes =
        new NodeLifecycleLoop(
            informers, hands("node-controller"), settings.nodeMonitorGrace(), clock);
    this.wantsNode = start(nodes);
    context.pipeToSelf(informers.start(), (done, bug) -> new Synced());
  }

  public static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(context -> new Controllers(context, parts));
  }

  private <K> void run(String component, Function<Hands, Loop<K>> make) {
    start(make.apply(hands(component)));
  }

  private Hands hands(String component) {
    ApiClient api = parts.clients().apply(component);
    EventRecorder recorder = EventRecorder.start(api, component, "", parts.clock());
    recorders.add(recorder);
    return new Hands(api, recorder, informers);
  }

  /**
   * Registers a loop and starts its actor, which works once the caches are filled; neither of one
   * that the operator does not want.
   *
   * @return what tells it that a key wants work
   */
  private <K> Consumer<K> start(Loop<K> loop) {
    if (!parts.settings().selection().runs(loop.name())) {
      return key -> {};
    }
    var workers =
        new KeyedController.Workers(
            loop.atOnce(parts.settings().reconcilesAtOnce()),
            parts.clock(),
            parts.queues().apply(QueueNames.of(loop.name())));
    ActorRef<KeyedController.Command<K>> actor =
        getContext().spawn(KeyedController.create(loop, executor, workers), loop.name());
    Consumer<K> wants = key -> actor.tell(new KeyedController.Want<>(key));
    loop.watch(informers, wants);
    beginnings.add(() -> actor.tell(new KeyedController.Begin<>()));
    return wants;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onAnyMessage(this::onCommand)
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case NodeReachability(String node, boolean reachable) -> {
        nodes.reachable(node, reachable);
        wantsNode.accept(node);
      }
      case Synced synced -> {
        LOG.info("controllers are at work");
        beginnings.forEach(Runnable::run);
      }
    }
    return this;
  }

  private Behavior<Command> onStop() {
    executor.shutdownNow();
    // Whoever ceases to lead has writes that hang; the dispatcher must not wait for them.
    Thread.startVirtualThread(informers::close);
    recorders.forEach(recorder -> Thread.startVirtualThread(recorder::close));
    return this;
  }
}
