package io.luotsi.http.streaming.proxy;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Authorizer;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.streaming.proxy.Places.Place;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;

/**
 * {@code pods/proxy}, {@code services/proxy}, {@code nodes/proxy}: sends a request on to what is
 * behind the object, and its answer back. Any JVM does, for pods on any node.
 *
 * <p>HTML that comes back is not changed; upstream rewrites the links in it.
 *
 * @see "Source: kubernetes pkg/registry/core/pod/rest/subresources.go ProxyREST; apimachinery
 *     pkg/util/proxy upgradeaware.go"
 */
public final class ProxyRoutes {
  private final Authorizer authorizer;
  private final NodeConnection nodes;
  private final Places places;
  private final Forwarding forwarding;
  private final Materializer materializer;

  public ProxyRoutes(
      Api api, Authorizer authorizer, NodeConnection nodes, Materializer materializer) {
    this.authorizer = authorizer;
    this.nodes = nodes;
    this.places = new Places(api);
    this.forwarding = new Forwarding(materializer);
    this.materializer = materializer;
  }

  /**
   * @param target the object, its name as the path has it: with scheme and port
   * @param segments of the request's path up to and with the subresource
   */
  public CompletionStage<HttpResponse> handle(HttpRequest request, Target target, int segments) {
    Optional<Rejection> refusal =
        authorizer.authorize(
            target.user(),
            new Authorizer.Attributes.Resource(
                verb(request),
                "",
                target.type().plural(),
                target.subresource(),
                target.namespace(),
                target.name()));
    if (refusal.isPresent()) {
      return reply(Replies.rejected(refusal.get()));
    }
    Optional<ProxyPath> path = ProxyPath.parse(target.name(), rawPath(request), segments);
    if (path.isEmpty()) {
      return reply(Replies.rejected(notAnId(target)));
    }
    return places
        .find(target, path.get())
        .thenCompose(
            found ->
                switch (found) {
                  case Outcome.Rejected<Place>(Rejection why) -> reply(Replies.rejected(why));
                  case Outcome.Done<Place>(Place place) -> send(request, path.get(), place);
                });
  }

  /** What a role must allow; methods that are none of a role's are allowed with all verbs. */
  private static String verb(HttpRequest request) {
    return switch (request.method().name()) {
      case "GET", "HEAD" -> "get";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> "delete";
      default -> "";
    };
  }

  private static Rejection notAnId(Target target) {
    return new Rejection.BadRequest(
        "invalid "
            + target.type().kind().kind().toLowerCase(Locale.ROOT)
            + " request \""
            + target.name()
            + "\"");
  }

  private static String rawPath(HttpRequest request) {
    return request.getUri().asScala().path().toString();
  }

  private CompletionStage<HttpResponse> send(HttpRequest request, ProxyPath path, Place place) {
    boolean reads = request.method().name().matches("GET|HEAD");
    boolean upgrades = Forwarding.isUpgrade(request);
    if (path.rest().isEmpty() && reads && !upgrades) {
      return reply(withSlash(request, path));
    }
    return connect(place)
        .thenCompose(
            connected ->
                switch (connected) {
                  case Outcome.Rejected<Flow<ByteString, ByteString, NotUsed>>(Rejection why) ->
                      reply(Replies.rejected(why));
                  case Outcome.Done<Flow<ByteString, ByteString, NotUsed>>(
                          Flow<ByteString, ByteString, NotUsed> connection) ->
                      upgrades
                          ? forwarding.upgrade(request, path, connection)
                          : forwarding.send(request, path, place.authority(), connection);
                });
  }

  /** What is linked to from here is meant to be below it. */
  private static HttpResponse withSlash(HttpRequest request, ProxyPath path) {
    String query = request.getUri().rawQueryString().map(text -> "?" + text).orElse("");
    HttpHeader location = RawHeader.create("Location", path.prefix() + "/" + query);
    return HttpResponse.create().withStatus(301).addHeader(location);
  }

  private CompletionStage<Outcome<Flow<ByteString, ByteString, NotUsed>>> connect(Place place) {
    return switch (place) {
      case Place.OfPod pod ->
          nodes
              .session(pod.node(), pod.pod(), pod.uid(), new SessionRequest.PortForward(pod.port()))
              .thenApply(ProxyRoutes::connection);
      case Place.OfNode node ->
          CompletableFuture.completedFuture(
              Outcome.done(
                  Flow.of(ByteString.class)
                      .via(
                          Tcp.get(materializer.system())
                              .outgoingConnection(node.host(), node.port()))));
    };
  }

  private static Outcome<Flow<ByteString, ByteString, NotUsed>> connection(
      Outcome<Session> session) {
    return switch (session) {
      case Outcome.Done<Session>(Session open) -> Outcome.done(Connections.over(open));
      case Outcome.Rejected<Session>(Rejection.Unclassified(String message)) ->
          Outcome.rejected(unreachable(message));
      case Outcome.Rejected<Session>(Rejection why) -> Outcome.rejected(why);
    };
  }

  static Rejection unreachable(String why) {
    return new Rejection.ServiceUnavailable("error trying to reach service: " + why);
  }

  static CompletionStage<HttpResponse> reply(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
