package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import io.luotsi.core.session.SessionStatus;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntime.Sandbox;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What clients do in the pods of one node: exec, attach, port-forward. At most {@value
 * #MAX_SESSIONS} at a time, each forwarded connection one; more are refused.
 *
 * @see "Source: kubelet server.go getExec, getAttach, getPortForward"
 */
public final class PodSessions {
  static final int MAX_SESSIONS = 256;

  /** What a container says from the moment on at which somebody asks. */
  private static final LogOptions FROM_NOW =
      new LogOptions(
          true, false, false, Optional.empty(), OptionalLong.of(0), OptionalLong.empty());

  private final String nodeName;
  private final ContainerRuntime runtime;
  private final PodStatuses statuses;
  private final AtomicInteger sessions = new AtomicInteger();

  public PodSessions(String nodeName, ContainerRuntime runtime, PodStatuses statuses) {
    this.nodeName = nodeName;
    this.runtime = runtime;
    this.statuses = statuses;
  }

  /** How many there are now. */
  public int count() {
    return sessions.get();
  }

  /**
   * Begins a session. Blocks for as long as it takes to start a process.
   *
   * @param podUid of the very pod; never another one of its name
   * @return rejections: see {@link io.luotsi.core.apiserver.NodeConnection#session}
   */
  public Outcome<Session> open(ObjectKey pod, String podUid, SessionRequest request) {
    if (sessions.incrementAndGet() > MAX_SESSIONS) {
      sessions.decrementAndGet();
      return Outcome.rejected(
          new Rejection.ServiceUnavailable(
              "node " + nodeName + " has " + MAX_SESSIONS + " sessions and takes no more"));
    }
    Outcome<Session> opened =
        switch (request) {
          case SessionRequest.Exec exec -> exec(podUid, exec);
          case SessionRequest.Attach attach -> attach(podUid, attach);
          case SessionRequest.PortForward(int port) -> forward(pod, podUid, port);
        };
    switch (opened) {
      case Outcome.Done<Session>(Session session) ->
          session.ended().thenRun(sessions::decrementAndGet);
      case Outcome.Rejected<Session> refused -> sessions.decrementAndGet();
    }
    return opened;
  }

  private Outcome<Session> exec(String podUid, SessionRequest.Exec exec) {
    Optional<String> id = running(podUid, exec.container());
    if (id.isEmpty()) {
      return notFound(exec.container());
    }
    try {
      return Outcome.done(runtime.session(id.get(), exec));
    } catch (ContainerRuntimeException e) {
      // As upstream: the client is connected by the time a runtime finds that it cannot.
      return Outcome.done(
          ended("error executing command in container: failed to exec in container: " + e.text()));
    }
  }

  /** A session that ends with an error as soon as somebody listens. */
  private static Session ended(String why) {
    BlockingEnd end = new BlockingEnd();
    Thread.ofVirtual()
        .name("failed-session")
        .start(
            () -> {
              try {
                end.send(SessionStatus.internalError(why));
              } catch (IOException | InterruptedException gone) {
                Thread.currentThread().interrupt(); // nobody is left to be told
              } finally {
                end.close();
              }
            });
    return end;
  }

  private Outcome<Session> attach(String podUid, SessionRequest.Attach attach) {
    Optional<String> id = running(podUid, attach.container());
    if (id.isEmpty()) {
      return notFound(attach.container());
    }
    if (attach.streams().stdin()) {
      return Outcome.rejected(
          new Rejection.BadRequest(
              "containers of node "
                  + nodeName
                  + " have no standard input to attach to: attach without -i, or use exec"));
    }
    Optional<Flow.Publisher<ByteBuffer>> log = runtime.logs(id.get(), FROM_NOW);
    return log.isEmpty() ? notFound(attach.container()) : Outcome.done(Attached.to(log.get()));
  }

  private Outcome<Session> forward(ObjectKey pod, String podUid, int port) {
    Optional<Sandbox> sandbox =
        runtime.sandboxes().stream().filter(s -> s.podUid().equals(podUid)).findFirst();
    return sandbox.isEmpty()
        ? Outcome.rejected(new Rejection.Unclassified("pod does not exist"))
        : Outcome.done(Forwarded.to(sandbox.get(), pod, port));
  }

  /** Id of the container's run that is under way, by what the kubelet says of it. */
  private Optional<String> running(String podUid, String container) {
    return statuses
        .container(podUid, container)
        .filter(status -> status.path("state").has("running"))
        .map(this::id);
  }

  private String id(JsonNode status) {
    String full = status.path("containerID").asText();
    String scheme = runtime.name() + "://";
    return full.startsWith(scheme) ? full.substring(scheme.length()) : full;
  }

  private static Outcome<Session> notFound(String container) {
    return Outcome.rejected(
        new Rejection.Unclassified("container not found (\"" + container + "\")"));
  }
}
