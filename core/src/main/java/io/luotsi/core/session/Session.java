package io.luotsi.core.session;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * One end of a session: takes frames from the other side and gives it some, no more in either
 * direction than was asked for. Two ends are connected by subscribing each to the other, once.
 *
 * <p>The end in the pod gives STDOUT and STDERR, then one STATUS, and completes. When the client
 * completes, fails or cancels it is gone, and so is what was begun for it: an exec'd command is
 * killed. A client that merely has no more to say sends STDIN_END. Whatever is lost on the way, or
 * takes down either side, is an error to the other, never an early end and never a hang.
 */
public interface Session extends Flow.Processor<Frame, Frame> {
  /** Done, never with a failure, when nothing of it is left at this end. */
  CompletionStage<Void> ended();

  /** Connects two ends. */
  static void connect(Session one, Session other) {
    one.subscribe(other);
    other.subscribe(one);
  }
}
