package io.luotsi.http.watch;

import io.luotsi.core.api.StoredObject;
import java.util.function.Function;

/**
 * What the objects of a watch look like to its client.
 *
 * @param format in which the events are written
 * @param object the bytes of an object in an event, encoded in the format
 * @param bookmark the same of the object of a bookmark at a version; the flag says that the initial
 *     events end there
 */
public record Frames(EventFormat format, Function<StoredObject, byte[]> object, Bookmark bookmark) {
  /** Makes the object of a bookmark. */
  @FunctionalInterface
  public interface Bookmark {
    byte[] at(long version, boolean endOfInitialEvents);
  }
}
