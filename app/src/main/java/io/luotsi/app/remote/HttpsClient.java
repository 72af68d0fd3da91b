package io.luotsi.app.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StageFailure;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.StatusReader;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.store.WatchCursor;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * The {@link ApiClient} of one user over HTTPS, whose certificate says who that is. Answers and
 * refusals are those of {@code PipelineClient}.
 *
 * <p>Several servers are one to its callers. What has not been sent for certain, and every read, is
 * sent to the next server when one fails; a write whose outcome is not known is answered with
 * {@code Timeout} and never sent again. While no server answers, a request waits for {@link
 * #WAIT_FOR_SERVER} and is then answered with {@code TooManyRequests}: certainly not done. A watch
 * ends with its connection, and is to be resumed.
 */
public final class HttpsClient implements ApiClient, AutoCloseable {
  /** How long a request waits while no server answers. */
  public static final Duration WAIT_FOR_SERVER = Duration.ofSeconds(5);

  /** Requests under way at once, watches aside; servers allow a connection 250 streams. */
  static final int AT_ONCE = 128;

  /** Requests that may wait for their turn; further ones are told to come back. */
  static final int WAITING_AT_MOST = 10_000;

  private static final int ATTEMPTS = 4;
  private static final int OK = 200;
  private static final int MULTIPLE_CHOICES = 300;
  private static final Duration COME_BACK_AFTER = Duration.ofSeconds(1);

  /** Resources of which a deletion is answered with the object, and not with a Status. */
  private static final Set<String> ANSWERED_WITH_OBJECT = Set.of("pods");

  /** What is sent to a server, and read of its answer. */
  private record Answer(int code, byte[] body) {}

  private final Servers servers;
  private final ExecutorService executor;
  private final Catalog catalog;
  private final String writeOptions;
  private final Turnstile turnstile = new Turnstile(AT_ONCE, WAITING_AT_MOST);

  private HttpsClient(
      Servers servers, ExecutorService executor, Catalog catalog, String fieldManager) {
    this.servers = servers;
    this.executor = executor;
    this.catalog = catalog;
    // Our own code writes what it read, so there is nobody to warn of unknown fields.
    this.writeOptions =
        "?fieldManager=" + Request.encoded(fieldManager) + "&fieldValidation=Ignore";
  }

  /**
   * Begins to look for a server that answers, and returns at once.
   *
   * @param addresses host and port of each server, the one to begin with first; at least one
   * @param tls shows the user's certificate and trusts the cluster's authority
   * @param fieldManager what managedFields calls the user
   * @param catalog says which fields of objects are kept in their index
   */
  public static HttpsClient open(
      List<String> addresses, SSLContext tls, String fieldManager, Catalog catalog) {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    return new HttpsClient(
        Servers.start(addresses, tls, executor), executor, catalog, fieldManager);
  }

  /** Ends the watches and fails what is under way. */
  @Override
  public void close() {
    servers.close();
    executor.shutdown();
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> get(GroupVersionResource resource, ObjectKey key) {
    return object(resource, Request.get(Request.object(resource, key, "")));
  }

  @Override
  public CompletionStage<Outcome<ObjectList>> list(
      GroupVersionResource resource, Selection selection) {
    Request request =
        Request.get(
            Request.collection(resource, selection.namespace().orElse(""))
                + Request.query(selection));
    return ask(
        request,
        answer -> {
          try {
            return Outcome.done(ObjectSlices.list(answer.body(), fields(resource)));
          } catch (IOException e) {
            return unintelligible(request, e);
          }
        });
  }

  @Override
  public CompletionStage<Outcome<WatchCursor>> watch(
      GroupVersionResource resource, Selection selection, long fromVersion) {
    if (fromVersion < 1) {
      throw new IllegalArgumentException("a watch starts from a list's version");
    }
    String selected = Request.query(selection);
    Request request =
        Request.get(
            Request.collection(resource, selection.namespace().orElse(""))
                + selected
                + (selected.isEmpty() ? "?" : "&")
                + "watch=true&allowWatchBookmarks=true&resourceVersion="
                + fromVersion);
    Exchange<Outcome<WatchCursor>> exchange =
        connection ->
            connection
                .send(request, follower(resource, fromVersion, connection))
                .thenApply(HttpResponse::body);
    return attempt(request, exchange, 1);
  }

  /** Follows a stream of events; reads anything else as what it is. */
  private BodyHandler<Outcome<WatchCursor>> follower(
      GroupVersionResource resource, long fromVersion, ServerConnection connection) {
    return head ->
        head.statusCode() == OK
            ? BodySubscribers.mapping(
                new RemoteCursor(fields(resource), fromVersion, connection), Outcome::done)
            : BodySubscribers.mapping(
                BodySubscribers.ofByteArray(),
                body -> Outcome.rejected(refusal(new Answer(head.statusCode(), body))));
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> create(
      GroupVersionResource resource, String namespace, ObjectNode body) {
    return write(resource, "POST", Request.collection(resource, namespace), Request.JSON, body);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> createSubresource(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body) {
    Request request =
        Request.send(
            "POST", Request.object(resource, key, subresource) + writeOptions, Request.JSON, body);
    return ask(request, Outcome::done)
        .thenCompose(
            outcome ->
                switch (outcome) {
                  // Of what is stored so the server gives no object.
                  case Outcome.Done<Answer>(Answer answer) when isStatus(answer) ->
                      get(resource, key);
                  case Outcome.Done<Answer>(Answer answer) ->
                      CompletableFuture.completedFuture(
                          Outcome.done(StoredObject.answer(Json.readObject(answer.body()))));
                  case Outcome.Rejected<Answer>(Rejection why) ->
                      CompletableFuture.completedFuture(Outcome.rejected(why));
                });
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> update(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body) {
    return write(resource, "PUT", Request.object(resource, key, subresource), Request.JSON, body);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> patch(
      GroupVersionResource resource,
      ObjectKey key,
      String subresource,
      PatchType type,
      JsonNode patch) {
    return write(
        resource, "PATCH", Request.object(resource, key, subresource), type.mediaType(), patch);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> delete(
      GroupVersionResource resource, ObjectKey key, DeleteOptions options) {
    if (ANSWERED_WITH_OBJECT.contains(resource.groupResource().toString())) {
      return object(resource, deletion(resource, key, options));
    }
    // Of others, the answer does not show what is gone: it is looked at before.
    return get(resource, key)
        .thenCompose(
            outcome ->
                switch (outcome) {
                  case Outcome.Rejected<StoredObject> refused ->
                      CompletableFuture.completedFuture(refused);
                  case Outcome.Done<StoredObject>(StoredObject before) ->
                      ask(
                          deletion(resource, key, options),
                          answer ->
                              isStatus(answer) ? Outcome.done(before) : parse(resource, answer));
                });
  }

  private static Request deletion(
      GroupVersionResource resource, ObjectKey key, DeleteOptions options) {
    ObjectNode body = Json.object().put("apiVersion", "v1").put("kind", "DeleteOptions");
    options.gracePeriodSeconds().ifPresent(seconds -> body.put("gracePeriodSeconds", seconds));
    options.propagation().ifPresent(policy -> body.put("propagationPolicy", word(policy)));
    if (options.uid().isPresent() || options.resourceVersion().isPresent()) {
      ObjectNode preconditions = body.putObject("preconditions");
      options.uid().ifPresent(uid -> preconditions.put("uid", uid));
      options.resourceVersion().ifPresent(seen -> preconditions.put("resourceVersion", seen));
    }
    return Request.send("DELETE", Request.object(resource, key, ""), Request.JSON, body);
  }

  private static String word(Propagation policy) {
    String name = policy.name();
    return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
  }

  private static boolean isStatus(Answer answer) {
    return Json.readObject(answer.body()).path("kind").asText().equals("Status");
  }

  private CompletionStage<Outcome<StoredObject>> write(
      GroupVersionResource resource, String method, String path, String mediaType, JsonNode body) {
    return object(resource, Request.send(method, path + writeOptions, mediaType, body));
  }

  private CompletionStage<Outcome<StoredObject>> object(
      GroupVersionResource resource, Request request) {
    return ask(request, answer -> parse(resource, answer));
  }

  private Outcome<StoredObject> parse(GroupVersionResource resource, Answer answer) {
    try {
      return Outcome.done(StoredObject.parse(answer.body(), fields(resource)));
    } catch (IllegalArgumentException e) {
      return Outcome.rejected(new Rejection.InternalError("no object: " + e.getMessage()));
    }
  }

  private SelectableFields fields(GroupVersionResource resource) {
    return catalog.find(resource).map(ResourceType::selectable).orElse(SelectableFields.NONE);
  }

  /**
   * @param read what an answer that is no refusal means
   */
  private <T> CompletionStage<Outcome<T>> ask(Request request, Function<Answer, Outcome<T>> read) {
    Exchange<Outcome<T>> exchange =
        connection ->
            connection
                .send(request, BodyHandlers.ofByteArray())
                .thenApplyAsync(
                    response -> {
                      Answer answer = new Answer(response.statusCode(), response.body());
                      return answer.code() >= OK && answer.code() < MULTIPLE_CHOICES
                          ? read.apply(answer)
                          : Outcome.rejected(refusal(answer));
                    },
                    executor);
    return turnstile.pass(
        () -> attempt(request, exchange, 1),
        () -> busy("more than " + WAITING_AT_MOST + " requests wait"));
  }

  /** One try of a request on one connection. */
  @FunctionalInterface
  private interface Exchange<T> {
    CompletableFuture<T> on(ServerConnection connection);
  }

  private <T> CompletionStage<Outcome<T>> attempt(
      Request request, Exchange<Outcome<T>> exchange, int number) {
    return servers
        .current()
        .orTimeout(WAIT_FOR_SERVER.toMillis(), TimeUnit.MILLISECONDS)
        .handle((connection, nobody) -> Optional.ofNullable(connection))
        .thenCompose(
            found ->
                found
                    .<CompletionStage<Outcome<T>>>map(
                        connection -> attempt(request, exchange, number, connection))
                    .orElseGet(
                        () ->
                            CompletableFuture.completedFuture(
                                busy("none of the API's servers answers"))));
  }

  private <T> CompletionStage<Outcome<T>> attempt(
      Request request, Exchange<Outcome<T>> exchange, int number, ServerConnection connection) {
    return exchange
        .on(connection)
        .handle(
            (outcome, failure) -> {
              if (failure == null) {
                return CompletableFuture.<Outcome<T>>completedStage(outcome);
              }
              Throwable cause = StageFailure.cause(failure);
              boolean broken = cause instanceof IOException;
              if (broken) {
                servers.suspect(connection);
              }
              boolean again = request.repeatable() || ServerConnection.unsent(cause);
              return broken && again && number < ATTEMPTS
                  ? attempt(request, exchange, number + 1)
                  : this.<T>given(request, cause);
            })
        .thenCompose(Function.identity());
  }

  private <T> CompletionStage<Outcome<T>> given(Request request, Throwable cause) {
    return switch (cause) {
      case TimeoutException e ->
          CompletableFuture.completedFuture(
              Outcome.rejected(
                  new Rejection.Timeout(
                      "no answer within " + ServerConnection.EXCHANGE.toSeconds() + " s")));
      case IOException e when request.repeatable() || ServerConnection.unsent(e) ->
          CompletableFuture.completedFuture(busy("the API's servers fail: " + e.getMessage()));
      case IOException e ->
          CompletableFuture.completedFuture(
              Outcome.rejected(
                  new Rejection.Timeout("the connection broke before the answer came")));
      default -> CompletableFuture.failedFuture(cause);
    };
  }

  private static <T> Outcome<T> busy(String why) {
    return Outcome.rejected(new Rejection.TooManyRequests(why, COME_BACK_AFTER));
  }

  private static Rejection refusal(Answer answer) {
    JsonNode status;
    try {
      status = Json.readObject(answer.body());
    } catch (IllegalArgumentException e) {
      status = MissingNode.getInstance(); // not from an API server
    }
    return StatusReader.read(answer.code(), status);
  }

  private static <T> Outcome<T> unintelligible(Request request, IOException why) {
    return Outcome.rejected(
        new Rejection.InternalError(
            "the answer to " + request.path() + " makes no sense: " + why.getMessage()));
  }
}
