package io.luotsi.node.relay;

import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Session;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Where a {@link SessionEnd} is a session to its own JVM: says what it is told to the actor, and
 * what the actor has to say to whoever listens. An actor that ends leaves nobody waiting.
 */
final class SessionPort implements Session {
  private final ActorRef<SessionEnd.Command> actor;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private Optional<Flow.Subscription> source = Optional.empty();
  private Optional<Flow.Subscriber<? super Frame>> listener = Optional.empty();
  private boolean taken;
  private boolean closed;

  /** Of its end, for who comes too late. */
  private String reason = "the session is no longer there";

  SessionPort(ActorRef<SessionEnd.Command> actor) {
    this.actor = actor;
  }

  @Override
  public CompletionStage<Void> ended() {
    return ended;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Frame> newcomer) {
    Optional<String> late = Optional.empty();
    synchronized (this) {
      if (closed || taken) {
        late = Optional.of(reason);
      } else {
        taken = true;
        listener = Optional.of(newcomer); // before it asks for anything, and is given it
      }
    }
    newcomer.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long frames) {
            actor.tell(new SessionEnd.Asked(frames));
          }

          @Override
          public void cancel() {
            actor.tell(new SessionEnd.Dismissed());
          }
        });
    late.ifPresent(why -> newcomer.onError(new IOException(why)));
  }

  @Override
  public void onSubscribe(Flow.Subscription begun) {
    synchronized (this) {
      if (!closed) {
        source = Optional.of(begun);
        actor.tell(new SessionEnd.Ready());
        return;
      }
    }
    begun.cancel();
  }

  @Override
  public void onNext(Frame frame) {
    actor.tell(new SessionEnd.Said(frame));
  }

  @Override
  public void onError(Throwable failure) {
    actor.tell(new SessionEnd.Failed(String.valueOf(failure.getMessage())));
  }

  @Override
  public void onComplete() {
    actor.tell(new SessionEnd.SaidAll());
  }

  /** Whether anybody has come for it. */
  synchronized boolean isTaken() {
    return taken;
  }

  /**
   * Asks for so many more frames to carry.
   *
   * @return false if there is nobody yet to ask
   */
  boolean ask(long frames) {
    Optional<Flow.Subscription> asked;
    synchronized (this) {
      asked = source;
    }
    asked.ifPresent(s -> s.request(frames));
    return asked.isPresent();
  }

  void give(Frame frame) {
    Optional<Flow.Subscriber<? super Frame>> served;
    synchronized (this) {
      served = listener;
    }
    served.ifPresent(l -> l.onNext(frame));
  }

  /** All has been given. */
  void complete() {
    close().ifPresent(Flow.Subscriber::onComplete);
    ended.complete(null);
  }

  /** Does nothing if it is over already. */
  void fail(String why) {
    synchronized (this) {
      reason = closed ? reason : why;
    }
    close().ifPresent(l -> l.onError(new IOException(why)));
    ended.complete(null);
  }

  private Optional<Flow.Subscriber<? super Frame>> close() {
    Optional<Flow.Subscriber<? super Frame>> told;
    Optional<Flow.Subscription> left;
    synchronized (this) {
      closed = true;
      told = listener;
      left = source;
      listener = Optional.empty();
      source = Optional.empty();
    }
    left.ifPresent(Flow.Subscription::cancel);
    return told;
  }
}
