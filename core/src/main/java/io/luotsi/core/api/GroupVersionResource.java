package io.luotsi.core.api;

/** A resource as one API version serves it: what a URL path names. */
public record GroupVersionResource(String group, String version, String resource) {

  /** Reads {@code apps/v1} or {@code v1} beside a plural resource name. */
  public static GroupVersionResource of(String apiVersion, String resource) {
    int slash = apiVersion.indexOf('/');
    return slash < 0
        ? new GroupVersionResource("", apiVersion, resource)
        : new GroupVersionResource(
            apiVersion.substring(0, slash), apiVersion.substring(slash + 1), resource);
  }

  public GroupResource groupResource() {
    return new GroupResource(group, resource);
  }

  /** {@code v1} or {@code apps/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  @Override
  public String toString() {
    return apiVersion() + "/" + resource;
  }
}
