package io.luotsi.http.routes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Authorizer;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.http.codec.Accepted;
import io.luotsi.http.codec.Encoding;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.discovery.Discovery;
import io.luotsi.http.discovery.ServedVersion;
import io.luotsi.http.metrics.ApiMetrics;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Everything that is no resource: discovery, OpenAPI, version, health and the list of paths. */
final class PathRoutes {
  static final HttpHeader VARY_ACCEPT = RawHeader.create("Vary", "Accept");

  private static final Rejection LATER =
      new Rejection.TooManyRequests("no leader answers now", Duration.ofSeconds(1));

  private final Backend backend;
  private final OpenApiRoutes openApi = new OpenApiRoutes();
  private final Measures measures;

  PathRoutes(Backend backend) {
    this.backend = backend;
    this.measures = new Measures(backend.metrics());
  }

  CompletionStage<HttpResponse> handle(Call call) {
    return measures.path(call, () -> answer(call));
  }

  private CompletionStage<HttpResponse> answer(Call call) {
    Optional<Rejection> refusal =
        backend
            .authorizer()
            .authorize(
                call.user(),
                new Authorizer.Attributes.Path(
                    call.method().toLowerCase(Locale.ROOT), call.path()));
    if (refusal.isPresent()) {
      return Router.reply(Replies.rejected(refusal.get()));
    }
    Optional<LocalPage> page =
        backend.pages().stream().filter(one -> one.path().equals(call.path())).findFirst();
    if (call.method().equals("POST") && page.orElse(null) instanceof LocalPage.Desk desk) {
      return act(call, desk);
    }
    boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
    if (!reads && (page.isPresent() || takesGetOnly(call))) {
      return Router.reply(Replies.rejected(new Rejection.NoSuchMethod()));
    }
    return page.map(found -> localPage(call, found)).orElseGet(() -> Router.reply(get(call)));
  }

  /** Upstream's tables of paths know methods; what else it serves it serves whatever the method. */
  private boolean takesGetOnly(Call call) {
    List<String> path = call.segments();
    return switch (path.isEmpty() ? "" : path.getFirst()) {
      case "api" -> path.size() <= 2;
      case "apis" -> path.size() == 3 && isBuiltIn(backend.api().catalog(), path.get(1));
      case "version" -> path.size() == 1;
      default -> false;
    };
  }

  private static boolean isBuiltIn(Catalog catalog, String group) {
    return catalog.types().stream()
        .anyMatch(type -> type.kind().group().equals(group) && type.custom().isEmpty());
  }

  /**
   * What is answered where there is nothing: a Status below what upstream has a table of paths for,
   * text anywhere else.
   */
  static HttpResponse nothingAt(Catalog catalog, List<String> path) {
    boolean below =
        switch (path.isEmpty() ? "" : path.getFirst()) {
          case "api", "version" -> true;
          case "apis" -> path.size() > 1 && isBuiltIn(catalog, path.get(1));
          default -> false;
        };
    return below ? Replies.rejected(new Rejection.NoSuchResource()) : Replies.pageNotFound();
  }

  private static CompletionStage<HttpResponse> act(Call call, LocalPage.Desk desk) {
    if (!call.request().entity().isKnownEmpty()) {
      return Router.reply(Replies.rejected(new Rejection.BadRequest("no body is taken here")));
    }
    return desk.action().apply(call.query()).thenApply(answer -> own(call, answer));
  }

  private static CompletionStage<HttpResponse> localPage(Call call, LocalPage page) {
    return switch (page) {
      case LocalPage.Document(String path, Supplier<ObjectNode> document) ->
          Router.reply(own(call, document.get()));
      case LocalPage.Desk desk -> Router.reply(own(call, desk.document().get()));
      case LocalPage.Fixed fixed ->
          Router.reply(Replies.of(200, ContentTypes.parse(fixed.mediaType()), fixed.body()));
      case LocalPage.Download(String path, Supplier<CompletionStage<Iterator<byte[]>>> pieces) ->
          pieces
              .get()
              .handle((all, failure) -> failure == null ? download(all) : Replies.rejected(LATER));
    };
  }

  private static HttpResponse download(Iterator<byte[]> pieces) {
    return Replies.of(
        200,
        HttpEntities.createChunked(
            ContentTypes.APPLICATION_OCTET_STREAM,
            Source.fromIterator(() -> pieces).map(ByteString::fromArray)),
        List.of());
  }

  private HttpResponse get(Call call) {
    List<String> path = call.segments();
    Catalog catalog = backend.api().catalog();
    return switch (path.isEmpty() ? "" : path.getFirst()) {
      case "" -> indented(call, paths(catalog));
      case "version" ->
          path.size() == 1 ? indented(call, ServedVersion.document()) : nothingAt(catalog, path);
      case "metrics" -> path.size() == 1 ? metrics(call) : Replies.pageNotFound();
      case "healthz", "livez", "readyz" -> Health.answer(backend.health(), path, call.query());
      case "api" -> api(call, catalog, path);
      case "apis" -> apis(call, catalog, path);
      case "openapi" -> openApi.get(call, catalog, path.subList(1, path.size()));
      default -> Replies.pageNotFound();
    };
  }

  private HttpResponse metrics(Call call) {
    ApiMetrics.Exposition exposition = backend.metrics().expose(call.header("Accept"));
    return Replies.compressible(
        200,
        ContentTypes.parse(exposition.contentType()),
        exposition.body(),
        call.acceptsGzip(),
        List.of());
  }

  private static HttpResponse api(Call call, Catalog catalog, List<String> path) {
    return switch (path.size()) {
      case 1 ->
          root(
              call,
              () -> Discovery.coreVersions(call.header("Host")),
              form -> Discovery.aggregatedCore(catalog, form));
      case 2 -> found(call, catalog, Discovery.resources(catalog, "", path.get(1)));
      default -> nothingAt(catalog, path);
    };
  }

  private static HttpResponse apis(Call call, Catalog catalog, List<String> path) {
    return switch (path.size()) {
      case 1 ->
          root(
              call,
              () -> Discovery.groups(catalog),
              form -> Discovery.aggregatedGroups(catalog, form));
      case 2 -> found(call, catalog, Discovery.group(catalog, path.get(1)));
      case 3 -> found(call, catalog, Discovery.resources(catalog, path.get(1), path.get(2)));
      default -> nothingAt(catalog, path);
    };
  }

  private static HttpResponse found(Call call, Catalog catalog, Optional<ObjectNode> document) {
    return document
        .map(json -> json(call, json, Accepted.PLAIN))
        .orElseGet(() -> nothingAt(catalog, call.segments()));
  }

  private static HttpResponse root(
      Call call,
      Supplier<ObjectNode> legacy,
      java.util.function.Function<Discovery.Aggregated, ObjectNode> aggregated) {
    return switch (call.accepted(Accepted.OF_DISCOVERY)) {
      case Outcome.Rejected<Accepted>(Rejection why) -> Replies.rejected(why);
      case Outcome.Done<Accepted>(Accepted accepted) ->
          switch (accepted.shape()) {
            case DISCOVERY_V2 -> tagged(call, accepted, aggregated.apply(Discovery.Aggregated.V2));
            case DISCOVERY_V2_BETA1 ->
                tagged(call, accepted, aggregated.apply(Discovery.Aggregated.V2_BETA1));
            case OBJECT, TABLE, PARTIAL_METADATA, PARTIAL_METADATA_LIST ->
                whole(call, accepted, legacy.get(), List.of(VARY_ACCEPT));
          };
    };
  }

  /** What only we have, which no message is made for. */
  private static HttpResponse own(Call call, ObjectNode document) {
    return json(call, document, Accepted.PLAIN.withoutProtobuf());
  }

  private static HttpResponse json(Call call, ObjectNode document, Accepted.Offer offer) {
    return switch (call.accepted(offer)) {
      case Outcome.Rejected<Accepted>(Rejection why) -> Replies.rejected(why);
      case Outcome.Done<Accepted>(Accepted accepted) -> whole(call, accepted, document, List.of());
    };
  }

  /** For people, whatever the client says that it would take. */
  private static HttpResponse indented(Call call, ObjectNode document) {
    Accepted accepted = new Accepted(Accepted.Format.JSON, Accepted.Shape.OBJECT, true);
    return whole(call, accepted, document, List.of());
  }

  private static HttpResponse whole(
      Call call, Accepted accepted, ObjectNode document, List<HttpHeader> headers) {
    return Replies.compressible(
        200,
        Replies.contentType(accepted),
        Encoding.encode(document, accepted),
        call.acceptsGzip(),
        headers);
  }

  /** An aggregated document; clients keep it and ask whether it is still the same. */
  private static HttpResponse tagged(Call call, Accepted accepted, ObjectNode document) {
    String etag = Discovery.etag(document);
    List<HttpHeader> headers = List.of(RawHeader.create("ETag", etag), VARY_ACCEPT);
    if (call.header("If-None-Match").equals(etag)) {
      return Replies.of(304, HttpEntities.EMPTY, headers);
    }
    ContentType type = ContentTypes.parse(accepted.shape().contentType(accepted.format()));
    return Replies.compressible(
        200, type, Encoding.encode(document, accepted), call.acceptsGzip(), headers);
  }

  private ObjectNode paths(Catalog catalog) {
    Set<String> paths =
        new TreeSet<>(
            List.of("/api", "/apis", "/metrics", "/openapi/v2", "/openapi/v3", "/version"));
    catalog
        .types()
        .forEach(
            type -> {
              String group = type.kind().group();
              if (group.isEmpty()) {
                paths.add("/api/" + type.kind().version());
              } else {
                paths.add("/apis/" + group);
                paths.add("/apis/" + group + "/" + type.kind().version());
              }
            });
    for (LocalPage page : backend.pages()) {
      if (page instanceof LocalPage.Fixed fixed) {
        paths.add(fixed.path());
      }
    }
    for (String health : List.of("/healthz", "/livez", "/readyz")) {
      paths.add(health);
      Health.checks(backend.health(), health.substring(1))
          .forEach(check -> paths.add(health + "/" + check.name()));
    }
    ObjectNode json = Json.object();
    ArrayNode list = json.putArray("paths");
    paths.forEach(list::add);
    return json;
  }
}
