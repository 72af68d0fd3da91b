package io.luotsi.core.scheduler;

import java.util.List;

/**
 * What a plugin says of a pod, or of a pod on a node.
 *
 * @param plugin who says it; empty for success
 * @param reasons in upstream's words; empty for success
 */
public record Status(Code code, String plugin, List<String> reasons) {
  public static final Status SUCCESS = new Status(Code.SUCCESS, "", List.of());

  /** Upstream's codes, those that are used. */
  public enum Code {
    SUCCESS,
    /** Does not fit now, but might if other pods were gone. */
    UNSCHEDULABLE,
    /** Does not fit, whoever went away. */
    UNSCHEDULABLE_AND_UNRESOLVABLE
  }

  public Status {
    reasons = List.copyOf(reasons);
  }

  static Status unschedulable(String plugin, String... reasons) {
    return new Status(Code.UNSCHEDULABLE, plugin, List.of(reasons));
  }

  static Status unresolvable(String plugin, String... reasons) {
    return new Status(Code.UNSCHEDULABLE_AND_UNRESOLVABLE, plugin, List.of(reasons));
  }

  public boolean isSuccess() {
    return code == Code.SUCCESS;
  }
}
