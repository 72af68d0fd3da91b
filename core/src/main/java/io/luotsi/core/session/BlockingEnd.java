package io.luotsi.core.session;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The end of a session for code that waits: for frames to come, and for the other side to take its
 * own. Meant for virtual threads: any number may send, one takes. Holds at most {@value #WINDOW}
 * frames that nobody has taken; more are not asked for.
 */
public final class BlockingEnd implements Session {
  static final int WINDOW = 4;

  /** Serialises those who send; held while the other side is called, when {@code lock} is not. */
  private final ReentrantLock sending = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Frame> received = new ArrayDeque<>(WINDOW);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private Optional<Flow.Subscription> upstream = Optional.empty();
  private Optional<Flow.Subscriber<? super Frame>> downstream = Optional.empty();
  private Optional<String> failure = Optional.empty();
  private long demand;
  private boolean inputOver;
  private boolean outputOver;

  /**
   * The next frame of the other side.
   *
   * @return empty if none came in time, or none will: see {@link #isOver}
   * @throws IOException if the session failed, in words for the client
   */
  public Optional<Frame> take(Duration atMost) throws IOException, InterruptedException {
    Frame next;
    Optional<Flow.Subscription> asked;
    lock.lockInterruptibly();
    try {
      long left = atMost.toNanos();
      while (received.isEmpty() && !inputOver && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (received.isEmpty()) {
        if (failure.isPresent()) {
          throw new IOException(failure.get());
        }
        return Optional.empty();
      }
      next = received.removeFirst();
      asked = upstream;
    } finally {
      lock.unlock();
    }
    asked.ifPresent(other -> other.request(1));
    return Optional.of(next);
  }

  /** The same without a limit: empty means that it is over. */
  public Optional<Frame> take() throws IOException, InterruptedException {
    return take(Duration.ofNanos(Long.MAX_VALUE));
  }

  /** Whether all of the other side's frames have been taken and no more will come. */
  public boolean isOver() {
    lock.lock();
    try {
      return inputOver && received.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the other side takes it.
   *
   * @throws IOException if it never will
   */
  public void send(Frame frame) throws IOException, InterruptedException {
    sending.lockInterruptibly();
    try {
      awaitDemand().onNext(frame);
    } finally {
      sending.unlock();
    }
  }

  private Flow.Subscriber<? super Frame> awaitDemand() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!outputOver && (demand == 0 || downstream.isEmpty())) {
        changed.await();
      }
      if (outputOver) {
        throw new IOException(failure.orElse("the session has ended"));
      }
      demand--;
      return downstream.orElseThrow();
    } finally {
      lock.unlock();
    }
  }

  /** Has no more to say and wants to hear no more; what was sent still arrives. */
  public void close() {
    end(Optional.empty());
  }

  /** The same, as an error to the other side. */
  public void fail(String why) {
    end(Optional.of(why));
  }

  private void end(Optional<String> why) {
    Optional<Flow.Subscription> heard;
    lock.lock();
    try {
      heard = upstream;
      upstream = Optional.empty();
      inputOver = true;
      outputOver = true;
      received.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    sending.lock(); // whoever was sending has been turned away, or is through
    try {
      Optional<Flow.Subscriber<? super Frame>> told = downstream;
      downstream = Optional.empty();
      if (why.isPresent()) {
        told.ifPresent(other -> other.onError(new IOException(why.get())));
      } else {
        told.ifPresent(Flow.Subscriber::onComplete);
      }
    } finally {
      sending.unlock();
    }
    heard.ifPresent(Flow.Subscription::cancel);
    ended.complete(null);
  }

  @Override
  public CompletionStage<Void> ended() {
    return ended;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Frame> other) {
    other.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long frames) {
            asked(frames);
          }

          @Override
          public void cancel() {
            refused();
          }
        });
    boolean late;
    lock.lock();
    try {
      late = outputOver;
      if (!late) {
        downstream = Optional.of(other);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (late) {
      other.onError(new IOException("the session has ended"));
    }
  }

  private void asked(long frames) {
    lock.lock();
    try {
      demand = demand + frames < 0 ? Long.MAX_VALUE : demand + frames;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What the other side has sent may still be taken. */
  private void refused() {
    lock.lock();
    try {
      outputOver = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription other) {
    boolean late;
    lock.lock();
    try {
      late = inputOver;
      if (!late) {
        upstream = Optional.of(other);
      }
    } finally {
      lock.unlock();
    }
    if (late) {
      other.cancel();
    } else {
      other.request(WINDOW);
    }
  }

  @Override
  public void onNext(Frame frame) {
    lock.lock();
    try {
      if (!inputOver) {
        received.add(frame);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onError(Throwable why) {
    over(Optional.of(String.valueOf(why.getMessage())));
  }

  @Override
  public void onComplete() {
    over(Optional.empty());
  }

  private void over(Optional<String> why) {
    lock.lock();
    try {
      upstream = Optional.empty();
      inputOver = true;
      outputOver = true;
      failure = why;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
