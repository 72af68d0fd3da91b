package io.luotsi.node;

import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import java.io.IOException;

/** What a test does as the client of a session. */
public final class TestClients {
  private TestClients() {}

  /** Sends all of the input, and its end, on a thread of its own. */
  public static Thread type(BlockingEnd client, byte[] input) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                for (Frame frame : Frame.split(Channel.STDIN, input)) {
                  client.send(frame);
                }
                client.send(Frame.empty(Channel.STDIN_END));
              } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
  }
}
