package io.luotsi.core.rbac;

/** What somebody wants to do, in the words of rules. */
public sealed interface Asked {
  String verb();

  /**
   * @param resource with its subresource, if it is about one: {@code pods/log}
   * @param subresource empty for the object itself
   * @param namespace empty for cluster-scoped resources and all namespaces
   * @param name empty if no single object is meant
   */
  record OfResource(
      String verb, String group, String resource, String subresource, String namespace, String name)
      implements Asked {
    /**
     * @param resource without the subresource
     */
    public static OfResource of(
        String verb,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name) {
      return new OfResource(
          verb,
          group,
          subresource.isEmpty() ? resource : resource + "/" + subresource,
          subresource,
          namespace,
          name);
    }
  }

  /**
   * @param path without the query
   */
  record OfPath(String verb, String path) implements Asked {}
}
