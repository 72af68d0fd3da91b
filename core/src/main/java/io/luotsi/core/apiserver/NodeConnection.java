package io.luotsi.core.apiserver;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
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
}
