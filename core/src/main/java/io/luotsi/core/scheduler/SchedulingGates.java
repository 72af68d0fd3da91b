package io.luotsi.core.scheduler;

/** Pods with scheduling gates wait until somebody has removed them all. */
final class SchedulingGates implements PreEnqueuePlugin {
  static final String REASON = "SchedulingGated";
  static final String MESSAGE = "Scheduling is blocked due to non-empty scheduling gates";
  private static final String NAME = "SchedulingGates";
  private static final Status GATED = Status.unresolvable(NAME, MESSAGE);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Status preEnqueue(PodView pod) {
    return pod.gated() ? GATED : Status.SUCCESS;
  }
}
