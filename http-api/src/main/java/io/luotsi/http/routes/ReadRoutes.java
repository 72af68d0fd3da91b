package io.luotsi.http.routes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api;
import io.luotsi.core.apiserver.Api.ListOptions;
import io.luotsi.core.apiserver.Api.Page;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WatchOptions;
import io.luotsi.core.apiserver.Api.WatchStart;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.http.codec.Accepted;
import io.luotsi.http.codec.Accepted.Shape;
import io.luotsi.http.codec.Encoding;
import io.luotsi.http.codec.ListBody;
import io.luotsi.http.codec.PartialMetadata;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.table.Tables;
import io.luotsi.http.watch.EventFormat;
import io.luotsi.http.watch.Frames;
import io.luotsi.http.watch.RecentlyEncoded;
import io.luotsi.http.watch.WatchStream;
import io.luotsi.http.watch.WatchTimes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Get, list and watch: stored bytes to the shape and format that the client accepts. */
final class ReadRoutes {
  private static final Rejection UNSTREAMABLE =
      new Rejection.NotAcceptable(
          "only the following media types are accepted: application/json;stream=watch,"
              + " application/vnd.kubernetes.protobuf;stream=watch");

  private final Api api;
  private final InstantSource clock;
  private final WatchTimes times;
  private final RecentlyEncoded recentObjects = new RecentlyEncoded();
  private final RecentlyEncoded recentMetadata = new RecentlyEncoded();

  ReadRoutes(Api api, InstantSource clock, WatchTimes times) {
    this.api = api;
    this.clock = clock;
    this.times = times;
  }

  CompletionStage<HttpResponse> get(Call call, Target target) {
    Outcome<Accepted> accepted = call.accepted(Accepted.OF_OBJECTS.of(target.type()));
    Outcome<OptionalLong> version = Options.version(call.query());
    return switch (accepted.flatMap(a -> version.map(v -> new Asked<>(a, v)))) {
      case Outcome.Rejected<Asked<OptionalLong>>(Rejection why) ->
          Router.reply(Replies.rejected(why));
      case Outcome.Done<Asked<OptionalLong>>(Asked<OptionalLong> asked) ->
          api.get(target, asked.options())
              .thenApply(
                  outcome ->
                      switch (outcome) {
                        case Outcome.Rejected<StoredObject>(Rejection why) -> Replies.rejected(why);
                        case Outcome.Done<StoredObject>(StoredObject object) ->
                            object(call, target, object, asked.accepted());
                      });
    };
  }

  CompletionStage<HttpResponse> list(Call call, Target target) {
    Outcome<Accepted> accepted = call.accepted(Accepted.OF_LISTS.of(target.type()));
    Outcome<ListOptions> options = Options.list(call.query());
    return switch (accepted.flatMap(a -> options.map(o -> new Asked<>(a, o)))) {
      case Outcome.Rejected<Asked<ListOptions>>(Rejection why) ->
          Router.reply(Replies.rejected(why));
      case Outcome.Done<Asked<ListOptions>>(Asked<ListOptions> asked) ->
          api.list(target, asked.options())
              .thenApply(
                  outcome ->
                      switch (outcome) {
                        case Outcome.Rejected<Page>(Rejection why) -> Replies.rejected(why);
                        case Outcome.Done<Page>(Page page) ->
                            page(call, target, page, asked.accepted());
                      });
    };
  }

  CompletionStage<HttpResponse> watch(Call call, Target target) {
    Outcome<Accepted> accepted = call.accepted(Accepted.OF_OBJECTS.of(target.type()));
    Outcome<WatchOptions> options = Options.watch(call.query());
    Outcome<OptionalLong> timeout = call.query().integer("timeoutSeconds");
    return switch (accepted.flatMap(a -> options.map(o -> new Asked<>(a, o)))) {
      case Outcome.Rejected<Asked<WatchOptions>>(Rejection why) ->
          Router.reply(Replies.rejected(why));
      case Outcome.Done<Asked<WatchOptions>>(Asked<WatchOptions> asked) ->
          switch (timeout) {
            case Outcome.Rejected<OptionalLong>(Rejection why) ->
                Router.reply(Replies.rejected(why));
            case Outcome.Done<OptionalLong>(OptionalLong seconds) ->
                switch (asked.accepted().format()) {
                  case JSON -> watch(call, target, asked, EventFormat.JSON, seconds);
                  case PROTOBUF -> watch(call, target, asked, EventFormat.PROTOBUF, seconds);
                  case YAML -> Router.reply(Replies.rejected(UNSTREAMABLE));
                };
          };
    };
  }

  private record Asked<T>(Accepted accepted, T options) {}

  private CompletionStage<HttpResponse> watch(
      Call call,
      Target target,
      Asked<WatchOptions> asked,
      EventFormat format,
      OptionalLong timeoutSeconds) {
    WatchStream.Pace pace = pace(call.query(), timeoutSeconds);
    Shape shape = asked.accepted().shape();
    return api.watch(target, asked.options())
        .thenApply(
            outcome ->
                switch (outcome) {
                  case Outcome.Done<WatchStart>(WatchStart start) -> {
                    Frames frames = frames(call, target, shape, format);
                    WatchStream stream = new WatchStream(start, frames, pace);
                    yield stream(call, Source.fromGraph(stream), format);
                  }
                  // As upstream: too old a version is told inside the stream.
                  case Outcome.Rejected<WatchStart>(Rejection.Expired why) ->
                      stream(call, Source.single(WatchStream.error(why, format)), format);
                  case Outcome.Rejected<WatchStart>(Rejection why) -> Replies.rejected(why);
                });
  }

  private WatchStream.Pace pace(Query query, OptionalLong timeoutSeconds) {
    long asked = timeoutSeconds.orElse(0);
    Duration lifetime =
        asked > 0
            ? Duration.ofSeconds(Math.min(asked, Duration.ofDays(365).toSeconds()))
            : times
                .lifetime()
                .plusMillis(
                    ThreadLocalRandom.current().nextLong(Math.max(1, times.lifetime().toMillis())));
    boolean bookmarks = query.flag("allowWatchBookmarks");
    return new WatchStream.Pace(bookmarks, times.bookmarkEvery(), lifetime);
  }

  private static HttpResponse stream(
      Call call, Source<ByteString, NotUsed> frames, EventFormat format) {
    Optional<WebSocketUpgrade> upgrade =
        call.request().getAttribute(AttributeKeys.webSocketUpgrade);
    if (upgrade.isPresent()) {
      return upgrade.get().handleMessagesWith(WatchStream.overWebSocket(frames, format));
    }
    return Replies.of(200, HttpEntities.createChunked(format.contentType(), frames), List.of());
  }

  private Frames frames(Call call, Target target, Shape shape, EventFormat format) {
    ResourceType type = target.type();
    ObjectNode typeMeta =
        Json.object().put("kind", type.kind().kind()).put("apiVersion", type.kind().apiVersion());
    return switch (shape) {
      case TABLE -> {
        Function<StoredObject, byte[]> rows = tables(call, target).events();
        ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        yield new Frames(
            format, rows, (version, end) -> tableBookmark(table, typeMeta, version, end));
      }
      case PARTIAL_METADATA, PARTIAL_METADATA_LIST -> {
        ObjectNode partial =
            Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        yield frames(format, partial, recentMetadata, object -> PartialMetadata.of(object.json()));
      }
      case OBJECT, DISCOVERY_V2, DISCOVERY_V2_BETA1 ->
          frames(format, typeMeta, recentObjects, StoredObject::json);
    };
  }

  /**
   * @param typeMeta of the objects
   * @param json of an object
   */
  private static Frames frames(
      EventFormat format,
      ObjectNode typeMeta,
      RecentlyEncoded recent,
      Function<StoredObject, byte[]> json) {
    Function<StoredObject, byte[]> encode = object -> format.encode(json.apply(object));
    return new Frames(
        format,
        format == EventFormat.JSON ? json : object -> recent.get(object, encode),
        (version, end) -> format.encode(bookmark(typeMeta, version, end)));
  }

  private static byte[] bookmark(ObjectNode typeMeta, long version, boolean endOfInitialEvents) {
    return Json.write(bookmarkObject(typeMeta, version, endOfInitialEvents));
  }

  private static ObjectNode bookmarkObject(
      ObjectNode typeMeta, long version, boolean endOfInitialEvents) {
    ObjectNode object = typeMeta.deepCopy();
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("resourceVersion", Long.toString(version)).putNull("creationTimestamp");
    if (endOfInitialEvents) {
      metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
    }
    return object;
  }

  private static byte[] tableBookmark(
      ObjectNode table, ObjectNode typeMeta, long version, boolean endOfInitialEvents) {
    ObjectNode whole = table.deepCopy();
    whole.putObject("metadata").put("resourceVersion", Long.toString(version));
    whole.putArray("columnDefinitions");
    ObjectNode row = whole.putArray("rows").addObject();
    row.putArray("cells");
    row.set("object", bookmarkObject(typeMeta, version, endOfInitialEvents));
    return Json.write(whole);
  }

  private Tables tables(Call call, Target target) {
    Tables.Include include =
        switch (call.query().text("includeObject")) {
          case "None" -> Tables.Include.NONE;
          case "Object" -> Tables.Include.OBJECT;
          default -> Tables.Include.METADATA;
        };
    return new Tables(Tables.columns(target), include, clock);
  }

  private HttpResponse object(Call call, Target target, StoredObject object, Accepted accepted) {
    byte[] json =
        switch (accepted.shape()) {
          case TABLE -> tables(call, target).single(object);
          case PARTIAL_METADATA, PARTIAL_METADATA_LIST -> PartialMetadata.of(object.json());
          case OBJECT, DISCOVERY_V2, DISCOVERY_V2_BETA1 -> object.json();
        };
    return Replies.compressible(
        200,
        Replies.contentType(accepted),
        Encoding.encode(json, accepted),
        call.acceptsGzip(),
        List.of());
  }

  private HttpResponse page(Call call, Target target, Page page, Accepted accepted) {
    ResourceType type = target.type();
    ListBody body =
        switch (accepted.shape()) {
          case TABLE -> tables(call, target).list(metadata(page));
          case PARTIAL_METADATA, PARTIAL_METADATA_LIST ->
              list(
                  "meta.k8s.io/v1",
                  "PartialObjectMetadataList",
                  page,
                  object -> PartialMetadata.of(object.json()));
          case OBJECT, DISCOVERY_V2, DISCOVERY_V2_BETA1 ->
              list(type.kind().apiVersion(), type.kind().kind() + "List", page, StoredObject::json);
        };
    return body.respond(accepted, page.items(), call.acceptsGzip());
  }

  /** The list of a type's objects as its stored bytes; also what a deletion of many answers. */
  static ListBody objects(ResourceType type, Page page) {
    return list(type.kind().apiVersion(), type.kind().kind() + "List", page, StoredObject::json);
  }

  private static ListBody list(
      String apiVersion, String kind, Page page, Function<StoredObject, byte[]> item) {
    ObjectNode head = Json.object().put("kind", kind).put("apiVersion", apiVersion);
    head.set("metadata", metadata(page));
    byte[] whole = Json.write(head);
    byte[] items = ",\"items\":[".getBytes(StandardCharsets.US_ASCII);
    byte[] start = new byte[whole.length - 1 + items.length];
    System.arraycopy(whole, 0, start, 0, whole.length - 1);
    System.arraycopy(items, 0, start, whole.length - 1, items.length);
    return new ListBody(start, new byte[] {','}, "]}".getBytes(StandardCharsets.US_ASCII), item);
  }

  private static ObjectNode metadata(Page page) {
    ObjectNode metadata = Json.object();
    if (page.version() > 0) { // what is stored nowhere has none
      metadata.put("resourceVersion", Long.toString(page.version()));
    }
    if (!page.continueToken().isEmpty()) {
      metadata.put("continue", page.continueToken());
    }
    page.remaining().ifPresent(remaining -> metadata.put("remainingItemCount", remaining));
    return metadata;
  }
}
