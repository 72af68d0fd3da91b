package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.core.api.StoredObject;
import io.luotsi.node.kubelet.PodWorker.Command;
import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * What the API has been told of a pod, and is being told: one write at a time. Of the pod's worker,
 * and for its thread alone.
 */
final class StatusReport {
  private final ActorContext<Command> context;
  private final PodStatuses statuses;
  private final StatusWriter writer;
  private final PodStatus.Node node;
  private Optional<ObjectNode> reported = Optional.empty();
  private long writtenVersion;
  private boolean writing;
  private boolean releasing;

  /**
   * @param context whose actor hears {@link PodWorker.Written} and {@link PodWorker.Released}
   * @param statuses told of it, too, whatever the API says
   */
  StatusReport(ActorContext<Command> context, PodStatuses statuses, PodTools tools) {
    this.context = context;
    this.statuses = statuses;
    this.writer = tools.writer();
    this.node = tools.node();
  }

  /** The pod with what was reported last, which the informer may not have brought back yet. */
  Pod over(Pod pod) {
    return reported.map(status -> ReportedStatus.over(pod, status)).orElse(pod);
  }

  /**
   * The API has it like this. If somebody else wrote its status, a node controller for one, it is
   * to be written anew.
   */
  void seen(Pod pod, StoredObject stored) {
    if (stored.resourceVersion() > writtenVersion
        && reported.filter(status -> ReportedStatus.differs(pod, status)).isPresent()) {
      reported = Optional.empty();
    }
  }

  /** Writes what is to be said of the pod, unless the API has it or a write is under way. */
  void write(PodView view) {
    if (view.isTerminal() && view.containers().isEmpty()) {
      return; // of a pod that was over before this state began, the API knows more than we do
    }
    Pod pod = view.pod();
    ObjectNode status = PodStatus.compute(view, node);
    statuses.put(PodSpecs.uid(pod), status);
    if (writing || reported.filter(status::equals).isPresent()) {
      return;
    }
    writing = true;
    context.pipeToSelf(
        writer.write(pod, status),
        (outcome, bug) -> {
          PodWorker.logBug(context, pod, bug);
          return new PodWorker.Written(
              bug == null ? outcome : new StatusWriter.Outcome.TryAgain(bug.toString()));
        });
  }

  void written(StatusWriter.Outcome outcome) {
    writing = false;
    if (outcome instanceof StatusWriter.Outcome.Accepted(ObjectNode status, long version)) {
      reported = Optional.of(status);
      writtenVersion = version;
    }
  }

  /** Lets the API have the object: nothing runs, and that has been reported. */
  void release(Pod pod) {
    if (writing || releasing) {
      return;
    }
    releasing = true;
    context.pipeToSelf(
        writer.delete(pod),
        (done, bug) -> {
          PodWorker.logBug(context, pod, bug);
          return new PodWorker.Released(bug == null && done);
        });
  }

  void notReleased() {
    releasing = false;
  }
}
