package io.luotsi.core.api;

/**
 * Names one object within a resource. Ordered as upstream's storage orders its paths ({@code
 * namespace/name} byte by byte), which is the order of every list; the objects of one namespace are
 * therefore contiguous.
 *
 * @param namespace empty for cluster-scoped resources
 * @param name non-empty
 */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {
  public ObjectKey {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an object key needs a name");
    }
  }

  public static ObjectKey of(String namespace, String name) {
    return new ObjectKey(namespace, name);
  }

  /** Key of a cluster-scoped object. */
  public static ObjectKey of(String name) {
    return new ObjectKey("", name);
  }

  /** Reads what {@link #toString} writes. */
  public static ObjectKey parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new ObjectKey("", text)
        : new ObjectKey(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public int compareTo(ObjectKey other) {
    if (namespace.equals(other.namespace)) {
      return name.compareTo(other.name);
    }
    // Names are ASCII, so comparing characters is comparing bytes; "a-b/x" sorts before "a/x".
    return (namespace + "/" + name).compareTo(other.namespace + "/" + other.name);
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
