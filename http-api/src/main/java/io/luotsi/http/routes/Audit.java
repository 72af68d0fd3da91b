package io.luotsi.http.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.AuditNotes;
import io.luotsi.core.apiserver.Authorizer;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.Authorizer.Decision;
import io.luotsi.core.apiserver.Statuses;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.http.audit.AuditPolicy;
import io.luotsi.http.audit.AuditPolicy.Level;
import io.luotsi.http.audit.AuditPolicy.Stage;
import io.luotsi.http.audit.AuditTrail;
import io.luotsi.http.codec.BodyReader;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.codec.RequestBytes;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;

/**
 * Writes requests and what came of them into the audit log, as the policy says. What the policy
 * passes over costs its rules and nothing else.
 *
 * @see "Source: apiserver pkg/endpoints/filters audit.go, pkg/audit request.go"
 */
final class Audit {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final String ID = "Audit-Id";
  private static final int LONGEST_ID = 64;
  private static final int LONGEST_AGENT = 1_024;
  private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");
  private static final int FAILED = 500;

  private final AuditTrail trail;
  private final Authorizer authorizer;
  private final Backend backend;
  private final RequestBytes bodies;
  private final InstantSource clock;

  Audit(AuditTrail trail, Backend backend, RequestBytes bodies) {
    this.trail = trail;
    this.backend = backend;
    this.authorizer = backend.authorizer();
    this.bodies = bodies;
    this.clock = backend.clock();
  }

  /** Somebody whom nobody knows was sent away. */
  HttpResponse unknown(HttpRequest request, HttpResponse response) {
    Call call = Call.of(request, UserInfo.ANONYMOUS);
    Optional<RequestPath> path = RequestPath.parse(call.segments());
    RequestInfo info = RequestInfo.of(call, path);
    Optional<AuditPolicy.Rule> rule = trail.policy().ruleFor(Optional.empty(), info.asked());
    if (rule.isEmpty()) {
      return response;
    }
    Event event = new Event(rule.get(), call, path, info);
    event.json.putObject("user");
    event.answered(response);
    event.say(Stage.RESPONSE_STARTED);
    return event.named(response);
  }

  /**
   * Follows a request.
   *
   * @param user as was found out, before they act as anybody else
   * @param acting as whom they act, if they may
   * @param answer of the request, which may have been read and put together again
   */
  CompletionStage<HttpResponse> follow(
      HttpRequest request,
      UserInfo user,
      Outcome<UserInfo> acting,
      Function<HttpRequest, CompletionStage<HttpResponse>> answer) {
    Call call = Call.of(request, user);
    Optional<RequestPath> path = RequestPath.parse(call.segments());
    RequestInfo info = RequestInfo.of(call, path);
    Optional<AuditPolicy.Rule> rule = trail.policy().ruleFor(Optional.of(user), info.asked());
    if (rule.isEmpty()) {
      return answer.apply(request);
    }
    Event event = new Event(rule.get(), call, path, info);
    event.json.set("user", user(user));
    event.say(Stage.REQUEST_RECEIVED);
    acting.ifDone(
        as -> {
          if (as != user) {
            event.json.set("impersonatedUser", user(as));
          }
          event.decision(authorizer.decide(as, info.asked()));
        });
    if (!WRITES.contains(call.method()) || info.isSession()) {
      return event.follow(event.readable(request), answer);
    }
    return bodies
        .read(request.entity())
        .thenCompose(
            read ->
                switch (read) {
                  case Outcome.Rejected<byte[]>(Rejection why) ->
                      event.follow(request, same -> Router.reply(Replies.rejected(why)));
                  case Outcome.Done<byte[]>(byte[] bytes) -> {
                    event.asked(bytes);
                    HttpRequest whole =
                        request.withEntity(
                            HttpEntities.create(request.entity().getContentType(), bytes));
                    yield event.follow(event.readable(whole), answer);
                  }
                });
  }

  private static ObjectNode user(UserInfo user) {
    ObjectNode json = Json.object().put("username", user.name());
    if (!user.uid().isEmpty()) {
      json.put("uid", user.uid());
    }
    if (!user.groups().isEmpty()) {
      ArrayNode groups = json.putArray("groups");
      user.groups().forEach(groups::add);
    }
    if (!user.extra().isEmpty()) {
      ObjectNode extra = json.putObject("extra");
      user.extra().forEach((key, values) -> values.forEach(extra.putArray(key)::add));
    }
    return json;
  }

  /** What is known of one request so far. Its steps follow each other, on whatever threads. */
  private final class Event {
    private final AuditPolicy.Rule rule;
    private final Call call;
    private final Optional<RequestPath> path;
    private final RequestInfo info;
    private final String id;
    private final ObjectNode json;

    Event(AuditPolicy.Rule rule, Call call, Optional<RequestPath> path, RequestInfo info) {
      this.rule = rule;
      this.call = call;
      this.path = path;
      this.info = info;
      String given = call.header(ID);
      this.id =
          given.isEmpty() || given.length() > LONGEST_ID ? UUID.randomUUID().toString() : given;
      this.json = Json.object().put("kind", "Event").put("apiVersion", "audit.k8s.io/v1");
      json.put("level", rule.level().word()).put("auditID", id).put("stage", "");
      json.put("requestURI", uri());
      json.put(
          "verb",
          switch (info.asked()) {
            case Attributes.Resource resource -> resource.verb();
            case Attributes.Path asked -> asked.verb();
          });
      json.putObject("user");
      json.set("sourceIPs", sources());
      String agent = call.header("User-Agent");
      if (!agent.isEmpty()) {
        json.put(
            "userAgent",
            agent.length() > LONGEST_AGENT
                ? agent.substring(0, LONGEST_AGENT) + "...TRUNCATED"
                : agent);
      }
      path.ifPresent(this::reference);
      json.put("requestReceivedTimestamp", now());
    }

    private String uri() {
      var uri = call.request().getUri();
      return uri.path() + uri.rawQueryString().map(query -> "?" + query).orElse("");
    }

    private ArrayNode sources() {
      List<String> addresses = new ArrayList<>();
      for (String one : call.header("X-Forwarded-For").split(",", -1)) {
        addresses.add(one.strip());
      }
      addresses.add(call.header("X-Real-Ip").strip());
      call.request()
          .getAttribute(AttributeKeys.remoteAddress)
          .flatMap(RemoteAddress::getAddress)
          .map(InetAddress::getHostAddress)
          .ifPresent(addresses::add);
      ArrayNode sources = Json.mapper().createArrayNode();
      addresses.stream().filter(one -> !one.isEmpty()).distinct().forEach(sources::add);
      return sources;
    }

    private void reference(RequestPath where) {
      ObjectNode reference = json.putObject("objectRef");
      put(reference, "resource", where.resource());
      put(
          reference,
          "namespace",
          info.asked() instanceof Attributes.Resource asked ? asked.namespace() : "");
      put(reference, "name", where.name());
      put(reference, "apiGroup", where.group());
      put(reference, "apiVersion", where.version());
      put(reference, "subresource", where.subresource());
    }

    private static void put(ObjectNode node, String field, String value) {
      if (!value.isEmpty() && !node.has(field)) {
        node.put(field, value);
      }
    }

    private String now() {
      Instant now = clock.instant();
      return MICROS.format(now);
    }

    /** The request as those behind know it, who may have something to note. */
    private HttpRequest noted(HttpRequest request) {
      AuditNotes notes = (key, value) -> json.withObject("annotations").put(key, value);
      return request.addAttribute(Call.NOTES, notes);
    }

    void decision(Decision decision) {
      ObjectNode annotations = json.putObject("annotations");
      switch (decision) {
        case Decision.Allowed(String reason) -> decided(annotations, "allow", reason);
        case Decision.NotAllowed(String reason) -> decided(annotations, "forbid", reason);
        case Decision.Unknown unknown -> decided(annotations, "forbid", "");
      }
    }

    private static void decided(ObjectNode annotations, String decision, String reason) {
      annotations.put("authorization.k8s.io/decision", decision);
      annotations.put("authorization.k8s.io/reason", reason);
    }

    /** Without compression, if the answer's object is wanted. */
    HttpRequest readable(HttpRequest request) {
      return rule.level() == Level.REQUEST_RESPONSE
          ? request.removeHeader("Accept-Encoding")
          : request;
    }

    void asked(byte[] bytes) {
      Optional<JsonNode> object = bytes.length == 0 ? Optional.empty() : decoded(bytes);
      if (call.method().equals("POST") || call.method().equals("PUT")) {
        object.ifPresent(this::completeReference);
      }
      if (rule.level().compareTo(Level.REQUEST) >= 0) {
        object.ifPresent(it -> json.set("requestObject", cleaned(it)));
      }
    }

    private void completeReference(JsonNode object) {
      if (json.path("objectRef") instanceof ObjectNode reference) {
        JsonNode metadata = object.path("metadata");
        put(reference, "name", metadata.path("name").asText(""));
        put(reference, "uid", metadata.path("uid").asText(""));
        put(reference, "resourceVersion", metadata.path("resourceVersion").asText(""));
      }
    }

    /** Empty for what nobody can read; the client is told so by whom it asked. */
    private Optional<JsonNode> decoded(byte[] bytes) {
      Optional<BodyReader.Expected> expected = expected();
      if (call.method().equals("PATCH") || expected.isEmpty()) {
        return switch (BodyReader.configuration(bytes, new ArrayList<>())) {
          case Outcome.Done<JsonNode>(JsonNode patch) -> Optional.of(patch);
          case Outcome.Rejected<JsonNode> unreadable -> Optional.empty();
        };
      }
      return switch (BodyReader.format(call.contentType())
          .flatMap(format -> BodyReader.object(bytes, format, expected.get()))) {
        case Outcome.Done<Body>(Body body) -> Optional.of(body.object());
        case Outcome.Rejected<Body> unreadable -> Optional.empty();
      };
    }

    private Optional<BodyReader.Expected> expected() {
      if (call.method().equals("DELETE")) {
        return Optional.of(DeleteOptionsBody.EXPECTED);
      }
      Optional<ResourceType> type =
          path.flatMap(
              it ->
                  backend
                      .api()
                      .catalog()
                      .find(new GroupVersionResource(it.group(), it.version(), it.resource())));
      return type.map(it -> BodyReader.Expected.at(it, path.get().subresource()));
    }

    private JsonNode cleaned(JsonNode object) {
      if (rule.omitManagedFields()) {
        JsonNode copy = object.deepCopy();
        unmanaged(copy);
        copy.path("items").forEach(Event::unmanaged);
        return copy;
      }
      return object;
    }

    private static void unmanaged(JsonNode object) {
      if (object.path("metadata") instanceof ObjectNode metadata) {
        metadata.remove("managedFields");
      }
    }

    CompletionStage<HttpResponse> follow(
        HttpRequest request, Function<HttpRequest, CompletionStage<HttpResponse>> answer) {
      CompletionStage<HttpResponse> response;
      try {
        response = answer.apply(noted(request));
      } catch (RuntimeException bug) {
        panic();
        throw bug;
      }
      return response.handle(
          (answered, failure) -> {
            if (failure != null) {
              panic();
              throw new CompletionException(failure);
            }
            return told(answered);
          });
    }

    private void panic() {
      json.set(
          "responseStatus",
          status(Statuses.of(new Rejection.InternalError("an error on the server")), FAILED));
      say(Stage.PANIC);
    }

    private HttpResponse told(HttpResponse response) {
      answered(response);
      boolean goesOn =
          info.isSession()
              || (info.asked() instanceof Attributes.Resource asked
                  && asked.verb().equals("watch"));
      if (goesOn) {
        say(Stage.RESPONSE_STARTED);
      }
      if (response.entity() instanceof HttpEntity.Chunked body) {
        return named(response.withEntity(body.transformDataBytes(followed(goesOn).asScala())));
      }
      say(Stage.RESPONSE_COMPLETE);
      return named(response);
    }

    /** The same body; at its end all has been said. */
    private Flow<ByteString, ByteString, Object> followed(boolean goesOn) {
      boolean wanted = rule.level() == Level.REQUEST_RESPONSE && !goesOn;
      List<ByteString> pieces = new ArrayList<>();
      return Flow.<ByteString>create()
          .map(
              piece -> {
                if (wanted) {
                  pieces.add(piece);
                }
                return piece;
              })
          .watchTermination(
              (before, end) -> {
                end.whenComplete(
                    (done, failure) -> {
                      ByteString whole = ByteString.emptyByteString();
                      for (ByteString piece : pieces) {
                        whole = whole.concat(piece);
                      }
                      if (wanted && failure == null) {
                        object(whole.toArrayUnsafe());
                      }
                      say(Stage.RESPONSE_COMPLETE);
                    });
                return (Object) before;
              });
    }

    void answered(HttpResponse response) {
      int code = response.status().intValue();
      ObjectNode status = Json.object();
      if (response.entity() instanceof HttpEntity.Strict body) {
        byte[] bytes = body.getData().toArrayUnsafe();
        boolean failed = code >= 400;
        if (failed && bytes.length > 0 && bytes[0] == '{') {
          status = Json.readObject(bytes);
        }
        if (rule.level() == Level.REQUEST_RESPONSE) {
          object(bytes);
        }
      }
      json.set("responseStatus", status(status, code));
    }

    private void object(byte[] bytes) {
      if (path.isPresent() && bytes.length > 0) {
        BodyReader.answer(bytes)
            .filter(JsonNode::isObject)
            .ifPresent(object -> json.set("responseObject", cleaned(object)));
      }
    }

    private static ObjectNode status(ObjectNode from, int code) {
      ObjectNode status = Json.object();
      status.putObject("metadata");
      for (String field : List.of("status", "message", "reason", "details")) {
        if (from.has(field)) {
          status.set(field, from.get(field));
        }
      }
      return status.put("code", code);
    }

    HttpResponse named(HttpResponse response) {
      List<HttpHeader> headers = new ArrayList<>();
      response
          .getHeaders()
          .forEach(
              header -> {
                if (!header.is("audit-id")) {
                  headers.add(header);
                }
              });
      headers.add(RawHeader.create(ID, id));
      return response.withHeaders(headers);
    }

    void say(Stage stage) {
      if (!rule.omitStages().contains(stage)) {
        json.put("stage", stage.word()).put("stageTimestamp", now());
        trail.log().write(Json.write(json));
      }
    }
  }
}
