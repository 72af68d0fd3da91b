package io.luotsi.node.kubelet;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntime.Container;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;

/**
 * Serves the logs of one node's containers, running and ended, for as long as the pod is there.
 * What a {@link io.luotsi.core.apiserver.NodeConnection} answers for this node.
 */
public final class ContainerLogs {
  private final ContainerRuntime runtime;

  public ContainerLogs(ContainerRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * @param podUid of the very pod; never the log of another one of its name
   * @return rejections: BadRequest in the kubelet's words
   */
  public Outcome<Flow.Publisher<ByteBuffer>> logs(
      ObjectKey pod, String podUid, String container, LogOptions options) {
    List<Container> runs =
        runtime.containers(podUid).stream().filter(c -> c.name().equals(container)).toList();
    if (runs.isEmpty()) {
      return refused(
          "container \""
              + container
              + "\" in pod \""
              + pod.name()
              + "\" is waiting to start: ContainerCreating");
    }
    if (options.previous() && runs.size() < 2) {
      return refused(
          "previous terminated container \""
              + container
              + "\" in pod \""
              + pod.name()
              + "\" not found");
    }
    Container wanted = runs.get(runs.size() - (options.previous() ? 2 : 1));
    return runtime
        .logs(wanted.id(), options)
        .map(Outcome::done)
        .orElseGet(() -> refused("unable to retrieve container logs for " + wanted.id()));
  }

  private static Outcome<Flow.Publisher<ByteBuffer>> refused(String message) {
    return Outcome.rejected(new Rejection.BadRequest(message));
  }
}
