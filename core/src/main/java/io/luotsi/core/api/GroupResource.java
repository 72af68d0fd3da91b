package io.luotsi.core.api;

/**
 * A resource within all API groups, whatever version serves it: {@code pods}, {@code
 * deployments.apps}. Written so it is also the name of the resource's registry, for ever.
 *
 * @param group API group, empty for the core group
 * @param resource plural lower-case name
 */
public record GroupResource(String group, String resource) implements Comparable<GroupResource> {
  public GroupResource {
    if (resource.isEmpty() || resource.indexOf('.') >= 0) {
      throw new IllegalArgumentException("not a resource name: '" + resource + "'");
    }
  }

  /** Reads {@code pods} or {@code deployments.apps}. */
  public static GroupResource parse(String text) {
    int dot = text.indexOf('.');
    return dot < 0
        ? new GroupResource("", text)
        : new GroupResource(text.substring(dot + 1), text.substring(0, dot));
  }

  @Override
  public int compareTo(GroupResource other) {
    int byGroup = group.compareTo(other.group);
    return byGroup != 0 ? byGroup : resource.compareTo(other.resource);
  }

  @Override
  public String toString() {
    return group.isEmpty() ? resource : resource + "." + group;
  }
}
