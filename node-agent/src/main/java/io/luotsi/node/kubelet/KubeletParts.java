package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Quantity;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.EventRecorder;
import io.luotsi.node.runtime.ContainerRuntime;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * What a {@link Kubelet} works with.
 *
 * @param api as the node's user
 * @param executor for work that blocks: a virtual thread a task is meant
 * @param nodeAddress the node's InternalIP
 * @param allocatable what containers without limits see as theirs
 * @param statuses where the kubelet's own view of its pods is kept for others on this node
 */
public record KubeletParts(
    String nodeName,
    String nodeAddress,
    ApiClient api,
    ContainerRuntime runtime,
    EventRecorder events,
    Executor executor,
    Clock clock,
    Map<String, Quantity> allocatable,
    Volumes volumes,
    PodStatuses statuses) {
  /**
   * @param root where the volumes of its pods are kept; belongs to the kubelet alone
   * @param refreshed how often it is looked whether their files should be others by now
   */
  public record Volumes(Path root, Duration refreshed) {
    /** As often as upstream's kubelet looks at each pod. */
    public static final Duration REFRESHED = Duration.ofMinutes(1);
  }

  public KubeletParts {
    allocatable = Map.copyOf(allocatable);
  }
}
