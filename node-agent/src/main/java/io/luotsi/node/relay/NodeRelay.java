package io.luotsi.node.relay;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import io.luotsi.node.agent.NodeAgents;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Leads to the kubelet of any node of the cluster: to this JVM's own directly, to another's through
 * the JVM with that node's role. Every member starts one, or its node cannot be asked by others.
 * Belongs to one ActorSystem and ends with it; who reads then is told so.
 *
 * <p>A node whose JVM is no member, is not reachable or does not answer is ServiceUnavailable
 * within {@link RelayTimes#opening}; a log that is being read, and a session, ends with an error
 * within {@link RelayTimes#silence} when either JVM is gone.
 */
public final class NodeRelay implements NodeConnection {
  /** Messages of Artery's large lane that may wait for one peer; more are dropped and missed. */
  private static final int QUEUE =
      2 * LogDesk.MAX_WRITERS * LogReader.WINDOW + 4 * SessionDesk.MAX_SESSIONS * SessionEnd.WINDOW;

  /** Of a frame each, made when needed and kept. */
  private static final int BUFFERS = 4;

  private final ActorSystem<?> system;
  private final String nodeName;
  private final NodeConnection local;
  private final ActorRef<LogReaders.Read> readers;
  private final ActorRef<SessionEnds.Begin> ends;

  private NodeRelay(
      ActorSystem<?> system,
      String nodeName,
      NodeConnection local,
      ActorRef<LogReaders.Read> readers,
      ActorRef<SessionEnds.Begin> ends) {
    this.system = system;
    this.nodeName = nodeName;
    this.local = local;
    this.readers = readers;
    this.ends = ends;
  }

  /**
   * What an ActorSystem needs so that logs and sessions have a connection of their own, away from
   * the rest.
   */
  public static Config config() {
    return ConfigFactory.parseMap(
        Map.of(
            "pekko.remote.artery.large-message-destinations",
            List.of(
                "/system/" + LogReaders.NAME + "/*",
                "/system/" + SessionEnds.NAME + "/*",
                "/system/" + SessionDesk.NAME + "/*"),
            "pekko.remote.artery.advanced.maximum-large-frame-size",
            4 * LogWriter.CHUNK_BYTES,
            "pekko.remote.artery.advanced.large-buffer-pool-size",
            BUFFERS,
            "pekko.remote.artery.advanced.outbound-large-message-queue-size",
            QUEUE),
        "log lane");
  }

  /**
   * @param system a member of the Pekko cluster with {@link #config}
   * @param nodeName this JVM's own node
   * @param local serves it
   */
  public static NodeRelay start(
      ActorSystem<?> system, String nodeName, NodeConnection local, RelayTimes times) {
    system.systemActorOf(LogDesk.create(nodeName, local, times), LogDesk.NAME, Props.empty());
    system.systemActorOf(
        SessionDesk.create(nodeName, local, times), SessionDesk.NAME, Props.empty());
    return new NodeRelay(
        system,
        nodeName,
        local,
        system.systemActorOf(LogReaders.create(times), LogReaders.NAME, Props.empty()),
        system.systemActorOf(SessionEnds.create(times), SessionEnds.NAME, Props.empty()));
  }

  @Override
  public CompletionStage<Outcome<Flow.Publisher<ByteBuffer>>> logs(
      String node, ObjectKey pod, String podUid, String container, LogOptions options) {
    if (node.equals(nodeName)) {
      return local.logs(node, pod, podUid, container, options);
    }
    Optional<Address> home = NodeAgents.reachable(Cluster.get(system), node);
    if (home.isEmpty()) {
      return CompletableFuture.completedFuture(Outcome.rejected(LogReader.away(node)));
    }
    LogRequest request =
        new LogRequest(node, pod.namespace(), pod.name(), podUid, container, options);
    ActorRef<LogDesk.Open> desk =
        ActorRefResolver.get(system).resolveActorRef(home.get() + "/system/" + LogDesk.NAME);
    CompletableFuture<Outcome<Flow.Publisher<ByteBuffer>>> outcome = new CompletableFuture<>();
    readers.tell(new LogReaders.Read(new LogReader.Order(desk, request, outcome)));
    return outcome;
  }

  @Override
  public CompletionStage<Outcome<Session>> session(
      String node, ObjectKey pod, String podUid, SessionRequest request) {
    if (node.equals(nodeName)) {
      return local.session(node, pod, podUid, request);
    }
    Optional<Address> home = NodeAgents.reachable(Cluster.get(system), node);
    if (home.isEmpty()) {
      return CompletableFuture.completedFuture(Outcome.rejected(LogReader.away(node)));
    }
    ActorRef<SessionDesk.Open> desk =
        ActorRefResolver.get(system).resolveActorRef(home.get() + "/system/" + SessionDesk.NAME);
    CompletableFuture<Outcome<Session>> outcome = new CompletableFuture<>();
    SessionDesk.Open open =
        new SessionDesk.Open(
            node, pod.namespace(), pod.name(), podUid, request, system.ignoreRef());
    ends.tell(new SessionEnds.Begin(new SessionEnd.Order(desk, open, outcome)));
    return outcome;
  }
}
