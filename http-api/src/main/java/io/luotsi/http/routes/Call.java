package io.luotsi.http.routes;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.apiserver.AuditNotes;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.http.codec.Accepted;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.Uri;

/**
 * A request of somebody we know.
 *
 * @param method in upper case
 * @param segments of the path, decoded, without empty ones
 */
record Call(HttpRequest request, UserInfo user, String method, List<String> segments, Query query) {
  /** Of requests that are written down. */
  static final AttributeKey<AuditNotes> NOTES =
      AttributeKey.create("luotsi-audit-notes", AuditNotes.class);

  private static final List<String> PRETTY_AGENTS = List.of("curl", "Wget", "Mozilla/5.0");

  static Call of(HttpRequest request, UserInfo user) {
    Uri uri = request.getUri().asScala();
    return new Call(
        request,
        user,
        request.method().name(),
        segments(uri.path()),
        Query.parse(request.getUri().rawQueryString().orElse("")));
  }

  private static List<String> segments(Uri.Path path) {
    List<String> segments = new ArrayList<>(8);
    for (Uri.Path rest = path; !rest.isEmpty(); rest = rest.tail()) {
      if (!rest.startsWithSlash()) {
        segments.add(rest.head().toString());
      }
    }
    return segments;
  }

  /** Where to note what the audit log should have of it. */
  AuditNotes notes() {
    return request.getAttribute(NOTES).orElse(AuditNotes.NONE);
  }

  /** Value of a header, empty if it is absent. */
  String header(String name) {
    return request.getHeader(name).map(HttpHeader::value).orElse("");
  }

  String path() {
    return "/" + String.join("/", segments);
  }

  /** Content-Type as the client wrote it; empty if it did not. */
  String contentType() {
    return request.entity().getContentType().mediaType().toString();
  }

  Outcome<Accepted> accepted(Accepted.Offer offer) {
    return Accepted.negotiate(header("Accept"), offer, pretty());
  }

  boolean acceptsGzip() {
    return header("Accept-Encoding").contains("gzip");
  }

  private boolean pretty() {
    return isForPeople(query, header("User-Agent"));
  }

  /** Whether people look at the answer to a request, of whomever it is. */
  static boolean forPeople(HttpRequest request) {
    return isForPeople(
        Query.parse(request.getUri().rawQueryString().orElse("")),
        request.getHeader("User-Agent").map(HttpHeader::value).orElse(""));
  }

  /** As upstream guesses it: asked for, or a client that people look at. */
  private static boolean isForPeople(Query query, String agent) {
    String asked = query.text("pretty");
    return asked.isEmpty()
        ? PRETTY_AGENTS.stream().anyMatch(agent::startsWith)
        : List.of("1", "t", "T", "true", "TRUE", "True").contains(asked);
  }
}
