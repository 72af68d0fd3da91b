package io.luotsi.http.routes;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The path of a request for a resource, taken apart as upstream's {@code RequestInfo} does.
 *
 * @param watch whether it is one of the old {@code /watch/} paths
 * @param namespace empty for cluster-scoped resources and all namespaces
 * @param name empty for collections
 * @param subresource empty for the object itself
 */
record RequestPath(
    String group,
    String version,
    boolean watch,
    String namespace,
    String resource,
    String name,
    String subresource) {
  private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

  /** The one subresource with a path of its own behind it. */
  static final String PROXY = "proxy";

  /**
   * @return empty if it is the path of no resource
   */
  static Optional<RequestPath> parse(List<String> segments) {
    int size = segments.size();
    if (size > 2 && segments.getFirst().equals("api")) {
      return parse("", segments.get(1), segments.subList(2, size));
    }
    if (size > 3 && segments.getFirst().equals("apis")) {
      return parse(segments.get(1), segments.get(2), segments.subList(3, size));
    }
    return Optional.empty();
  }

  /** How many segments the path has, what is behind a proxy left out. */
  int segments() {
    int root = group.isEmpty() ? 2 : 3;
    int names = name.isEmpty() ? 0 : subresource.isEmpty() ? 1 : 2;
    return root + (watch ? 1 : 0) + (namespace.isEmpty() ? 0 : 2) + 1 + names;
  }

  private static Optional<RequestPath> parse(String group, String version, List<String> segments) {
    boolean watch = segments.getFirst().equals("watch") && segments.size() > 1;
    List<String> rest = watch ? segments.subList(1, segments.size()) : segments;
    String namespace = "";
    if (rest.getFirst().equals("namespaces")
        && rest.size() > 2
        && !(group.isEmpty() && rest.size() == 3 && NAMESPACE_SUBRESOURCES.contains(rest.get(2)))) {
      namespace = rest.get(1);
      rest = rest.subList(2, rest.size());
    }
    if (rest.size() > 3 && !rest.get(2).equals(PROXY)) {
      return Optional.empty();
    }
    return Optional.of(
        new RequestPath(
            group,
            version,
            watch,
            namespace,
            rest.getFirst(),
            rest.size() > 1 ? rest.get(1) : "",
            rest.size() > 2 ? rest.get(2) : ""));
  }
}
