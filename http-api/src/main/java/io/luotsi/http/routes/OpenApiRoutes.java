package io.luotsi.http.routes;

import io.luotsi.core.catalog.Catalog;
import io.luotsi.http.codec.Accepted;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.openapi.OpenApi;
import io.luotsi.http.openapi.OpenApi.Document;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * The paths of OpenAPI. Documents are there in JSON and in protobuf, whichever a client asks for;
 * both have one etag.
 *
 * @see "Source: kube-openapi pkg/handler, pkg/handler3; kube-aggregator
 *     pkg/controllers/openapiv3/aggregator, which says no more than 404 of what is not there"
 */
final class OpenApiRoutes {
  /** What clients may ask for, in order; the names with @ are what was asked for of old. */
  private static final List<String> OF_V2 = mediaTypes("v2");

  private static final List<String> OF_V3 = mediaTypes("v3");
  private static final int JSON = 0;

  private final OpenApi openApi = new OpenApi();

  private static List<String> mediaTypes(String version) {
    String proto = "application/com.github.proto-openapi.spec." + version;
    return List.of("application/json", proto + ".v1.0+protobuf", proto + "@v1.0+protobuf");
  }

  /**
   * @param path without {@code openapi}
   */
  HttpResponse get(Call call, Catalog catalog, List<String> path) {
    return switch (path.isEmpty() ? "" : path.getFirst()) {
      case "v2" -> path.size() == 1 ? swagger(call, catalog) : Replies.pageNotFound();
      case "v3" ->
          path.size() == 1
              ? answer(call, openApi.index(catalog), Replies.JSON, List.of())
              : document(call, catalog, String.join("/", path.subList(1, path.size())));
      default -> Replies.pageNotFound();
    };
  }

  private HttpResponse swagger(Call call, Catalog catalog) {
    OptionalInt chosen = Accepted.choose(call.header("Accept"), OF_V2);
    if (chosen.isEmpty()) {
      return notAcceptable();
    }
    boolean json = chosen.getAsInt() == JSON;
    return answer(
        call,
        json ? openApi.swagger(catalog) : openApi.swaggerProto(catalog),
        type(OF_V2, json),
        List.of(PathRoutes.VARY_ACCEPT));
  }

  private HttpResponse document(Call call, Catalog catalog, String name) {
    OptionalInt chosen = Accepted.choose(call.header("Accept"), OF_V3);
    boolean json = chosen.orElse(JSON) == JSON;
    Optional<Document> found =
        json ? openApi.document(catalog, name) : openApi.documentProto(catalog, name);
    if (found.isEmpty()) {
      return Replies.of(404, HttpEntities.EMPTY, List.of());
    }
    if (chosen.isEmpty()) {
      return notAcceptable();
    }
    Document document = found.get();
    List<HttpHeader> headers = new ArrayList<>(List.of(PathRoutes.VARY_ACCEPT));
    String hash = call.query().text("hash");
    if (!hash.isEmpty() && !hash.equals(document.hash())) {
      headers.add(RawHeader.create("ETag", document.etag()));
      headers.add(RawHeader.create("Location", OpenApi.url(name, document)));
      return Replies.of(301, HttpEntities.EMPTY, headers);
    }
    HttpResponse answer = answer(call, document, type(OF_V3, json), headers);
    return hash.isEmpty() ? answer : kept(answer);
  }

  /** Whoever names the very document may keep it for ever. */
  private static HttpResponse kept(HttpResponse answer) {
    ZonedDateTime inAYear = ZonedDateTime.now(ZoneOffset.UTC).plusYears(1);
    return answer
        .removeHeader("Cache-Control")
        .addHeader(RawHeader.create("Cache-Control", "public, immutable"))
        .addHeader(
            RawHeader.create("Expires", DateTimeFormatter.RFC_1123_DATE_TIME.format(inAYear)));
  }

  /** Under the newer name, whichever was asked for. */
  private static ContentType type(List<String> mediaTypes, boolean json) {
    return json ? Replies.JSON : ContentTypes.parse(mediaTypes.get(JSON + 1));
  }

  private static HttpResponse notAcceptable() {
    return Replies.of(406, HttpEntities.EMPTY, List.of(PathRoutes.VARY_ACCEPT));
  }

  private static HttpResponse answer(
      Call call, Document document, ContentType type, List<HttpHeader> more) {
    List<HttpHeader> headers = new ArrayList<>(more);
    headers.add(RawHeader.create("ETag", document.etag()));
    return call.header("If-None-Match").equals(document.etag())
        ? Replies.of(304, HttpEntities.EMPTY, headers)
        : Replies.compressible(200, type, document.bytes(), call.acceptsGzip(), headers);
  }
}
