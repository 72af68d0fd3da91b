package io.luotsi.core.api;

/**
 * The type of an object as its {@code apiVersion} and {@code kind} say it.
 *
 * @param group API group, empty for the core group
 */
public record GroupVersionKind(String group, String version, String kind) {

  /** Reads {@code apps/v1} or {@code v1} beside a kind. */
  public static GroupVersionKind of(String apiVersion, String kind) {
    int slash = apiVersion.indexOf('/');
    return slash < 0
        ? new GroupVersionKind("", apiVersion, kind)
        : new GroupVersionKind(
            apiVersion.substring(0, slash), apiVersion.substring(slash + 1), kind);
  }

  /** {@code v1} or {@code apps/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  @Override
  public String toString() {
    return apiVersion() + ", Kind=" + kind;
  }
}
