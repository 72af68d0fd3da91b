package io.luotsi.node.runtime.hollow;

import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntimeException;
import io.luotsi.node.runtime.PodAddresses;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Flow;

/**
 * Every image is there, every container runs until it is stopped and then ends with code 0, every
 * command succeeds, and nothing is ever logged. Nothing survives the JVM: what a hollow pod was is
 * in the API.
 */
public final class HollowRuntime implements ContainerRuntime {
  public static final String NAME = "luotsi-hollow";
  public static final String VERSION = "0.1.0";

  private final PodAddresses addresses;
  private final String nodeAddress;
  private final Clock clock;
  private final Map<String, Sandbox> sandboxes = new TreeMap<>();
  private final Map<String, Container> containers = new TreeMap<>();
  private ExitListener listener = container -> {};

  /**
   * @param podCidr where pods get their addresses; nobody ever connects to them
   */
  public HollowRuntime(String podCidr, String nodeAddress, Clock clock) {
    this.addresses = new PodAddresses(podCidr);
    this.nodeAddress = nodeAddress;
    this.clock = clock;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String version() {
    return VERSION;
  }

  /** Nobody looks. */
  @Override
  public boolean mounts() {
    return true;
  }

  @Override
  public Image image(String reference) {
    return new Image.Present(reference);
  }

  @Override
  public synchronized Sandbox createSandbox(SandboxSpec spec) throws ContainerRuntimeException {
    Sandbox there = sandboxes.get(spec.podUid());
    if (there != null) {
      return there;
    }
    String address = spec.hostNetwork() ? nodeAddress : addresses.take();
    Sandbox made =
        new Sandbox(spec.podUid(), spec.namespace(), spec.name(), address, clock.instant());
    sandboxes.put(spec.podUid(), made);
    return made;
  }

  @Override
  public synchronized Container start(ContainerSpec spec) throws ContainerRuntimeException {
    if (!sandboxes.containsKey(spec.podUid())) {
      throw new ContainerRuntimeException("CreateContainerError", "the pod has no sandbox");
    }
    Container running =
        new Container(
            spec.podUid() + "/" + spec.name() + "/" + spec.attempt(),
            spec.podUid(),
            spec.name(),
            spec.attempt(),
            spec.image(),
            spec.image(),
            new State.Running(clock.instant()));
    containers.put(running.id(), running);
    return running;
  }

  @Override
  public void stop(String id, Duration grace) {
    Container ended;
    ExitListener told;
    synchronized (this) {
      Container container = containers.get(id);
      if (container == null || !(container.state() instanceof State.Running(Instant startedAt))) {
        return;
      }
      ended = container.with(new State.Exited(0, "Completed", "", startedAt, clock.instant()));
      containers.put(id, ended);
      told = listener;
    }
    told.onExit(ended);
  }

  @Override
  public synchronized boolean resize(String id, Limits limits) {
    Container container = containers.get(id);
    return container != null && container.state() instanceof State.Running;
  }

  @Override
  public synchronized ExecResult exec(String id, List<String> command, Duration timeout)
      throws ContainerRuntimeException {
    Container container = containers.get(id);
    if (container == null || !(container.state() instanceof State.Running)) {
      throw new ContainerRuntimeException("ExecError", "container is not running");
    }
    return new ExecResult(Optional.of(0), "");
  }

  @Override
  public Session session(String id, SessionRequest.Exec exec) throws ContainerRuntimeException {
    throw new ContainerRuntimeException("ExecError", "nothing runs in the pods of a hollow node");
  }

  @Override
  public synchronized Optional<Flow.Publisher<ByteBuffer>> logs(String id, LogOptions options) {
    return Optional.ofNullable(containers.get(id)).map(container -> HollowRuntime::nothing);
  }

  private static void nothing(Flow.Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {
            // there is nothing to ask for
          }

          @Override
          public void cancel() {
            // it is over already
          }
        });
    subscriber.onComplete();
  }

  @Override
  public void remove(String id) {
    stop(id, Duration.ZERO);
    synchronized (this) {
      containers.remove(id);
    }
  }

  @Override
  public void removeSandbox(String podUid) {
    containers(podUid).forEach(container -> remove(container.id()));
    synchronized (this) {
      Sandbox gone = sandboxes.remove(podUid);
      if (gone != null && !gone.address().equals(nodeAddress)) {
        addresses.release(gone.address());
      }
    }
  }

  @Override
  public synchronized List<Sandbox> sandboxes() {
    return List.copyOf(sandboxes.values());
  }

  @Override
  public synchronized List<Container> containers() {
    return List.copyOf(containers.values());
  }

  @Override
  public synchronized List<Container> containers(String podUid) {
    List<Container> found = new ArrayList<>(containers.values());
    found.removeIf(container -> !container.podUid().equals(podUid));
    return found;
  }

  @Override
  public synchronized void onExit(ExitListener changed) {
    this.listener = changed;
  }

  @Override
  public void close() {
    // nothing is watched
  }
}
