package io.luotsi.history;

/**
 * A change of an object, as watchers see it.
 *
 * @param version that the change made
 * @param value that it wrote; of a deletion, what was there last
 */
public record Change(long version, Kind kind, String key, String uid, String value) {
  /** As the API names them. */
  public enum Kind {
    ADDED,
    MODIFIED,
    DELETED
  }
}
