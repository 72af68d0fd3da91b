package io.luotsi.http.routes;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Authorizer;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.core.apiserver.ServedVerbs;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Verb;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.codec.RequestBytes;
import io.luotsi.http.streaming.PodLogs;
import io.luotsi.http.streaming.PodStreams;
import io.luotsi.http.streaming.proxy.ProxyRoutes;
import io.luotsi.http.watch.WatchTimes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;

/** Requests for resources: finds the type and the verb. */
final class ResourceRoutes {
  private static final Rejection LATER =
      new Rejection.TooManyRequests("definitions are not known yet", Duration.ofSeconds(1));

  private final Backend backend;
  private final ReadRoutes reads;
  private final WriteRoutes writes;
  private final PodLogs logs;
  private final PodStreams streams;
  private final ProxyRoutes proxies;
  private final Measures measures;

  ResourceRoutes(
      Backend backend, RequestBytes bodies, WatchTimes times, Materializer materializer) {
    this.backend = backend;
    this.reads = new ReadRoutes(backend.api(), backend.clock(), times);
    this.writes = new WriteRoutes(backend.api(), bodies, backend.clock());
    this.logs = new PodLogs(backend.api(), backend.authorizer(), backend.nodes());
    this.streams = new PodStreams(backend.api(), backend.authorizer(), backend.nodes());
    this.proxies =
        new ProxyRoutes(backend.api(), backend.authorizer(), backend.nodes(), materializer);
    this.measures = new Measures(backend.metrics());
  }

  CompletionStage<HttpResponse> handle(Call call, RequestPath path) {
    Catalog catalog = backend.api().catalog();
    Optional<ResourceType> type =
        catalog.find(new GroupVersionResource(path.group(), path.version(), path.resource()));
    if (type.isEmpty() || !isServed(type.get(), call, path)) {
      return Router.reply(
          type.isEmpty() && !catalog.complete() ? Replies.rejected(LATER) : unknown(call, path));
    }
    Target target =
        new Target(call.user(), type.get(), path.namespace(), path.name(), path.subresource());
    boolean connects =
        path.subresource().equals(RequestPath.PROXY)
            || (type.get().kind().kind().equals("Pod")
                && PodStreams.SUBRESOURCES.contains(path.subresource()));
    return measures.resource(
        call,
        path,
        type.get(),
        connects,
        () -> connects ? connect(call, path, target) : warned(target, routed(call, path, target)));
  }

  /** Whoever uses a version that is on its way out is told so, whatever is asked. */
  private static CompletionStage<HttpResponse> warned(
      Target target, CompletionStage<HttpResponse> answer) {
    List<HttpHeader> warnings =
        target
            .type()
            .custom()
            .map(custom -> custom.warnings().stream().map(Replies::warning).toList())
            .orElseGet(() -> Deprecations.of(target.type().kind()).stream().toList());
    return warnings.isEmpty()
        ? answer
        : answer.thenApply(response -> response.addHeaders(warnings));
  }

  /** GET for WebSockets, POST for SPDY; which of the two it is says the request's head. */
  private CompletionStage<HttpResponse> connect(Call call, RequestPath path, Target target) {
    if (path.subresource().equals(RequestPath.PROXY)) {
      return proxies.handle(call.request(), target, path.segments());
    }
    return switch (call.method()) {
      case "GET", "POST" ->
          streams.handle(
              call.request(),
              target,
              call.method().equals("GET") ? "get" : "create",
              StreamQuery.parse(path.subresource(), call.query()));
      default -> refused(call, path, new Rejection.NoSuchMethod());
    };
  }

  /** As upstream: that something is not served is said before anything else is looked at. */
  private CompletionStage<HttpResponse> routed(Call call, RequestPath path, Target target) {
    Optional<Rejection> unserved =
        verb(call, path)
            .map(verb -> ServedVerbs.refusal(target, verb))
            .orElseGet(() -> Optional.of(new Rejection.NoSuchMethod()));
    return unserved
        .map(why -> refused(call, path, why))
        .orElseGet(() -> handle(call, path, target));
  }

  private CompletionStage<HttpResponse> refused(Call call, RequestPath path, Rejection why) {
    return Router.reply(
        Replies.rejected(
            backend
                .authorizer()
                .authorize(call.user(), RequestInfo.of(call, Optional.of(path)).asked())
                .orElse(why)));
  }

  /** Empty for methods that nothing is asked by. */
  private static Optional<Verb> verb(Call call, RequestPath path) {
    boolean named = !path.name().isEmpty();
    return switch (call.method()) {
      case "GET" -> Optional.of(isWatch(call, path) ? Verb.WATCH : named ? Verb.GET : Verb.LIST);
      case "POST" -> Optional.of(Verb.CREATE);
      case "PUT" -> Optional.of(Verb.UPDATE);
      case "PATCH" -> Optional.of(Verb.PATCH);
      case "DELETE" -> Optional.of(named ? Verb.DELETE : Verb.DELETECOLLECTION);
      default -> Optional.empty();
    };
  }

  private static boolean isWatch(Call call, RequestPath path) {
    return path.subresource().isEmpty()
        && (path.watch() || (path.name().isEmpty() && call.query().flag("watch")));
  }

  private CompletionStage<HttpResponse> handle(Call call, RequestPath path, Target target) {
    return switch (call.method()) {
      case "GET" -> read(call, path, target);
      case "POST" -> writes.create(call, target);
      case "PUT" -> writes.update(call, target);
      case "PATCH" -> writes.patch(call, target);
      case "DELETE" ->
          path.name().isEmpty()
              ? writes.deleteCollection(call, target)
              : writes.delete(call, target);
      default -> throw new IllegalStateException("no verb is " + call.method());
    };
  }

  private CompletionStage<HttpResponse> read(Call call, RequestPath path, Target target) {
    if (target.subresource().equals("log")) {
      return switch (LogOptionsQuery.parse(
          call.query(), target.name(), backend.clock().instant())) {
        case Outcome.Rejected<LogOptions>(Rejection why) -> Router.reply(Replies.rejected(why));
        case Outcome.Done<LogOptions>(LogOptions options) ->
            logs.get(call.request(), target, call.query().text("container"), options);
      };
    }
    if (isWatch(call, path)) {
      return reads.watch(call, target);
    }
    return target.name().isEmpty() ? reads.list(call, target) : reads.get(call, target);
  }

  /** Whether the path has a namespace just where the type has one, and a known subresource. */
  private static boolean isServed(ResourceType type, Call call, RequestPath path) {
    // Of custom kinds only what is read has a path without a namespace.
    boolean everywhere =
        path.name().isEmpty() && (type.custom().isEmpty() || call.method().equals("GET"));
    boolean scopeFits =
        type.namespaced() ? !path.namespace().isEmpty() || everywhere : path.namespace().isEmpty();
    boolean watchFits = !path.watch() || type.verbs().contains(Verb.WATCH);
    boolean subresourceFits =
        path.subresource().isEmpty() || type.subresource(path.subresource()).isPresent();
    return scopeFits && watchFits && subresourceFits;
  }

  /** As upstream: who may not even ask learns nothing about what there is. */
  private HttpResponse unknown(Call call, RequestPath path) {
    Authorizer.Attributes attributes =
        new Authorizer.Attributes.Resource(
            path.name().isEmpty() ? "list" : call.method().equals("POST") ? "create" : "get",
            path.group(),
            path.resource(),
            path.subresource(),
            path.namespace(),
            path.name());
    return backend
        .authorizer()
        .authorize(call.user(), attributes)
        .map(Replies::rejected)
        .orElseGet(() -> PathRoutes.nothingAt(backend.api().catalog(), call.segments()));
  }
}
