package io.luotsi.core.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a session.
 *
 * @param bytes at most {@link #MAX_BYTES}; belongs to whoever has the frame and is never changed
 */
public record Frame(Channel channel, byte[] bytes) {
  /** What a frame is part of; the first three come from the client. */
  public enum Channel {
    /** Standard input; for a forwarded port, what the client sends. */
    STDIN,
    /** No more standard input; without bytes. */
    STDIN_END,
    /** The client's terminal has another size, see {@link TerminalSize}. */
    RESIZE,
    /** Standard output; for a forwarded port, what the pod sends. */
    STDOUT,
    STDERR,
    /** How it ended: a Status as JSON; for a forwarded port, plain words, and only if it failed. */
    STATUS
  }

  /** Small enough that a window of frames is little memory, large enough to be carried cheaply. */
  public static final int MAX_BYTES = 32 << 10;

  private static final byte[] NOTHING = {};

  public Frame {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("frame of " + bytes.length + " bytes");
    }
  }

  public static Frame empty(Channel channel) {
    return new Frame(channel, NOTHING);
  }

  /** Cut off if it is too long for a frame. */
  public static Frame text(Channel channel, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Frame(
        channel, bytes.length <= MAX_BYTES ? bytes : java.util.Arrays.copyOf(bytes, MAX_BYTES));
  }

  /** As many frames as the bytes need; none for no bytes. */
  public static List<Frame> split(Channel channel, byte[] bytes) {
    List<Frame> frames = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += MAX_BYTES) {
      int to = Math.min(bytes.length, from + MAX_BYTES);
      frames.add(new Frame(channel, java.util.Arrays.copyOfRange(bytes, from, to)));
    }
    return frames;
  }

  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
