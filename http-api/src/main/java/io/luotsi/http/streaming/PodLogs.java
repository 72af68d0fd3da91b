package io.luotsi.http.streaming;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Authorizer;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.streaming.websocket.LogMessages;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.JavaFlowSupport;
import org.apache.pekko.util.ByteString;

/** {@code pods/log}: finds the pod's node and container and hands their bytes on. */
public final class PodLogs {
  /** Who may log need not be one who may get; so the pod is looked up as ourselves. */
  private static final UserInfo SELF = UserInfo.component("apiserver");

  private final Api api;
  private final Authorizer authorizer;
  private final NodeConnection nodes;

  public PodLogs(Api api, Authorizer authorizer, NodeConnection nodes) {
    this.api = api;
    this.authorizer = authorizer;
    this.nodes = nodes;
  }

  /**
   * @param request that may ask for a WebSocket
   * @param target the pod, subresource {@code log}
   * @param container empty for the pod's only one
   */
  public CompletionStage<HttpResponse> get(
      HttpRequest request, Target target, String container, LogOptions options) {
    Optional<Rejection> refusal =
        authorizer.authorize(
            target.user(),
            new Authorizer.Attributes.Resource(
                "get", "", target.type().plural(), "log", target.namespace(), target.name()));
    if (refusal.isPresent()) {
      return CompletableFuture.completedFuture(Replies.rejected(refusal.get()));
    }
    Target pod = new Target(SELF, target.type(), target.namespace(), target.name(), "");
    return api.get(pod, OptionalLong.empty())
        .thenCompose(
            outcome ->
                switch (outcome) {
                  case Outcome.Rejected<StoredObject>(Rejection why) ->
                      CompletableFuture.completedFuture(Replies.rejected(why));
                  case Outcome.Done<StoredObject>(StoredObject found) ->
                      logsOf(found, container, options)
                          .thenApply(log -> answer(Upgrade.of(request), log));
                });
  }

  private static HttpResponse answer(Upgrade upgrade, Outcome<Flow.Publisher<ByteBuffer>> log) {
    return switch (log) {
      case Outcome.Rejected<Flow.Publisher<ByteBuffer>>(Rejection why) -> Replies.rejected(why);
      case Outcome.Done<Flow.Publisher<ByteBuffer>>(Flow.Publisher<ByteBuffer> bytes) ->
          upgrade instanceof Upgrade.WebSocket socket ? messages(socket, bytes) : body(bytes);
    };
  }

  private static HttpResponse messages(Upgrade.WebSocket socket, Flow.Publisher<ByteBuffer> log) {
    List<String> known = LogMessages.PROTOCOLS;
    List<String> offered = socket.protocols().isEmpty() ? known : socket.protocols();
    return Upgrade.negotiate(offered, known)
        .map(protocol -> socket.accept(protocol, client -> LogMessages.run(client, log, protocol)))
        .orElseGet(() -> Replies.rejected(Upgrade.foreign(offered, known)));
  }

  private static HttpResponse body(Flow.Publisher<ByteBuffer> log) {
    return Replies.of(
        200,
        HttpEntities.createChunked(
            Replies.PLAIN_TEXT,
            JavaFlowSupport.Source.fromPublisher(log)
                // A chunk without bytes would end the body.
                .filter(ByteBuffer::hasRemaining)
                .map(ByteString::fromByteBuffer)),
        List.of());
  }

  private CompletionStage<Outcome<Flow.Publisher<ByteBuffer>>> logsOf(
      StoredObject pod, String asked, LogOptions options) {
    ObjectNode json = Json.readObject(pod.json());
    return switch (container(json.path("spec"), pod.key().name(), asked)) {
      case Outcome.Rejected<String>(Rejection why) ->
          CompletableFuture.completedFuture(Outcome.rejected(why));
      case Outcome.Done<String>(String container) -> {
        String node = json.path("spec").path("nodeName").asText("");
        // As upstream: a pod that is nowhere has said nothing.
        yield node.isEmpty()
            ? CompletableFuture.completedFuture(Outcome.done(PodLogs::sayNothing))
            : nodes.logs(node, pod.key(), pod.uid(), container, options);
      }
    };
  }

  private static void sayNothing(Flow.Subscriber<? super ByteBuffer> reader) {
    try (SubmissionPublisher<ByteBuffer> nothing = new SubmissionPublisher<>()) {
      nothing.subscribe(reader);
    }
  }

  /** The container whose log is meant; upstream's words if that is not clear. */
  static Outcome<String> container(JsonNode spec, String pod, String asked) {
    List<String> containers = names(spec.path("containers"));
    List<String> init = names(spec.path("initContainers"));
    if (asked.isEmpty()) {
      if (containers.size() == 1) {
        return Outcome.done(containers.getFirst());
      }
      StringBuilder message =
          new StringBuilder("a container name must be specified for pod ").append(pod);
      if (!containers.isEmpty()) {
        message.append(", choose one of: [").append(String.join(" ", containers)).append(']');
        if (!init.isEmpty()) {
          message
              .append(" or one of the init containers: [")
              .append(String.join(" ", init))
              .append(']');
        }
      }
      return Outcome.rejected(new Rejection.BadRequest(message.toString()));
    }
    boolean known =
        containers.contains(asked)
            || init.contains(asked)
            || names(spec.path("ephemeralContainers")).contains(asked);
    return known
        ? Outcome.done(asked)
        : Outcome.rejected(
            new Rejection.BadRequest("container " + asked + " is not valid for pod " + pod));
  }

  private static List<String> names(JsonNode containers) {
    List<String> names = new ArrayList<>();
    containers.forEach(container -> names.add(container.path("name").asText()));
    return names;
  }
}
