package io.luotsi.http.routes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.catalog.BuiltInSchemas;
import io.luotsi.core.catalog.Decoding;
import io.luotsi.http.codec.BodyReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the body of a deletion must be. Loaded when the first one has a body.
 *
 * @see "Source: apiserver pkg/endpoints/handlers/delete.go; apimachinery
 *     pkg/apis/meta/internalversion/register.go, where the options are of every version"
 */
final class DeleteOptionsBody {
  static final BodyReader.Expected EXPECTED =
      new BodyReader.Expected(
          new GroupVersionKind("meta.k8s.io", "v1", "DeleteOptions"),
          BuiltInSchemas.load().named("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"));

  /** Other kinds that upstream's reader of options knows, in whatever version they are said. */
  private static final Set<String> KNOWN =
      Set.of(
          "CreateOptions",
          "UpdateOptions",
          "Status",
          "APIVersions",
          "APIGroupList",
          "APIGroup",
          "APIResourceList");

  private DeleteOptionsBody() {}

  /**
   * @return the options, with their fields checked; BadRequest for a body of another kind or with
   *     fields of wrong types
   */
  static Outcome<ObjectNode> read(byte[] bytes, BodyReader.Format format) {
    return BodyReader.options(bytes, format, EXPECTED)
        .flatMap(
            options ->
                otherKind(options)
                    .<Outcome<ObjectNode>>map(
                        why -> Outcome.rejected(new Rejection.BadRequest(why)))
                    .orElseGet(() -> decoded(options)));
  }

  private static Optional<String> otherKind(ObjectNode options) {
    String kind = options.path("kind").asText("");
    String version = options.path("apiVersion").asText("");
    if (kind.isEmpty() || kind.equals(EXPECTED.kind().kind())) {
      return Optional.empty();
    }
    return Optional.of(
        KNOWN.contains(kind)
            ? "converting (v1." + kind + ") to (v1.DeleteOptions): unknown conversion"
            : "no kind \"%s\" is registered for version \"%s\" in scheme \"%s\""
                .formatted(
                    kind,
                    version.isEmpty() ? EXPECTED.kind().apiVersion() : version,
                    "pkg/apis/meta/internalversion/scheme/register.go:27"));
  }

  private static Outcome<ObjectNode> decoded(ObjectNode options) {
    return switch (Decoding.decode(options, EXPECTED.schema())) {
      case Decoding.Result.Malformed(String why) -> Outcome.rejected(new Rejection.BadRequest(why));
      case Decoding.Result.Decoded(List<String> unknown) -> Outcome.done(options);
    };
  }
}
