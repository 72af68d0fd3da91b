package io.luotsi.core.apiserver;

import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.ResourceType;
import java.util.Optional;

/**
 * What is said of a body of another kind than is expected: upstream reads it as what it says it is,
 * and tries to make the expected kind of that. Loaded when the first one comes.
 *
 * @see "Source: apiserver pkg/endpoints/handlers/{create,update,rest}.go; apimachinery
 *     pkg/runtime/error.go, pkg/conversion/converter.go"
 */
final class WrongKind {
  /** Where upstream keeps the kinds that it knows. */
  private static final String SCHEME = "pkg/api/legacyscheme/scheme.go:30";

  private static final BuiltInCatalog KNOWN = BuiltInCatalog.load();

  private WrongKind() {}

  /**
   * @param said what the body says that it is
   */
  static Rejection refusal(GroupVersionKind expected, GroupVersionKind said) {
    Optional<ResourceType> known = find(said);
    if (known.isEmpty()) {
      return cannotBeHandled(
          expected,
          said,
          "no kind \"%s\" is registered for version \"%s\" in scheme \"%s\""
              .formatted(said.kind(), said.apiVersion(), SCHEME));
    }
    return known.get().stored().equals(find(expected).map(ResourceType::stored).orElse(null))
        ? otherVersion(expected, said)
        : cannotBeHandled(
            expected,
            said,
            "converting (%s.%s) to (%s.%s): unknown conversion"
                .formatted(
                    said.version(), said.kind(), internalPackage(expected), expected.kind()));
  }

  /** The kind is right, but not for this path. */
  static Rejection otherVersion(GroupVersionKind expected, GroupVersionKind said) {
    return new Rejection.BadRequest(
        "the API version in the data (%s) does not match the expected API version (%s)"
            .formatted(said.apiVersion(), expected.apiVersion()));
  }

  private static Rejection cannotBeHandled(
      GroupVersionKind expected, GroupVersionKind said, String why) {
    return new Rejection.BadRequest(
        "%s in version \"%s\" cannot be handled as a %s: %s"
            .formatted(said.kind(), said.version(), expected.kind(), why));
  }

  private static Optional<ResourceType> find(GroupVersionKind kind) {
    return KNOWN.find(kind);
  }

  /** The Go package of upstream's own form of a group. */
  private static String internalPackage(GroupVersionKind kind) {
    String first = kind.group().split("\\.", 2)[0];
    return switch (first) {
      case "", "events" -> "core";
      default -> first;
    };
  }
}
