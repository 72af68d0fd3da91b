package io.luotsi.http.routes;

import io.luotsi.core.catalog.ResourceType;
import io.luotsi.http.metrics.ApiMetrics;
import io.luotsi.http.metrics.RequestLabels;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;

/** What metrics hear of requests, and by which names they know them. */
final class Measures {
  private static final int FAILED = 500;

  /** What is no resource and is served; other paths are nothing but noise. */
  private static final Set<String> PATHS =
      Set.of("version", "healthz", "livez", "readyz", "api", "apis", "openapi", "metrics");

  private final ApiMetrics metrics;

  Measures(ApiMetrics metrics) {
    this.metrics = metrics;
  }

  /**
   * A request for a resource that is served.
   *
   * @param connects whether it becomes a session with a pod
   */
  CompletionStage<HttpResponse> resource(
      Call call,
      RequestPath path,
      ResourceType type,
      boolean connects,
      Supplier<CompletionStage<HttpResponse>> answer) {
    String verb = connects ? "CONNECT" : verb(call, path);
    return measured(
        new RequestLabels(
            verb,
            call.query().all("dryRun").contains("All") ? "All" : "",
            path.group(),
            path.version(),
            type.plural(),
            path.subresource(),
            scope(path, verb)),
        answer);
  }

  /** A request for anything else. */
  CompletionStage<HttpResponse> path(Call call, Supplier<CompletionStage<HttpResponse>> answer) {
    Optional<String> first = call.segments().stream().findFirst().filter(PATHS::contains);
    return first.isPresent()
        ? measured(RequestLabels.path(method(call), "/" + first.get()), answer)
        : answer.get();
  }

  private CompletionStage<HttpResponse> measured(
      RequestLabels labels, Supplier<CompletionStage<HttpResponse>> answer) {
    ApiMetrics.Begun begun = metrics.begin(labels);
    try {
      return answer
          .get()
          .handle(
              (response, failure) -> {
                if (failure != null) {
                  begun.answered(FAILED, -1);
                  throw new CompletionException(failure);
                }
                return told(begun, response);
              });
    } catch (RuntimeException bug) {
      begun.answered(FAILED, -1);
      throw bug;
    }
  }

  private static HttpResponse told(ApiMetrics.Begun begun, HttpResponse response) {
    ResponseEntity entity = response.entity();
    begun.answered(response.status().intValue(), entity.getContentLengthOption().orElse(-1));
    return begun.isLongRunning() && entity instanceof HttpEntity.Chunked body
        ? response.withEntity(followed(begun, body))
        : response;
  }

  /** The same body; its beginning and end are told. A body that nobody asks for has neither. */
  private static ResponseEntity followed(ApiMetrics.Begun begun, HttpEntity.Chunked body) {
    Flow<ByteString, ByteString, Object> flow =
        Flow.<ByteString>create()
            .watchTermination(
                (before, end) -> {
                  begun.bodyBegins();
                  end.whenComplete((done, failure) -> begun.bodyEnds());
                  return (Object) before;
                });
    return body.transformDataBytes(flow.asScala());
  }

  private static String verb(Call call, RequestPath path) {
    boolean one = !path.name().isEmpty();
    return switch (call.method()) {
      case "GET" -> {
        boolean watch = path.watch() || (call.query().flag("watch") && !one);
        yield watch ? "WATCH" : one ? "GET" : "LIST";
      }
      case "PATCH" -> call.contentType().contains("apply-patch") ? "APPLY" : "PATCH";
      case "DELETE" -> one ? "DELETE" : "DELETECOLLECTION";
      default -> method(call);
    };
  }

  /** Anybody may invent methods. */
  private static String method(Call call) {
    return switch (call.method()) {
      case "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH" -> call.method();
      default -> "other";
    };
  }

  private static String scope(RequestPath path, String verb) {
    if (!path.name().isEmpty() || verb.equals("POST")) {
      return "resource";
    }
    return path.namespace().isEmpty() ? "cluster" : "namespace";
  }
}
