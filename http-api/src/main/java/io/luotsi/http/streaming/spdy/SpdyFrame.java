package io.luotsi.http.streaming.spdy;

import java.util.Map;

/** What comes over a SPDY connection, as far as anything depends on it. */
sealed interface SpdyFrame {
  /**
   * The client opens a stream.
   *
   * @param fin whether it will send nothing on it
   */
  record SynStream(int stream, boolean fin, Map<String, String> headers) implements SpdyFrame {}

  /**
   * A piece of what is said on a stream.
   *
   * @param fin whether it is the last
   */
  record Data(int stream, boolean fin, byte[] bytes) implements SpdyFrame {}

  /** The client gives a stream up. */
  record Reset(int stream) implements SpdyFrame {}

  /** To be sent back, if it is the client's own. */
  record Ping(int id) implements SpdyFrame {}

  /** The client will go. */
  record GoAway() implements SpdyFrame {}

  /** Nothing depends on it: settings, windows, further headers, what nobody knows. */
  record Other() implements SpdyFrame {}
}
