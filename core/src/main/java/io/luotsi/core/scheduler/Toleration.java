package io.luotsi.core.scheduler;

/**
 * One entry of a pod's {@code spec.tolerations}.
 *
 * @param key empty for every key (with {@code Exists})
 * @param exists whether the operator is {@code Exists}; otherwise it is {@code Equal}
 * @param effect empty for every effect
 */
public record Toleration(String key, boolean exists, String value, String effect) {

  boolean tolerates(Taint taint) {
    if (!effect.isEmpty() && !effect.equals(taint.effect())) {
      return false;
    }
    if (!key.isEmpty() && !key.equals(taint.key())) {
      return false;
    }
    return exists || (!key.isEmpty() && value.equals(taint.value()));
  }
}
