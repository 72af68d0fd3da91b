package io.luotsi.core.controller.nodelifecycle;

import io.luotsi.core.api.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which pods are to go when, because of their nodes' taints. A pod's time begins when it is first
 * seen on a node with a taint that it does not tolerate for ever, however old the taint is; what
 * was set stays, whatever taints follow, until none of them wants the pod to go. Nothing of it is
 * stored: with another leader all begins anew. Safe for threads that work on different pods.
 *
 * @see "Source: pkg/controller/tainteviction taint_eviction.go processPodOnNode"
 */
public final class EvictionSchedule {
  private record Scheduled(String uid, Instant due) {}

  private final Map<ObjectKey, Scheduled> scheduled = new ConcurrentHashMap<>();

  /**
   * @param patience of the pod with the taints that are there, which are at least one; zero: it
   *     goes at once
   * @return when it is to go, which is past if it should have gone
   */
  public Instant due(ObjectKey pod, String uid, Duration patience, Instant now) {
    if (patience.isZero()) {
      return now;
    }
    return scheduled
        .compute(
            pod,
            (key, before) ->
                before != null && before.uid().equals(uid)
                    ? before
                    : new Scheduled(uid, now.plus(patience)))
        .due();
  }

  /** Whether a pod of that name is to go. */
  public boolean holds(ObjectKey pod) {
    return scheduled.containsKey(pod);
  }

  /**
   * The pod need not go, or is gone.
   *
   * @return the uid of the pod that was to go, if one was
   */
  public Optional<String> cancel(ObjectKey pod) {
    return Optional.ofNullable(scheduled.remove(pod)).map(Scheduled::uid);
  }
}
