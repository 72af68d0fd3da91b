package io.luotsi.node.kubelet;

import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Joins in with what a container says, until it ends or the client has heard enough. What comes in
 * is the container's log, so it comes in whole lines, and its two outputs are one.
 */
final class Attached implements Flow.Subscriber<ByteBuffer> {
  private final BlockingEnd client = new BlockingEnd();

  /** Takes the log, for it is the same to take: a piece at a time. */
  private final BlockingEnd log = new BlockingEnd();

  /** Frames of the last piece that nobody has taken. */
  private final AtomicLong waiting = new AtomicLong();

  private Attached() {}

  /**
   * @param log from now on
   */
  static Session to(Flow.Publisher<ByteBuffer> log) {
    Attached attached = new Attached();
    log.subscribe(attached);
    Thread.ofVirtual().name("attached").start(attached::pass);
    Thread.ofVirtual().name("attached-client").start(attached::watchClient);
    return attached.client;
  }

  private void pass() {
    try {
      for (Optional<Frame> said = log.take(); said.isPresent(); said = log.take()) {
        client.send(said.get());
      }
      client.send(SessionStatus.success());
      client.close();
    } catch (IOException e) {
      client.fail(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      log.close();
    }
  }

  /** A client that attaches has nothing to say, but goes away. */
  private void watchClient() {
    try {
      while (client.take().isPresent()) {
        continue; // a terminal's size, perhaps
      }
    } catch (IOException e) {
      client.fail(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      log.close();
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    log.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long frames) {
            // A piece may be several frames; the next is asked for when none of them is left.
            if (waiting.get() == 0 || waiting.addAndGet(-frames) <= 0) {
              subscription.request(1);
            }
          }

          @Override
          public void cancel() {
            subscription.cancel();
          }
        });
  }

  @Override
  public void onNext(ByteBuffer piece) {
    byte[] bytes = new byte[piece.remaining()];
    piece.get(bytes);
    List<Frame> frames = Frame.split(Channel.STDOUT, bytes);
    waiting.addAndGet(frames.size());
    frames.forEach(log::onNext);
  }

  @Override
  public void onError(Throwable failure) {
    log.onError(failure);
  }

  @Override
  public void onComplete() {
    log.onComplete();
  }
}
