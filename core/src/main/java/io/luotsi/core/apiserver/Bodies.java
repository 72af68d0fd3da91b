package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.FieldValidation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a client's body into an object of the kind that is expected: checked, pruned, defaulted.
 */
final class Bodies {
  private Bodies() {}

  /**
   * Changes {@code object} in place.
   *
   * @param duplicates paths that the text gave twice
   * @return the warnings
   */
  static Outcome<List<String>> complete(
      GroupVersionKind kind,
      ObjectNode object,
      List<String> duplicates,
      FieldValidation fieldValidation) {
    Optional<Rejection> refusal = checkKind(kind, object);
    if (refusal.isPresent()) {
      return Outcome.rejected(refusal.get());
    }
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    List<String> complaints = new ArrayList<>();
    duplicates.forEach(path -> complaints.add("duplicate field \"" + path + "\""));
    return switch (fieldValidation) {
      case IGNORE -> Outcome.done(List.of());
      case WARN -> Outcome.done(complaints);
      case STRICT ->
          complaints.isEmpty()
              ? Outcome.done(List.of())
              : Outcome.rejected(
                  new Rejection.BadRequest(
                      kind.kind()
                          + " in version \""
                          + kind.version()
                          + "\" cannot be handled as a "
                          + kind.kind()
                          + ": strict decoding error: "
                          + String.join(", ", complaints)));
    };
  }

  private static Optional<Rejection> checkKind(GroupVersionKind kind, ObjectNode object) {
    String apiVersion = object.path("apiVersion").asText("");
    String said = object.path("kind").asText("");
    if (!apiVersion.isEmpty() && !apiVersion.equals(kind.apiVersion())) {
      return Optional.of(
          new Rejection.BadRequest(
              "the API version in the data ("
                  + apiVersion
                  + ") does not match the expected API version ("
                  + kind.apiVersion()
                  + ")"));
    }
    return said.isEmpty() || said.equals(kind.kind())
        ? Optional.empty()
        : Optional.of(
            new Rejection.BadRequest(
                said
                    + " in version \""
                    + kind.version()
                    + "\" cannot be handled as a "
                    + kind.kind()
                    + ": converting ("
                    + said
                    + ") to ("
                    + kind.kind()
                    + "): unknown conversion"));
  }
}
