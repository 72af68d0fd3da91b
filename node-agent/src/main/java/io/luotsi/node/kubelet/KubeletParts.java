package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Quantity;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.EventRecorder;
import io.luotsi.node.runtime.ContainerRuntime;
import java.time.Clock;
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
    PodStatuses statuses) {
  public KubeletParts {
    allocatable = Map.copyOf(allocatable);
  }
}
