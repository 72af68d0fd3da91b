package io.luotsi.http.streaming;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Statuses;
import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Session;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The ports of one pod, each connection to one of them a session. */
@FunctionalInterface
public interface Ports {
  CompletionStage<Outcome<Session>> open(int port);

  /** The client's side of one connection; what comes of it may be thrown as told. */
  interface Client {
    void data(byte[] bytes) throws IOException;

    /** Why the port cannot be reached, or no longer. */
    void error(String message) throws IOException;
  }

  /** Our end of a new connection. If it cannot be had, taking from it fails, in words. */
  default BlockingEnd connect(int port) {
    BlockingEnd end = new BlockingEnd();
    open(port)
        .whenComplete(
            (outcome, bug) -> {
              if (bug != null) {
                end.onError(bug);
                return;
              }
              switch (outcome) {
                case Outcome.Done<Session>(Session session) -> Session.connect(session, end);
                case Outcome.Rejected<Session>(Rejection why) ->
                    end.onError(new IOException(Statuses.of(why).path("message").asText()));
              }
            });
    return end;
  }

  /**
   * Tells the client what the pod says, until one of them goes.
   *
   * @throws IOException if it is the client
   */
  static void pass(BlockingEnd end, Client client) throws IOException, InterruptedException {
    while (true) {
      Optional<Frame> said;
      try {
        said = end.take();
      } catch (IOException podIsGone) {
        client.error(String.valueOf(podIsGone.getMessage()));
        return;
      }
      if (said.isEmpty()) {
        return;
      }
      switch (said.get().channel()) {
        case STDOUT -> client.data(said.get().bytes());
        case STATUS -> client.error(said.get().text());
        case STDIN, STDIN_END, RESIZE, STDERR -> {
          // no pod says that of a port
        }
      }
    }
  }
}
