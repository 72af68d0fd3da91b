package io.luotsi.node.network;

import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.EventRecorder;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.informer.Informer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The service proxy of one node, in user space: one listening socket for each cluster address and
 * TCP port of a Service that has endpoints. A Service without any is not listened to, so that the
 * kernel refuses connections at once.
 *
 * <p>Needs no other part of the cluster to live. Before the API can be reached it serves nothing,
 * and when it is away it goes on with what it knows. A change touches only the rules of its own
 * Service; connections that are made outlive every change but the end of the proxy.
 */
public final class ServiceProxy extends AbstractMatchingBehavior<ServiceProxy.Command> {

  /** What the proxy hears. */
  public sealed interface Command {}

  /** Asks how it is. */
  public record Inspect(ActorRef<Summary> replyTo) implements Command {}

  private record ServiceSeen(ObjectKey key, Optional<ServiceView> service) implements Command {}

  private record SliceSeen(ObjectKey key, Optional<SliceView> slice) implements Command {}

  private record Retry(VirtualAddress address) implements Command {}

  /**
   * @param listening addresses with a socket
   * @param failing addresses that could not be had, in order
   */
  public record Summary(int listening, List<VirtualAddress> failing, int connections) {
    public Summary {
      failing = List.copyOf(failing);
    }
  }

  /**
   * @param threads that carry all connections
   * @param maxConnections at once; further ones are reset
   * @param firstRetry of an address that cannot be had; doubled up to {@code lastRetry}
   */
  public record Settings(int threads, int maxConnections, Duration firstRetry, Duration lastRetry) {
    public static final Settings DEFAULT =
        new Settings(2, 20_000, Duration.ofSeconds(1), Duration.ofMinutes(1));
  }

  /**
   * @param api as the node's user
   * @param random decides with which backend a rule begins
   */
  public record Parts(
      ApiClient api, String nodeName, Settings settings, Clock clock, RandomGenerator random) {}

  /** A rule in force, and whose it is. */
  private record Listening(ServiceView service, TcpProxy.Listener listener) {}

  private record Failing(ServiceView service, ProxyRule rule, Duration retryAfter) {}

  static final String FAILED_TO_BIND = "FailedToBindServicePort";
  static final String UNSUPPORTED_PROTOCOL = "UnsupportedServiceProtocol";

  private static final int FIRST_UNPRIVILEGED_PORT = 1_024;
  private static final GroupVersionResource SERVICES = GroupVersionResource.of("v1", "services");
  private static final GroupVersionResource SLICES =
      GroupVersionResource.of("discovery.k8s.io/v1", "endpointslices");
  private static final GroupVersionKind SERVICE = GroupVersionKind.of("v1", "Service");

  public static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new ServiceProxy(context, timers, parts)));
  }

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final String nodeName;
  private final Settings settings;
  private final RandomGenerator random;
  private final EventRecorder events;
  private final List<Informer> informers;
  private final TcpProxy proxy;
  private final Map<ObjectKey, ServiceView> services = new HashMap<>();
  private final Map<ObjectKey, SliceView> slices = new HashMap<>();
  private final Map<ObjectKey, SortedMap<ObjectKey, SliceView>> slicesByService = new HashMap<>();
  private final Map<ObjectKey, SortedMap<VirtualAddress, ProxyRule>> rules = new HashMap<>();
  private final Map<VirtualAddress, Listening> listening = new HashMap<>();
  private final SortedMap<VirtualAddress, Failing> failing = new TreeMap<>();

  private ServiceProxy(ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts) {
    super(context);
    this.context = context;
    this.timers = timers;
    this.nodeName = parts.nodeName();
    this.settings = parts.settings();
    this.random = parts.random();
    this.proxy = new TcpProxy(settings.threads(), settings.maxConnections());
    this.events = EventRecorder.start(parts.api(), "kube-proxy", nodeName, parts.clock());
    ActorRef<Command> self = context.getSelf();
    this.informers =
        List.of(
            Informer.start(
                parts.api(),
                SERVICES,
                Selection.EVERYTHING,
                (key, before, after) ->
                    self.tell(new ServiceSeen(key, after.map(ServiceView::of)))),
            Informer.start(
                parts.api(),
                SLICES,
                Selection.EVERYTHING,
                (key, before, after) -> self.tell(new SliceSeen(key, after.map(SliceView::of)))));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case ServiceSeen(ObjectKey key, Optional<ServiceView> service) -> {
        service.ifPresentOrElse(s -> services.put(key, s), () -> services.remove(key));
        refresh(key);
      }
      case SliceSeen(ObjectKey key, Optional<SliceView> slice) -> onSlice(key, slice);
      case Retry(VirtualAddress address) -> onRetry(address);
      case Inspect(ActorRef<Summary> replyTo) ->
          replyTo.tell(
              new Summary(listening.size(), List.copyOf(failing.keySet()), proxy.connections()));
    }
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      informers.forEach(Informer::close);
      listening.values().forEach(each -> each.listener().close());
      proxy.close();
      Thread.ofVirtual().name("service-proxy-events-close").start(events::close); // takes a second
    }
    return this;
  }

  private void onSlice(ObjectKey key, Optional<SliceView> slice) {
    Optional<SliceView> before =
        Optional.ofNullable(slice.isPresent() ? slices.put(key, slice.get()) : slices.remove(key));
    before
        .filter(SliceView::hasService)
        .ifPresent(b -> slicesByService.getOrDefault(b.serviceKey(), new TreeMap<>()).remove(key));
    slice
        .filter(SliceView::hasService)
        .ifPresent(
            s -> slicesByService.computeIfAbsent(s.serviceKey(), k -> new TreeMap<>()).put(key, s));
    before.filter(SliceView::hasService).ifPresent(b -> refresh(b.serviceKey()));
    slice.filter(SliceView::hasService).ifPresent(s -> refresh(s.serviceKey()));
  }

  /** Brings the listening sockets of one Service into line with what is known of it. */
  private void refresh(ObjectKey key) {
    SortedMap<ObjectKey, SliceView> ofService = slicesByService.getOrDefault(key, new TreeMap<>());
    if (ofService.isEmpty()) {
      slicesByService.remove(key);
    }
    ServiceView service = services.get(key);
    SortedMap<VirtualAddress, ProxyRule> after =
        service == null ? new TreeMap<>() : ProxyRules.of(service, ofService.values(), nodeName);
    SortedMap<VirtualAddress, ProxyRule> before =
        after.isEmpty() ? rules.remove(key) : rules.put(key, after);
    for (VirtualAddress address : before == null ? List.<VirtualAddress>of() : before.keySet()) {
      if (!after.containsKey(address)) {
        withdraw(address, key);
      }
    }
    for (ProxyRule rule : after.values()) {
      if (before == null || !rule.equals(before.get(rule.address()))) {
        apply(service, rule, before == null || !before.containsKey(rule.address()));
      }
    }
  }

  private void apply(ServiceView service, ProxyRule rule, boolean isNew) {
    VirtualAddress address = rule.address();
    if (!address.isTcp()) {
      if (isNew) {
        warn(
            service,
            UNSUPPORTED_PROTOCOL,
            "port %s is not served: the userspace proxy serves TCP only".formatted(address));
      }
    } else if (rule.backends().isEmpty()) {
      withdraw(address, service.key());
    } else if (listening.containsKey(address)) {
      listening.get(address).listener().balancer().update(rule);
    } else if (failing.containsKey(address)) {
      Duration retryAfter = failing.get(address).retryAfter();
      failing.put(address, new Failing(service, rule, retryAfter));
    } else {
      listen(service, rule, settings.firstRetry());
    }
  }

  private void withdraw(VirtualAddress address, ObjectKey owner) {
    Listening open = listening.get(address);
    if (open != null && open.service().key().equals(owner)) {
      listening.remove(address);
      open.listener().close();
    }
    Failing failed = failing.get(address);
    if (failed != null && failed.service().key().equals(owner)) {
      failing.remove(address);
      timers.cancel(address);
    }
  }

  private void onRetry(VirtualAddress address) {
    Failing failed = failing.remove(address);
    if (failed != null) {
      Duration doubled = failed.retryAfter().multipliedBy(2);
      boolean last = doubled.compareTo(settings.lastRetry()) > 0;
      listen(failed.service(), failed.rule(), last ? settings.lastRetry() : doubled);
    }
  }

  private void listen(ServiceView service, ProxyRule rule, Duration retryAfter) {
    VirtualAddress address = rule.address();
    try {
      Balancer balancer = new Balancer(rule, random.nextInt());
      listening.put(address, new Listening(service, proxy.listen(address, balancer)));
    } catch (IOException e) {
      context
          .getLog()
          .info("cannot listen on {} for {}: {}", address, service.key(), e.getMessage());
      warn(service, FAILED_TO_BIND, failure(address, e));
      failing.put(address, new Failing(service, rule, retryAfter));
      timers.startSingleTimer(address, new Retry(address), retryAfter);
    }
  }

  private static String failure(VirtualAddress address, IOException why) {
    String hint =
        address.port() < FIRST_UNPRIVILEGED_PORT
            ? " (ports below 1024 need root, or a lower net.ipv4.ip_unprivileged_port_start)"
            : "";
    return "cannot listen on %s: %s%s".formatted(address, why.getMessage(), hint);
  }

  private void warn(ServiceView service, String reason, String message) {
    events.event(
        new EventSubject(
            SERVICE, service.key(), service.uid(), Long.toString(service.resourceVersion()), ""),
        EventRecorder.Type.WARNING,
        reason,
        message);
  }
}
