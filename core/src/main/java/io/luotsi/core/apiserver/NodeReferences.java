package io.luotsi.core.apiserver;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;

/** What a node has to do with an object that is not its own: whether a pod bound to it needs it. */
@FunctionalInterface
public interface NodeReferences {
  /** Where there are no pods. */
  NodeReferences NONE = (node, resource, key) -> Outcome.done(false);

  /**
   * Answers at once.
   *
   * @param resource {@code pods}, {@code secrets}, {@code configmaps} or {@code serviceaccounts}
   * @return whether the pod is bound to the node, or a pod in the object's namespace that is bound
   *     to the node names the object; a rejection if nobody knows at the moment
   */
  Outcome<Boolean> needs(String node, GroupResource resource, ObjectKey key);
}
