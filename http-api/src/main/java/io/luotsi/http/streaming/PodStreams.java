package io.luotsi.http.streaming;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Authorizer;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import io.luotsi.core.session.SessionRequest.Streams;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.streaming.spdy.SpdyCommand;
import io.luotsi.http.streaming.spdy.SpdyForward;
import io.luotsi.http.streaming.websocket.ChannelForward;
import io.luotsi.http.streaming.websocket.ChannelSession;
import io.luotsi.http.streaming.websocket.Tunnel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * {@code pods/exec}, {@code pods/attach} and {@code pods/portforward}: finds the pod's node and
 * container, begins the session there, and goes on with it in the protocol that the client has.
 *
 * @see "Source: kube-apiserver pkg/registry/core/pod strategy.go, rest/subresources.go"
 */
public final class PodStreams {
  /** What of pods is served here. */
  public static final Set<String> SUBRESOURCES = Set.of("exec", "attach", "portforward");

  /** What a client asks for. */
  public sealed interface Wanted {
    /**
     * @param session its container is empty for the pod's only one
     */
    record Command(SessionRequest session, String container, Streams streams) implements Wanted {}

    /**
     * @param ports that the URL names, as those who do not use SPDY do
     */
    record PortForward(List<Integer> ports) implements Wanted {
      public PortForward {
        ports = List.copyOf(ports);
      }
    }
  }

  /** Who may exec need not be one who may get; so the pod is looked up as ourselves. */
  private static final UserInfo SELF = UserInfo.component("apiserver");

  /** From the answer to the first word in the new protocol; else its session is given up. */
  private static final long BEGIN_SECONDS = 30;

  private final Api api;
  private final Authorizer authorizer;
  private final NodeConnection nodes;

  public PodStreams(Api api, Authorizer authorizer, NodeConnection nodes) {
    this.api = api;
    this.authorizer = authorizer;
    this.nodes = nodes;
  }

  /**
   * @param target the pod and the subresource
   * @param verb that the method stands for: get, create
   */
  public CompletionStage<HttpResponse> handle(
      HttpRequest request, Target target, String verb, Outcome<Wanted> wanted) {
    // As upstream since 1.35: who may only get must not do anything in a pod.
    Optional<Rejection> refusal = authorize(target, verb).or(() -> authorize(target, "create"));
    if (refusal.isPresent()) {
      return CompletableFuture.completedFuture(Replies.rejected(refusal.get()));
    }
    Target pod = new Target(SELF, target.type(), target.namespace(), target.name(), "");
    return api.get(pod, OptionalLong.empty())
        .thenCompose(
            outcome ->
                switch (outcome.flatMap(found -> wanted.flatMap(w -> place(found, w)))) {
                  case Outcome.Rejected<Place>(Rejection why) -> refused(why);
                  case Outcome.Done<Place>(Place place) -> begin(Upgrade.of(request), place);
                });
  }

  private Optional<Rejection> authorize(Target target, String verb) {
    return authorizer.authorize(
        target.user(),
        new Authorizer.Attributes.Resource(
            verb,
            "",
            target.type().plural(),
            target.subresource(),
            target.namespace(),
            target.name()));
  }

  private record Place(String node, StoredObject pod, Wanted wanted) {}

  /** Where it is to be done, and in which container. */
  private static Outcome<Place> place(StoredObject pod, Wanted wanted) {
    ObjectNode json = Json.readObject(pod.json());
    String node = json.path("spec").path("nodeName").asText("");
    Outcome<Wanted> clear =
        switch (wanted) {
          case Wanted.PortForward ports -> Outcome.done(ports);
          case Wanted.Command command ->
              PodLogs.container(json.path("spec"), pod.key().name(), command.container())
                  .flatMap(container -> Outcome.done(in(container, command)));
        };
    return clear.flatMap(
        w ->
            node.isEmpty()
                ? Outcome.rejected(
                    new Rejection.BadRequest(
                        "pod " + pod.key().name() + " does not have a host assigned"))
                : Outcome.done(new Place(node, pod, w)));
  }

  private static Wanted in(String container, Wanted.Command command) {
    SessionRequest session =
        switch (command.session()) {
          case SessionRequest.Exec(String none, List<String> line, Streams streams) ->
              new SessionRequest.Exec(container, line, streams);
          case SessionRequest.Attach(String none, Streams streams) ->
              new SessionRequest.Attach(container, streams);
          case SessionRequest.PortForward forward -> forward;
        };
    return new Wanted.Command(session, container, command.streams());
  }

  private CompletionStage<HttpResponse> begin(Upgrade upgrade, Place place) {
    return switch (upgrade) {
      case Upgrade.None none -> refused(new Rejection.BadRequest("Upgrade request required"));
      case Upgrade.WebSocket socket ->
          switch (place.wanted()) {
            case Wanted.Command command ->
                Upgrade.negotiate(socket.protocols(), ChannelSession.PROTOCOLS)
                    .map(
                        protocol ->
                            command(
                                socket,
                                protocol,
                                place,
                                command,
                                (client, session) ->
                                    ChannelSession.run(
                                        client, session, protocol, command.streams())))
                    .orElseGet(() -> foreign(socket.protocols(), ChannelSession.PROTOCOLS));
            case Wanted.PortForward(List<Integer> ports) -> forward(socket, place, ports);
          };
      case Upgrade.Spdy spdy ->
          switch (place.wanted()) {
            case Wanted.Command command ->
                Upgrade.negotiate(spdy.protocols(), SpdyCommand.PROTOCOLS)
                    .map(
                        protocol ->
                            command(
                                spdy,
                                protocol,
                                place,
                                command,
                                (client, session) ->
                                    SpdyCommand.run(client, session, command.streams())))
                    .orElseGet(() -> foreign(spdy.protocols(), SpdyCommand.PROTOCOLS));
            case Wanted.PortForward forward ->
                Upgrade.negotiate(spdy.protocols(), List.of(SpdyForward.PROTOCOL))
                    .map(
                        protocol ->
                            accepted(
                                spdy, protocol, client -> SpdyForward.run(client, ports(place))))
                    .orElseGet(() -> foreign(spdy.protocols(), List.of(SpdyForward.PROTOCOL)));
          };
    };
  }

  private CompletionStage<HttpResponse> forward(
      Upgrade.WebSocket socket, Place place, List<Integer> ports) {
    List<String> known = List.of(SpdyForward.TUNNELLED, ChannelSession.V4);
    Optional<String> protocol = Upgrade.negotiate(socket.protocols(), known);
    if (protocol.isEmpty()) {
      return foreign(socket.protocols(), known);
    }
    if (protocol.get().equals(SpdyForward.TUNNELLED)) {
      return accepted(
          socket,
          protocol.get(),
          client -> {
            try (Upgraded tunnel = Tunnel.through(client)) {
              SpdyForward.run(tunnel, ports(place));
            }
          });
    }
    return ports.isEmpty()
        ? refused(new Rejection.BadRequest("query parameter \"ports\" is required"))
        : accepted(
            socket, protocol.get(), client -> ChannelForward.run(client, ports(place), ports));
  }

  /** How a client that has taken over a session is talked to. */
  private interface Dialogue {
    void run(Upgraded client, Session session);
  }

  private CompletionStage<HttpResponse> command(
      Upgrade upgrade, String protocol, Place place, Wanted.Command command, Dialogue dialogue) {
    return nodes
        .session(place.node(), place.pod().key(), place.pod().uid(), command.session())
        .thenCompose(
            outcome ->
                switch (outcome) {
                  case Outcome.Rejected<Session>(Rejection why) -> refused(why);
                  case Outcome.Done<Session>(Session session) -> {
                    CompletableFuture<Boolean> begun = giveUpUnlessBegun(session);
                    yield accepted(
                        upgrade,
                        protocol,
                        client -> {
                          if (begun.complete(true)) {
                            dialogue.run(client, session);
                          }
                        });
                  }
                });
  }

  /** A client may be gone before it has heard that it may begin. */
  private static CompletableFuture<Boolean> giveUpUnlessBegun(Session session) {
    CompletableFuture<Boolean> begun = new CompletableFuture<>();
    begun
        .completeOnTimeout(false, BEGIN_SECONDS, TimeUnit.SECONDS)
        .thenAccept(
            inTime -> {
              if (!inTime) {
                BlockingEnd nobody = new BlockingEnd();
                Session.connect(session, nobody);
                nobody.close();
              }
            });
    return begun;
  }

  private Ports ports(Place place) {
    return port ->
        nodes.session(
            place.node(),
            place.pod().key(),
            place.pod().uid(),
            new SessionRequest.PortForward(port));
  }

  private static CompletionStage<HttpResponse> accepted(
      Upgrade upgrade, String protocol, Consumer<Upgraded> conversation) {
    return CompletableFuture.completedFuture(upgrade.accept(protocol, conversation));
  }

  private static CompletionStage<HttpResponse> foreign(List<String> offered, List<String> known) {
    return refused(Upgrade.foreign(offered, known));
  }

  private static CompletionStage<HttpResponse> refused(Rejection why) {
    HttpResponse response =
        // A kubelet's own words, which clients repeat.
        why instanceof Rejection.Unclassified(String message)
            ? Replies.of(500, Replies.PLAIN_TEXT, message.getBytes(StandardCharsets.UTF_8))
            : Replies.rejected(why);
    return CompletableFuture.completedFuture(response);
  }
}
