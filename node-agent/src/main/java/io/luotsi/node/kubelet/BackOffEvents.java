package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.core.client.EventRecorder.Type;
import io.luotsi.node.kubelet.PodView.Waiting;
import java.util.HashSet;
import java.util.Set;

/** Says that a container is waited with, and why. Of a pod's worker, and for its thread alone. */
final class BackOffEvents {
  private final PodEvents events;

  /** Ids of containers whose crash has been told. */
  private final Set<String> told = new HashSet<>();

  BackOffEvents(PodEvents events) {
    this.events = events;
  }

  /** Once for each run that ended and is waited after. */
  void tellCrashLoops(PodView view) {
    Pod pod = view.pod();
    for (Container spec : PodSpecs.all(pod)) {
      String name = spec.getName();
      boolean backsOff =
          view.exit(name).isPresent()
              && view.memory(name).waiting().isEmpty()
              && !PodSpecs.isDeleting(pod)
              && view.backingOff(name).isPresent();
      if (backsOff && told.add(view.latest(name).orElseThrow().id())) {
        String text = "Back-off restarting failed container " + name + " in pod ";
        events.tell(pod, name, Type.WARNING, "BackOff", text + PodSpecs.format(pod));
      }
    }
  }

  /**
   * An image that is not there is first an error, then something that is waited for.
   *
   * @return what the container waits for from now on
   */
  Waiting tellPullWaits(Pod pod, Container spec, Waiting error) {
    String name = spec.getName();
    String text = "Back-off pulling image \"" + spec.getImage() + "\"";
    events.tell(pod, name, Type.NORMAL, "BackOff", text);
    events.tell(pod, name, Type.WARNING, "Failed", "Error: ImagePullBackOff");
    return new Waiting("ImagePullBackOff", text + ": ErrImagePull: " + error.message());
  }
}
