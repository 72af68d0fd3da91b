package io.luotsi.http.routes;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.http.auth.Authentication;
import io.luotsi.http.auth.Impersonation;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.codec.RequestBytes;
import io.luotsi.http.flowcontrol.FlowControl;
import io.luotsi.http.watch.WatchTimes;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where every request comes in: finds out who asks and whether for a resource or for something
 * else. Whatever goes wrong behind it becomes a Status, so no request goes unanswered.
 */
public final class Router {
  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  private final Authentication authentication;
  private final Impersonation impersonation;
  private final ResourceRoutes resources;
  private final PathRoutes paths;
  private final FlowControl flows;
  private final Optional<Audit> audit;

  public Router(
      Backend backend, RequestBytes.Limits limits, WatchTimes times, Materializer materializer) {
    this.authentication = new Authentication(backend.tokens());
    this.impersonation = new Impersonation(backend.authorizer());
    this.resources =
        new ResourceRoutes(backend, new RequestBytes(limits, materializer), times, materializer);
    this.paths = new PathRoutes(backend);
    this.flows = backend.flows();
    this.audit =
        backend
            .audit()
            .map(trail -> new Audit(trail, backend, new RequestBytes(limits, materializer)));
  }

  /** Never fails and never blocks; work that takes long is done elsewhere. */
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    try {
      return authentication
          .authenticate(request)
          .thenCompose(who -> handle(request, who))
          .exceptionally(bug -> internalError(request, bug))
          .thenApply(
              response -> Replies.told(response, accept(request), () -> Call.forPeople(request)));
    } catch (RuntimeException bug) {
      return reply(internalError(request, bug));
    }
  }

  private static String accept(HttpRequest request) {
    return request.getHeader("Accept").map(HttpHeader::value).orElse("");
  }

  private CompletionStage<HttpResponse> handle(HttpRequest request, Outcome<UserInfo> who) {
    return switch (who) {
      case Outcome.Rejected<UserInfo>(Rejection why) -> {
        HttpResponse response = Replies.rejected(why);
        yield reply(audit.map(it -> it.unknown(request, response)).orElse(response));
      }
      case Outcome.Done<UserInfo>(UserInfo user) -> {
        Outcome<UserInfo> acting = impersonation.apply(user, request.getHeaders());
        yield audit
            .map(it -> it.follow(request, user, acting, same -> act(same, acting)))
            .orElseGet(() -> act(request, acting));
      }
    };
  }

  private CompletionStage<HttpResponse> act(HttpRequest request, Outcome<UserInfo> acting) {
    return switch (acting) {
      case Outcome.Rejected<UserInfo>(Rejection why) -> reply(Replies.rejected(why));
      case Outcome.Done<UserInfo>(UserInfo user) -> route(Call.of(request, user));
    };
  }

  private CompletionStage<HttpResponse> route(Call call) {
    Optional<RequestPath> path = RequestPath.parse(call.segments());
    RequestInfo info = RequestInfo.of(call, path);
    // As upstream: sessions have no seat, for they have no end that could be waited for.
    return info.isSession()
        ? answer(call, path)
        : flows.through(call.user(), info.asked(), listLimit(call), () -> answer(call, path));
  }

  private CompletionStage<HttpResponse> answer(Call call, Optional<RequestPath> path) {
    return path.isPresent() ? resources.handle(call, path.get()) : paths.handle(call);
  }

  /** What is wrong with it is said by who lists. */
  private static long listLimit(Call call) {
    return switch (call.query().integer("limit")) {
      case Outcome.Done<OptionalLong>(OptionalLong limit) -> limit.orElse(0);
      case Outcome.Rejected<OptionalLong> malformed -> 0;
    };
  }

  /** The one place where a bug meets a client: it is logged here, and told without its details. */
  private static HttpResponse internalError(HttpRequest request, Throwable bug) {
    LOG.error("{} {} failed", request.method().name(), request.getUri().getPathString(), bug);
    return Replies.rejected(new Rejection.InternalError("an error on the server"));
  }

  static CompletionStage<HttpResponse> reply(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
