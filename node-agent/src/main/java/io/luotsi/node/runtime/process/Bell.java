package io.luotsi.node.runtime.process;

import java.io.IOException;

/**
 * Wakes a thread that waits for descriptors. Any thread may ring, any number of times; one that
 * comes too late does no harm.
 */
final class Bell implements AutoCloseable {
  private final Native.Pipe pipe;
  private boolean rung;
  private boolean closed;

  Bell() throws IOException {
    this.pipe = Native.pipe();
  }

  /** Becomes readable when it is rung. */
  int descriptor() {
    return pipe.in();
  }

  synchronized void ring() {
    if (!rung && !closed) {
      rung = true;
      Native.writeByte(pipe.out());
    }
  }

  /** To be called when it has been rung, and before looking what for. */
  synchronized void hush() throws IOException {
    if (rung) {
      rung = false;
      int ignored = Native.read(pipe.in()); // the one byte, which is there
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Native.close(pipe.in());
      Native.close(pipe.out());
    }
  }
}
