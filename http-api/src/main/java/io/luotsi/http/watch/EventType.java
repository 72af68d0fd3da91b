package io.luotsi.http.watch;

import java.nio.charset.StandardCharsets;

/** What a watch says of an object, in upstream's words. */
enum EventType {
  ADDED,
  MODIFIED,
  DELETED,
  BOOKMARK,
  ERROR;

  private final byte[] jsonHead =
      ("{\"type\":\"" + name() + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);

  /** What comes before the object in JSON. */
  byte[] jsonHead() {
    return jsonHead;
  }
}
