package io.luotsi.core.scheduler;

import java.util.List;

/**
 * Refuses what is asked of plugins that we do not have: a pod whose demand is not understood must
 * stay pending and say why, never be placed as if it had not asked.
 */
final class UnbuiltRequests implements PreFilterPlugin {
  @Override
  public String name() {
    return "UnbuiltRequests";
  }

  @Override
  public PreFilterResult preFilter(PodShape pod) {
    return pod.unbuilt().isEmpty()
        ? new PreFilterResult.AllNodes()
        : new PreFilterResult.Refused(
            new Status(
                Status.Code.UNSCHEDULABLE_AND_UNRESOLVABLE,
                pod.unbuilt().getFirst().plugin(),
                List.of(pod.unbuilt().getFirst().message())));
  }
}
