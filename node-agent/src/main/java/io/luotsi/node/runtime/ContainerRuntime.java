package io.luotsi.node.runtime;

import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Flow;

/**
 * Runs the containers of one node of one cluster.
 *
 * <p>What a runtime was told survives the JVM that told it: containers go on running, and a new
 * instance over the same state finds every sandbox and every container that was not removed, with
 * the exit code of those that ended meanwhile. It touches nothing that belongs to another cluster
 * or node.
 *
 * <p>Calls block and may be made from any thread, virtual ones included; calls for one pod are made
 * one at a time. A call that is repeated after success does no harm, except {@link #start}.
 */
public interface ContainerRuntime extends AutoCloseable {

  /** Whether an image can be run here. */
  sealed interface Image {
    /**
     * @param id what {@code status.containerStatuses[].imageID} shows
     */
    record Present(String id) implements Image {}

    /**
     * @param message what to do about it, for the person who reads the pod's events
     */
    record Absent(String message) implements Image {}
  }

  /**
   * @param hostNetwork whether the pod shares the node's address
   */
  record SandboxSpec(String podUid, String namespace, String name, boolean hostNetwork) {}

  /** A pod's place in the runtime: its address and all its containers. */
  record Sandbox(String podUid, String namespace, String name, String address, Instant createdAt) {}

  /**
   * Upper bounds; absent is unbounded. A runtime that cannot enforce them says so once in its log.
   */
  record Limits(OptionalLong cpuMillis, OptionalLong memoryBytes, OptionalLong pids) {
    public static final Limits NONE =
        new Limits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
  }

  /**
   * A directory or file of this host that a container has at a path of its own.
   *
   * @param at absolute
   */
  record Mount(Path source, String at, boolean readOnly) {}

  /**
   * Where a container may leave a message about its end, which is then that of {@link
   * State.Exited}.
   *
   * @param at a file that it has at this path; none if empty
   * @param orOutput whether its last output is taken for it if it failed and left none
   */
  record LastWords(String at, boolean orOutput) {
    public static final LastWords NONE = new LastWords("", false);
  }

  /**
   * @param attempt 0 for the first run of the container in this pod, then one more each time
   * @param command entry point and arguments, fully expanded; empty for the image's own
   * @param environment in order; added to the image's own, which it overrides
   * @param workingDirectory empty for the image's own
   * @param mounts at different paths, in any order
   * @param lastWords at another path than any mount
   */
  record ContainerSpec(
      String podUid,
      String name,
      int attempt,
      String image,
      List<String> command,
      Map<String, String> environment,
      String workingDirectory,
      Limits limits,
      List<Mount> mounts,
      LastWords lastWords) {
    public ContainerSpec {
      command = List.copyOf(command);
      mounts = List.copyOf(mounts);
      environment =
          java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(environment));
    }

    /** Of one that has nothing mounted. */
    public ContainerSpec(
        String podUid,
        String name,
        int attempt,
        String image,
        List<String> command,
        Map<String, String> environment,
        String workingDirectory,
        Limits limits) {
      this(
          podUid,
          name,
          attempt,
          image,
          command,
          environment,
          workingDirectory,
          limits,
          List.of(),
          LastWords.NONE);
    }
  }

  /** Where a container is in its life. */
  sealed interface State {
    Instant startedAt();

    record Running(Instant startedAt) implements State {}

    /**
     * @param exitCode 128 + n if signal n ended it
     * @param reason as upstream words it: Completed, Error, OOMKilled, StartError,
     *     ContainerStatusUnknown
     * @param message empty if there is nothing to say
     */
    record Exited(
        int exitCode, String reason, String message, Instant startedAt, Instant finishedAt)
        implements State {
      /** Of a program that could not be run at all; it never started. */
      public static Exited startError(String message, Instant at) {
        return new Exited(128, "StartError", message, Instant.EPOCH, at);
      }
    }
  }

  /**
   * @param id without the runtime's name
   */
  record Container(
      String id,
      String podUid,
      String name,
      int attempt,
      String image,
      String imageId,
      State state) {
    public Container with(State changed) {
      return new Container(id, podUid, name, attempt, image, imageId, changed);
    }
  }

  /**
   * @param exitCode empty if the command did not end in time and was killed
   * @param output standard output and error, at most 10 KiB of it
   */
  record ExecResult(Optional<Integer> exitCode, String output) {}

  /** Hears of every container that ended, once, promptly, on a thread that must not be held up. */
  @FunctionalInterface
  interface ExitListener {
    void onExit(Container container);
  }

  /** The scheme of container ids and of the node's {@code containerRuntimeVersion}. */
  String name();

  String version();

  /**
   * Whether containers see what is mounted into them at the paths that they name. If not, it is
   * below a directory of their own, which {@code CONTAINER_SANDBOX_MOUNT_POINT} in their
   * environment names.
   */
  boolean mounts();

  Image image(String reference);

  /**
   * Makes the pod's place, or returns the one that is there, with the same address.
   *
   * @throws ContainerRuntimeException if there is no address or no room
   */
  Sandbox createSandbox(SandboxSpec spec) throws ContainerRuntimeException;

  /**
   * Starts a container in an existing sandbox.
   *
   * @return as it runs; it may have ended by the time the caller looks
   * @throws ContainerRuntimeException if it cannot be started. Nothing is left of it then, unless
   *     its program cannot be run: that is a container that has ended, {@link
   *     State.Exited#startError}
   */
  Container start(ContainerSpec spec) throws ContainerRuntimeException;

  /**
   * Asks the container to end (SIGTERM), and ends it (SIGKILL) after {@code grace}. Returns when
   * nothing of it runs; at once if it had ended or is not known.
   */
  void stop(String id, Duration grace);

  /**
   * Gives a running container other bounds; it goes on running.
   *
   * @return false if this container cannot have them before it is started anew, or does not run
   * @throws ContainerRuntimeException if the machine refuses them, such as less memory than is used
   */
  boolean resize(String id, Limits limits) throws ContainerRuntimeException;

  /**
   * Runs a command beside the container's own program, with its environment.
   *
   * @throws ContainerRuntimeException if the container does not run or the command cannot be run
   */
  ExecResult exec(String id, List<String> command, Duration timeout)
      throws ContainerRuntimeException;

  /**
   * Runs a command beside the container's own program, in its working directory, environment and
   * limits, as a session of its own, with somebody at the other end. It ends at the latest when its
   * container does, or its client goes away.
   *
   * @throws ContainerRuntimeException if the container does not run or the command cannot be run
   */
  Session session(String id, SessionRequest.Exec exec) throws ContainerRuntimeException;

  /**
   * The container's output, lines complete and in the order they were written.
   *
   * @return empty if the container is not known. Each subscription reads anew; memory does not
   *     depend on the length of the log; {@link LogOptions#previous} is the caller's business
   */
  Optional<Flow.Publisher<ByteBuffer>> logs(String id, LogOptions options);

  /** Forgets an ended container and its log; a running one is killed first. */
  void remove(String id);

  /** Ends whatever runs in the sandbox, at once, and forgets it with its containers. */
  void removeSandbox(String podUid);

  /** By pod uid. */
  List<Sandbox> sandboxes();

  /** All that were not removed: by pod uid, name, attempt. */
  List<Container> containers();

  /** The containers of one pod: by name, attempt. */
  List<Container> containers(String podUid);

  /** Replaces the listener; containers that ended before are not told of again. */
  void onExit(ExitListener listener);

  /** Stops watching and ends all sessions. Containers go on running. */
  @Override
  void close();
}
