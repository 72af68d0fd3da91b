package io.luotsi.core.apiserver;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** What the API server asks of the kubelet that runs a pod, wherever in the cluster that is. */
public interface NodeConnection {

  /**
   * The query of {@code pods/log}; absent means no limit.
   *
   * @param previous the container's last run before the present one
   * @param timestamps put an RFC 3339 time with nanoseconds before each line
   * @param tailLines from the end, counted after {@code since}
   */
  record LogOptions(
      boolean follow,
      boolean previous,
      boolean timestamps,
      Optional<Instant> since,
      OptionalLong tailLines,
      OptionalLong limitBytes) {}

  /**
   * A container's log, from the kubelet of {@code nodeName}.
   *
   * @return bytes with the back-pressure of the subscriber; completes at the end of the log or,
   *     when following, when the container has ended. Rejections: BadRequest (no such container, or
   *     none that ran, in the kubelet's words), ServiceUnavailable (node not reachable)
   */
  CompletionStage<Outcome<Flow.Publisher<ByteBuffer>>> logs(
      String nodeName, ObjectKey pod, String podUid, String container, LogOptions options);

  /**
   * Begins what a client wants of a pod, at the kubelet of {@code nodeName}.
   *
   * @param podUid of the very pod; never another one of its name
   * @return the end in the pod, to be subscribed to at once. Rejections: BadRequest (this node
   *     cannot), Unclassified (no such container, or it does not run, in the kubelet's words),
   *     ServiceUnavailable (node not reachable, or too many sessions)
   */
  CompletionStage<Outcome<Session>> session(
      String nodeName, ObjectKey pod, String podUid, SessionRequest request);

  /** Of a server that reaches no node at all. */
  static NodeConnection none() {
    return new NodeConnection() {
      @Override
      public CompletionStage<Outcome<Flow.Publisher<ByteBuffer>>> logs(
          String nodeName, ObjectKey pod, String podUid, String container, LogOptions options) {
        return refused(nodeName);
      }

      @Override
      public CompletionStage<Outcome<Session>> session(
          String nodeName, ObjectKey pod, String podUid, SessionRequest request) {
        return refused(nodeName);
      }

      private static <T> CompletionStage<Outcome<T>> refused(String nodeName) {
        return CompletableFuture.completedFuture(
            Outcome.rejected(
                new Rejection.ServiceUnavailable("node " + nodeName + " cannot be reached")));
      }
    };
  }
}
