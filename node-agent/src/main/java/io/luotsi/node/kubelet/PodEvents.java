package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.EventRecorder;
import io.luotsi.core.client.EventRecorder.Type;
import io.luotsi.core.client.EventSubject;
import java.util.Objects;

/** What a kubelet says of its pods in events. For any thread. */
final class PodEvents {
  private static final GroupVersionKind POD = new GroupVersionKind("", "v1", "Pod");

  private final EventRecorder events;

  PodEvents(EventRecorder events) {
    this.events = events;
  }

  void tell(Pod pod, Type type, String reason, String message) {
    events.event(subject(pod), type, reason, message);
  }

  /** Of one of its containers. */
  void tell(Pod pod, String container, Type type, String reason, String message) {
    boolean init = PodSpecs.inits(pod).stream().anyMatch(c -> c.getName().equals(container));
    String list =
        init
            ? "initContainers"
            : PodSpecs.isEphemeral(pod, container) ? "ephemeralContainers" : "containers";
    String path = "spec." + list + "{" + container + "}";
    events.event(subject(pod).part(path), type, reason, message);
  }

  private static EventSubject subject(Pod pod) {
    var metadata = pod.getMetadata();
    ObjectKey key = ObjectKey.of(metadata.getNamespace(), metadata.getName());
    String version = Objects.requireNonNullElse(metadata.getResourceVersion(), "");
    return new EventSubject(POD, key, metadata.getUid(), version, "");
  }
}
