package io.luotsi.http.streaming;

import io.luotsi.core.api.Rejection;
import java.util.Optional;
import java.util.Set;

/** What upstream streams from nodes and we do not yet: refused in words, not as a wrong path. */
public final class NotServed {
  private static final Set<String> OF_PODS = Set.of("proxy");

  private NotServed() {}

  /**
   * @return empty if it is nothing of that kind
   */
  public static Optional<Rejection> why(String group, String resource, String subresource) {
    boolean ofPods = group.isEmpty() && resource.equals("pods") && OF_PODS.contains(subresource);
    return ofPods
        ? Optional.of(
            new Rejection.BadRequest(
                "pods/"
                    + subresource
                    + " is not served yet: use pods/portforward to reach a port of a pod"))
        : Optional.empty();
  }
}
