package io.luotsi.node.runtime.process;

import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntimeException;
import io.luotsi.node.runtime.FileTree;
import io.luotsi.node.runtime.KernelFile;
import io.luotsi.node.runtime.PodAddresses;
import io.luotsi.node.runtime.process.ProcTable.Identity;
import io.luotsi.node.runtime.process.StateDirectory.PodRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers as sessions of processes on this host.
 *
 * <p>Each is started by a shim (see {@code shim.sh}) in a session of its own and goes on when this
 * JVM dies. Everything known of it is below the state directory:
 *
 * <pre>
 * runtime.json                      whose state this is
 * pods/UID/pod.json                 the sandbox and its address
 * pods/UID/containers/NAME/ATTEMPT  one run: see {@link ContainerDirectory}
 * </pre>
 */
public final class ProcessRuntime implements ContainerRuntime {
  public static final String NAME = "luotsi-process";
  public static final String VERSION = "0.1.0";

  /** As upstream tells containers of Windows hosts, which have no file system of their own. */
  public static final String MOUNT_POINT = "CONTAINER_SANDBOX_MOUNT_POINT";

  private static final Logger LOG = LoggerFactory.getLogger(ProcessRuntime.class);

  /**
   * @param stateDirectory made if it is not there; belongs to this runtime alone
   * @param podCidr where pods get their addresses, inside 127.0.0.0/8
   * @param nodeAddress what pods of the host's network have
   * @param environment of every container, see {@link HostImage#environment}
   * @param mayMount false to have containers see the host's mounts alone, as they do anyway unless
   *     this JVM is root
   */
  public record Settings(
      Path stateDirectory,
      String clusterUid,
      String nodeName,
      String podCidr,
      String nodeAddress,
      Map<String, String> environment,
      boolean mayMount) {
    public Settings {
      stateDirectory = stateDirectory.toAbsolutePath();
      environment = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }
  }

  private final Settings settings;
  private final PodAddresses addresses;
  private final Cgroups cgroups = Cgroups.detect();
  private final ExitWatch exits;
  private final LogGrowth growth;
  private final StateDirectory state;
  private final Shim shim;
  private final Map<String, PodRecord> pods = new ConcurrentHashMap<>();
  private final Map<String, ProcessContainer> containers = new ConcurrentHashMap<>();
  private final Set<ExecSession> sessions = ConcurrentHashMap.newKeySet();
  private final boolean mounts;
  private volatile ExitListener listener = container -> {};

  private ProcessRuntime(Settings settings, StateDirectory state) throws IOException {
    this.settings = settings;
    this.state = state;
    this.shim = Shim.in(state.root());
    this.addresses = new PodAddresses(settings.podCidr());
    this.exits = new ExitWatch();
    this.growth = new LogGrowth();
    this.mounts = settings.mayMount() && MountNamespace.canBeMade();
  }

  /**
   * Takes over what is in the state directory: running containers are adopted, ended ones read.
   *
   * @throws IOException if the directory cannot be used, or is of another cluster or node
   */
  public static ProcessRuntime open(Settings settings) throws IOException {
    StateDirectory state = new StateDirectory(settings.stateDirectory());
    state.claim(new StateDirectory.Owner(settings.clusterUid(), settings.nodeName()));
    ProcessRuntime runtime = new ProcessRuntime(settings, state);
    runtime.adoptAll();
    return runtime;
  }

  /**
   * Ends all that a runtime left running in a state directory, its JVM being dead: processes,
   * shims, cgroups. What is on disk stays, and says how each container ended: whoever opens the
   * directory next must neither run a pod again that runs once, nor forget its logs and restarts.
   *
   * @param grace from SIGTERM to SIGKILL, for all of them together
   * @return how many containers ran
   */
  public static int cleanUp(Path stateDirectory, Duration grace) throws IOException {
    return LeftOvers.end(stateDirectory, grace);
  }

  /** The same without any grace. */
  public static int cleanUp(Path stateDirectory) throws IOException {
    return cleanUp(stateDirectory, Duration.ZERO);
  }

  private void adoptAll() throws IOException {
    for (PodRecord record : state.pods()) {
      pods.put(record.uid(), record);
      if (!record.host()) {
        addresses.claim(record.address());
      }
    }
    for (ContainerDirectory directory : state.containers()) {
      adopt(directory);
    }
  }

  private void adopt(ContainerDirectory directory) throws IOException {
    Optional<ContainerDirectory.Record> record = directory.read();
    if (record.isPresent() && directory.startFailure().isPresent()) {
      ProcessContainer failed = ProcessContainer.of(directory, record.get());
      containers.put(record.get().id(), failed);
      failed.settle();
      return;
    }
    if (record.isEmpty() || directory.shim().isEmpty()) {
      // Its JVM died before it could tell anybody that this runs: as if it had never been asked.
      record.ifPresent(r -> ProcessContainer.killAll(r.id(), Optional.empty()));
      record.ifPresent(r -> Cgroups.remove(r.cgroupPaths()));
      FileTree.delete(directory.path());
      return;
    }
    ProcessContainer container = ProcessContainer.of(directory, record.get());
    containers.put(record.get().id(), container);
    Identity process = directory.shim().get();
    boolean alive = record.get().bootId().equals(bootId()) && ProcTable.runs(process);
    if (alive && directory.ended().isEmpty()) {
      growth.watch(container.log());
      exits.watch(process, () -> exited(container));
    } else {
      container.settle();
    }
  }

  /** On the exit thread, which it must not hold up: killing what is left may take a while. */
  private void exited(ProcessContainer container) {
    Thread.ofVirtual()
        .name("container-exit")
        .start(
            () -> {
              growth.forget(container.log());
              Container ended = container.settle();
              listener.onExit(ended);
            });
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String version() {
    return VERSION;
  }

  @Override
  public boolean mounts() {
    return mounts;
  }

  @Override
  public boolean resize(String id, Limits limits) throws ContainerRuntimeException {
    ProcessContainer container = containers.get(id);
    if (container == null || !(container.view().state() instanceof State.Running)) {
      return false;
    }
    try {
      return cgroups.change(container.record().cgroupPaths(), limits);
    } catch (IOException e) {
      throw new ContainerRuntimeException("ResizeContainerError", text(e), e);
    }
  }

  /** What limits are enforced with; empty if none are. */
  public List<String> limitControllers() {
    return cgroups.controllers();
  }

  @Override
  public Image image(String reference) {
    return HostImage.find(reference);
  }

  @Override
  public Sandbox createSandbox(SandboxSpec spec) throws ContainerRuntimeException {
    PodRecord there = pods.get(spec.podUid());
    if (there != null) {
      return there.sandbox();
    }
    String address = spec.hostNetwork() ? settings.nodeAddress() : addresses.take();
    PodRecord record =
        new PodRecord(
            spec.podUid(),
            spec.namespace(),
            spec.name(),
            address,
            spec.hostNetwork(),
            System.currentTimeMillis());
    try {
      state.write(record);
    } catch (IOException e) {
      releaseAddress(record);
      throw new ContainerRuntimeException("FailedCreatePodSandBox", text(e), e);
    }
    pods.put(spec.podUid(), record);
    return record.sandbox();
  }

  @Override
  public Container start(ContainerSpec spec) throws ContainerRuntimeException {
    if (!pods.containsKey(spec.podUid())) {
      throw new ContainerRuntimeException("CreateContainerError", "the pod has no sandbox");
    }
    if (!(image(spec.image()) instanceof Image.Present(String imageId))) {
      throw new ContainerRuntimeException("CreateContainerError", "no image " + spec.image());
    }
    if (spec.command().isEmpty()) {
      throw new ContainerRuntimeException("CreateContainerError", "no command specified");
    }
    String id = ContainerIds.of(spec);
    ContainerDirectory directory = state.container(spec);
    try {
      FileTree.delete(directory.path()); // of an attempt that failed
      Files.createDirectories(directory.work());
      ContainerMounts mounted = ContainerMounts.of(spec, directory);
      ContainerDirectory.Record record = record(spec, id, imageId, directory, mounted);
      directory.write(record);
      ProcessContainer container = ProcessContainer.of(directory, record);
      MountNamespace place =
          record.ownMounts() ? mounted.namespace(state.root()) : new MountNamespace.Host();
      Identity process = place.run(() -> spawn(spec, container));
      containers.put(id, container);
      growth.watch(container.log());
      exits.watch(process, () -> exited(container));
      return container.view();
    } catch (IOException e) {
      discard(directory);
      throw new ContainerRuntimeException("RunContainerError", text(e), e);
    } catch (ContainerRuntimeException e) {
      if (!containers.containsKey(id)) {
        discard(directory);
      }
      throw e;
    }
  }

  /** Where the container will be: what it runs may be in something that is mounted. */
  private Identity spawn(ContainerSpec spec, ProcessContainer container)
      throws IOException, ContainerRuntimeException {
    List<String> command;
    try {
      command = shim.command(spec, container);
    } catch (ContainerRuntimeException e) {
      keepUnstarted(container, e.text());
      throw e;
    }
    return shim.spawn(container, command);
  }

  /** So that a pod that runs once has run, also in the eyes of the next JVM. */
  private void keepUnstarted(ProcessContainer container, String why) throws IOException {
    Cgroups.remove(container.record().cgroupPaths());
    container.directory().writeStartFailure(why);
    containers.put(container.record().id(), container);
    container.settle();
  }

  private ContainerDirectory.Record record(
      ContainerSpec spec,
      String id,
      String imageId,
      ContainerDirectory directory,
      ContainerMounts mounted)
      throws IOException {
    Map<String, String> environment = new LinkedHashMap<>(settings.environment());
    boolean ownMounts = mounts && !mounted.isEmpty();
    if (!ownMounts && !mounted.isEmpty()) {
      mounted.show(directory.mounts());
      environment.put(MOUNT_POINT, directory.mounts().toString());
    }
    if (!spec.lastWords().at().isEmpty()) {
      ContainerMounts.prepareLastWords(directory);
    }
    environment.putAll(spec.environment());
    environment.put(ProcTable.MARK, id);
    Path work =
        spec.workingDirectory().isEmpty()
            ? directory.work()
            : directory.work().resolve(spec.workingDirectory());
    return new ContainerDirectory.Record(
        ContainerDirectory.FORMAT,
        id,
        spec.podUid(),
        spec.name(),
        spec.attempt(),
        spec.image(),
        imageId,
        bootId(),
        work.toString(),
        environment,
        cgroups.create(id, spec.limits()).stream().map(Path::toString).toList(),
        ownMounts,
        spec.lastWords().orOutput());
  }

  @Override
  public void stop(String id, Duration grace) {
    find(id).filter(c -> !c.hasExited()).ifPresent(c -> c.stop(grace));
  }

  @Override
  public ExecResult exec(String id, List<String> command, Duration timeout)
      throws ContainerRuntimeException {
    ProcessContainer container = running(id);
    return Commands.run(container.record(), command, timeout, mountsOf(container));
  }

  @Override
  public Session session(String id, SessionRequest.Exec exec) throws ContainerRuntimeException {
    ProcessContainer container = running(id);
    ExecSession session = ExecSession.start(container.record(), exec, mountsOf(container));
    sessions.add(session);
    session.ended().thenRun(() -> sessions.remove(session));
    return session;
  }

  private static MountNamespace mountsOf(ProcessContainer container)
      throws ContainerRuntimeException {
    if (!container.record().ownMounts()) {
      return new MountNamespace.Host();
    }
    return container
        .directory()
        .first()
        .filter(ProcTable::runs)
        .map(process -> new MountNamespace.OfProcess(process.pid()))
        .orElseThrow(() -> new ContainerRuntimeException("ExecError", "container is not running"));
  }

  private ProcessContainer running(String id) throws ContainerRuntimeException {
    return find(id)
        .filter(container -> !container.hasExited())
        .orElseThrow(() -> new ContainerRuntimeException("ExecError", "container is not running"));
  }

  @Override
  public Optional<Flow.Publisher<ByteBuffer>> logs(String id, LogOptions options) {
    return find(id).map(container -> new LogPublisher(container.log(), options));
  }

  @Override
  public void remove(String id) {
    find(id)
        .ifPresent(
            container -> {
              stop(id, Duration.ZERO);
              container.log().end();
              containers.remove(id);
              discard(container.directory());
            });
  }

  @Override
  public void removeSandbox(String podUid) {
    containersOf(podUid).forEach(container -> remove(container.record().id()));
    PodRecord record = pods.remove(podUid);
    if (record != null) {
      try {
        state.removePod(podUid);
      } catch (IOException e) {
        LOG.warn("cannot delete all of pod {}: {}", podUid, text(e));
      }
      releaseAddress(record);
    }
  }

  @Override
  public List<Sandbox> sandboxes() {
    return pods.values().stream()
        .map(PodRecord::sandbox)
        .sorted(Comparator.comparing(Sandbox::podUid))
        .toList();
  }

  @Override
  public List<Container> containers() {
    return views(containers.values());
  }

  @Override
  public List<Container> containers(String podUid) {
    return views(containersOf(podUid));
  }

  @Override
  public void onExit(ExitListener changed) {
    this.listener = changed;
  }

  @Override
  public void close() {
    sessions.forEach(ExecSession::abandon);
    exits.close();
    growth.close();
  }

  private List<ProcessContainer> containersOf(String podUid) {
    return containers.values().stream().filter(c -> c.record().podUid().equals(podUid)).toList();
  }

  private static List<Container> views(Collection<ProcessContainer> some) {
    return some.stream()
        .map(ProcessContainer::view)
        .sorted(
            Comparator.comparing(Container::podUid)
                .thenComparing(Container::name)
                .thenComparing(Container::attempt))
        .toList();
  }

  private Optional<ProcessContainer> find(String id) {
    return Optional.ofNullable(containers.get(id));
  }

  private void releaseAddress(PodRecord record) {
    if (!record.host()) {
      addresses.release(record.address());
    }
  }

  private static void discard(ContainerDirectory directory) {
    try {
      directory.read().ifPresent(r -> Cgroups.remove(r.cgroupPaths()));
      FileTree.delete(directory.path());
    } catch (IOException e) {
      LOG.warn("cannot delete {}: {}", directory.path(), text(e));
    }
  }

  private static String bootId() {
    try {
      return KernelFile.firstLine(Path.of("/proc/sys/kernel/random/boot_id"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(IOException e) {
    return String.valueOf(e.getMessage());
  }
}
