package io.luotsi.core.client;

import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;

/**
 * Stored objects as the models of {@code io.fabric8.kubernetes.api.model}. Made when a rule needs
 * one, and never kept (ten times the memory) nor written back: a field that the model does not know
 * is not in it, so whoever changes an object sends a patch.
 */
public final class TypedView {
  private TypedView() {}

  /**
   * @throws IllegalArgumentException if the object is not of that type (a caller's bug: what is
   *     stored was validated)
   */
  public static <T> T of(StoredObject object, Class<T> type) {
    return Json.readAs(object.json(), type);
  }
}
