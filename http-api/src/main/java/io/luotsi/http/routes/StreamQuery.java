package io.luotsi.http.routes;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.session.SessionRequest;
import io.luotsi.core.session.SessionRequest.Streams;
import io.luotsi.http.streaming.PodStreams.Wanted;
import java.util.ArrayList;
import java.util.List;

/**
 * The query of {@code pods/exec}, {@code pods/attach} and {@code pods/portforward}.
 *
 * @see "Source: kubelet pkg/cri/streaming/remotecommand httpstream.go NewOptions, portforward
 *     websocket.go NewV4Options"
 */
final class StreamQuery {
  /** A channel is a byte, and each port has two. */
  private static final int MOST_PORTS = 128;

  private StreamQuery() {}

  static Outcome<Wanted> parse(String subresource, Query query) {
    return switch (subresource) {
      case "exec" -> {
        List<String> command = query.all("command");
        yield command.isEmpty() || command.getFirst().isEmpty()
            ? bad("you must specify at least one command for the container")
            : streams(query)
                .flatMap(
                    streams ->
                        command(new SessionRequest.Exec("", command, streams), query, streams));
      }
      case "attach" ->
          streams(query)
              .flatMap(streams -> command(new SessionRequest.Attach("", streams), query, streams));
      case "portforward" -> ports(query.all("ports"));
      default -> throw new IllegalStateException("pods/" + subresource);
    };
  }

  private static Outcome<Wanted> command(SessionRequest session, Query query, Streams streams) {
    return Outcome.done(new Wanted.Command(session, query.text("container"), streams));
  }

  /** Standard output and error are on unless they are turned off, as upstream defaults them. */
  private static Outcome<Streams> streams(Query query) {
    boolean stdin = query.flag("stdin");
    boolean tty = query.flag("tty");
    boolean stdout = query.optionalFlag("stdout").orElse(true);
    boolean stderr = query.optionalFlag("stderr").orElse(true) && !tty;
    return stdin || stdout || stderr
        ? Outcome.done(new Streams(stdin, stdout, stderr, tty))
        : Outcome.rejected(
            new Rejection.BadRequest("you must specify at least 1 of stdin, stdout, stderr"));
  }

  private static Outcome<Wanted> ports(List<String> values) {
    List<Integer> ports = new ArrayList<>();
    for (String value : values) {
      for (String text : value.split(",", -1)) {
        int port;
        try {
          port = Integer.parseInt(text);
        } catch (NumberFormatException e) {
          return bad("unable to parse " + Query.quote(value) + " as a port");
        }
        if (port < 1 || port > 0xffff) {
          return bad("port " + Query.quote(text) + " must be from 1 to 65535");
        }
        ports.add(port);
      }
    }
    return ports.size() > MOST_PORTS
        ? bad("no more than " + MOST_PORTS + " ports at a time")
        : Outcome.done(new Wanted.PortForward(ports));
  }

  private static Outcome<Wanted> bad(String message) {
    return Outcome.rejected(new Rejection.BadRequest(message));
  }
}
