package io.luotsi.http.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * A connection that speaks HTTP no more. Both streams wait, and are meant for virtual threads; each
 * write is sent at once.
 */
public record Upgraded(InputStream in, OutputStream out) implements AutoCloseable {
  /** How often a client that has nothing to be told is asked whether it lives. */
  public static final Duration PING_EVERY = Duration.ofSeconds(10);

  /**
   * How long a client has to close once it was told all. A connection that is closed under what it
   * still sends is reset, and it might lose what it has not read.
   */
  public static final Duration LINGER = Duration.ofSeconds(20);

  /** Both directions at once; whoever waits for either is let go. */
  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException alreadyClosed) {
      // which is what was wanted
    }
    try {
      in.close();
    } catch (IOException alreadyClosed) {
      // likewise
    }
  }
}
