package io.luotsi.http;

import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.core.session.SessionStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a test has in a pod: a script that runs on a thread of its own, at the pod's end. */
final class FakePod {
  /** Says and hears something of a client. */
  @FunctionalInterface
  interface Script {
    void run(BlockingEnd end) throws IOException, InterruptedException;
  }

  private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

  /** A session in which the script is run; how it comes to an end is told by {@link #ended}. */
  BlockingEnd session(Script script) {
    BlockingEnd end = new BlockingEnd();
    Thread.ofVirtual()
        .name("fake-pod")
        .start(
            () -> {
              String how = "done";
              try {
                script.run(end);
              } catch (IOException | InterruptedException e) {
                how = String.valueOf(e.getMessage());
              } finally {
                end.close();
              }
              ends.add(how);
            });
    return end;
  }

  /** How the next script to end did: {@code done}, or what it was thrown out with. */
  String ended() throws InterruptedException {
    String how = ends.poll(15, TimeUnit.SECONDS);
    return how == null ? "not ended" : how;
  }

  /** A shell that repeats one thing and exits with 3. */
  static void repeatOnce(BlockingEnd end) throws IOException, InterruptedException {
    end.send(new Frame(Channel.STDOUT, end.take().orElseThrow().bytes()));
    end.send(SessionStatus.ofExit(List.of("sh"), 3));
  }

  /** Sends back what comes until the client's input ends or the client goes. */
  static void echo(BlockingEnd end) throws IOException, InterruptedException {
    for (Optional<Frame> next = end.take(); next.isPresent(); next = end.take()) {
      switch (next.get().channel()) {
        case STDIN -> end.send(new Frame(Channel.STDOUT, next.get().bytes()));
        case RESIZE -> end.send(new Frame(Channel.STDERR, next.get().bytes()));
        case STDIN_END -> {
          return;
        }
        default -> throw new AssertionError(next.get());
      }
    }
  }
}
