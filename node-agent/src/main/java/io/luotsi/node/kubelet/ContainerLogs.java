package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.node.runtime.ContainerRuntime;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * Serves the logs of one node's containers, running and ended, for as long as the pod is there.
 * What a {@link io.luotsi.core.apiserver.NodeConnection} answers for this node. Which run is meant
 * is what the kubelet says of the container, not what the runtime has.
 *
 * @see "Source: kubelet_pods.go validateContainerLogStatus"
 */
public final class ContainerLogs {
  private final ContainerRuntime runtime;
  private final PodStatuses statuses;

  public ContainerLogs(ContainerRuntime runtime, PodStatuses statuses) {
    this.runtime = runtime;
    this.statuses = statuses;
  }

  /**
   * @param podUid of the very pod; never the log of another one of its name
   * @return rejections: BadRequest in the kubelet's words
   */
  public Outcome<Flow.Publisher<ByteBuffer>> logs(
      ObjectKey pod, String podUid, String container, LogOptions options) {
    JsonNode status = statuses.container(podUid, container).orElseGet(MissingNode::getInstance);
    String which = "container \"" + container + "\" in pod \"" + pod.name() + "\"";
    JsonNode last = status.at("/lastState/terminated");
    JsonNode now = status.path("state");
    if (options.previous()) {
      return last.isMissingNode()
          ? refused("previous terminated " + which + " not found")
          : open(last, options);
    }
    if (now.has("running")) {
      return open(status, options);
    }
    if (now.has("terminated")) {
      return open(now.path("terminated"), options);
    }
    return last.isMissingNode()
        ? refused(which + " is waiting to start: " + why(now.at("/waiting/reason").asText("")))
        : open(last, options);
  }

  /** A pod that the kubelet has not looked at yet is as one that is being made. */
  private static String why(String reason) {
    return switch (reason) {
      case "" -> "ContainerCreating";
      case "ErrImagePull" -> "image can't be pulled";
      case "ImagePullBackOff" -> "trying and failing to pull image";
      default -> reason;
    };
  }

  private Outcome<Flow.Publisher<ByteBuffer>> open(JsonNode run, LogOptions options) {
    String full = run.path("containerID").asText();
    String scheme = runtime.name() + "://";
    String id = full.startsWith(scheme) ? full.substring(scheme.length()) : full;
    return runtime
        .logs(id, options)
        .map(Outcome::done)
        .orElseGet(() -> refused("unable to retrieve container logs for " + full));
  }

  private static Outcome<Flow.Publisher<ByteBuffer>> refused(String message) {
    return Outcome.rejected(new Rejection.BadRequest(message));
  }
}
