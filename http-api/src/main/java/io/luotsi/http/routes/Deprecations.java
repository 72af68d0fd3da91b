package io.luotsi.http.routes;

import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.http.codec.Replies;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;

/**
 * Built-in kinds that upstream has deprecated: whoever asks of them is warned, whatever they ask.
 */
final class Deprecations {
  private static final Map<GroupVersionKind, String> WARNINGS =
      Map.of(
          GroupVersionKind.of("v1", "ComponentStatus"),
          "v1 ComponentStatus is deprecated in v1.19+",
          GroupVersionKind.of("v1", "Endpoints"),
          "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");

  private Deprecations() {}

  static Optional<HttpHeader> of(GroupVersionKind kind) {
    return Optional.ofNullable(WARNINGS.get(kind)).map(Replies::warning);
  }
}
