package io.luotsi.core.scheduler;

/**
 * One entry of a node's {@code spec.taints}.
 *
 * @param effect {@code NoSchedule}, {@code PreferNoSchedule} or {@code NoExecute}
 */
public record Taint(String key, String value, String effect) {
  static final String NO_SCHEDULE = "NoSchedule";
  static final String PREFER_NO_SCHEDULE = "PreferNoSchedule";

  /** What {@code spec.unschedulable} stands for in a pod's tolerations. */
  static final Taint UNSCHEDULABLE = new Taint("node.kubernetes.io/unschedulable", "", NO_SCHEDULE);

  boolean keepsAway() {
    return !effect.equals(PREFER_NO_SCHEDULE);
  }
}
