package io.luotsi.http.streaming.websocket;

import io.luotsi.http.streaming.Upgraded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A log over a WebSocket: each piece of it is a message, and the socket is closed at its end. No
 * more is asked of the log than the client has taken.
 *
 * @see "Source: apimachinery httpstream/wsstream stream.go NewDefaultReaderProtocols"
 */
public final class LogMessages implements Flow.Subscriber<ByteBuffer> {
  private static final String BASE64 = "base64.binary.k8s.io";

  /** What a client may offer; one that offers nothing gets the first. */
  public static final List<String> PROTOCOLS = List.of("binary.k8s.io", BASE64);

  private static final int NORMAL = 1000;
  private static final int WENT_WRONG = 1011;

  /** What is to be done next. */
  private sealed interface Next {
    record Send(byte[] piece) implements Next {}

    record End(int code, String why) implements Next {}
  }

  private final WebSocket socket;
  private final boolean base64;

  /** At most one piece, since one is asked for at a time, and the ends that log and client make. */
  private final BlockingQueue<Next> next = new LinkedBlockingQueue<>();

  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

  private LogMessages(WebSocket socket, boolean base64) {
    this.socket = socket;
    this.base64 = base64;
  }

  /** Sends the log until it, or the client, is through with it. */
  public static void run(Upgraded client, Flow.Publisher<ByteBuffer> log, String protocol) {
    WebSocket socket = new WebSocket(client);
    LogMessages messages = new LogMessages(socket, protocol.equals(BASE64));
    log.subscribe(messages);
    Thread.ofVirtual().name("log-client").start(messages::listen);
    try {
      messages.send();
    } catch (IOException gone) {
      // Nobody is left to be told.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      messages.subscription.thenAccept(Flow.Subscription::cancel);
    }
  }

  /** A client says nothing but that it goes. */
  private void listen() {
    try {
      while (socket.read().isPresent()) {
        // what it sends is nobody's business
      }
    } catch (IOException gone) {
      // as good as a close
    }
    next.add(new Next.End(NORMAL, ""));
  }

  private void send() throws IOException, InterruptedException {
    while (true) {
      Optional<Next> now =
          Optional.ofNullable(next.poll(Upgraded.PING_EVERY.toMillis(), TimeUnit.MILLISECONDS));
      if (now.isEmpty()) {
        socket.ping();
        continue;
      }
      switch (now.get()) {
        case Next.Send(byte[] piece) -> {
          if (base64) {
            socket.sendText(Base64.getEncoder().encodeToString(piece));
          } else {
            socket.send(piece);
          }
          subscription.join().request(1);
        }
        case Next.End(int code, String why) -> {
          socket.close(code, why);
          return;
        }
      }
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    given.request(1);
    subscription.complete(given);
  }

  @Override
  public void onNext(ByteBuffer piece) {
    byte[] bytes = new byte[piece.remaining()];
    piece.get(bytes);
    next.add(new Next.Send(bytes));
  }

  @Override
  public void onError(Throwable failure) {
    next.add(new Next.End(WENT_WRONG, "the log broke off"));
  }

  @Override
  public void onComplete() {
    next.add(new Next.End(NORMAL, ""));
  }
}
