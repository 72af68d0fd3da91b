package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.catalog.CustomDecoding;
import io.luotsi.core.catalog.Decoding;
import io.luotsi.core.catalog.Defaulting;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.StructuralSchema;
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
      ResourceType type,
      ObjectNode object,
      List<String> duplicates,
      FieldValidation fieldValidation) {
    if (type.custom().isPresent()) {
      return completeCustom(type, object, duplicates, fieldValidation);
    }
    return complete(type.kind(), type.schema(), object, duplicates, fieldValidation)
        .map(
            warnings -> {
              Defaulting.apply(type, object);
              return warnings;
            });
  }

  /** Types are not looked at: a value that is of a wrong one is said with all else, as invalid. */
  private static Outcome<List<String>> completeCustom(
      ResourceType type,
      ObjectNode object,
      List<String> duplicates,
      FieldValidation fieldValidation) {
    GroupVersionKind kind = type.kind();
    Optional<Rejection> refusal = checkKind(kind, object);
    if (refusal.isPresent()) {
      return Outcome.rejected(refusal.get());
    }
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    return switch (CustomDecoding.decode(object, type.schema())) {
      case Decoding.Result.Malformed(String error) ->
          Outcome.rejected(Decoding.refusal(kind, error));
      case Decoding.Result.Decoded(List<String> unknownFields) -> {
        CustomDecoding.fill(object, type.schema());
        yield complain(kind, unknownFields, duplicates, fieldValidation);
      }
    };
  }

  /**
   * The same for a body that is no resource of its own, such as a Binding; nothing is defaulted.
   */
  static Outcome<List<String>> complete(
      GroupVersionKind kind,
      StructuralSchema schema,
      ObjectNode object,
      List<String> duplicates,
      FieldValidation fieldValidation) {
    Optional<Rejection> refusal = checkKind(kind, object);
    if (refusal.isPresent()) {
      return Outcome.rejected(refusal.get());
    }
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    return switch (Decoding.decode(object, schema)) {
      case Decoding.Result.Malformed(String error) ->
          Outcome.rejected(Decoding.refusal(kind, error));
      case Decoding.Result.Decoded(List<String> unknownFields) ->
          complain(kind, unknownFields, duplicates, fieldValidation);
    };
  }

  private static Outcome<List<String>> complain(
      GroupVersionKind kind,
      List<String> unknownFields,
      List<String> duplicates,
      FieldValidation fieldValidation) {
    if (fieldValidation == FieldValidation.IGNORE
        || (unknownFields.isEmpty() && duplicates.isEmpty())) {
      return Outcome.done(List.of());
    }
    List<String> complaints = new ArrayList<>(unknownFields);
    duplicates.forEach(path -> complaints.add("duplicate field \"" + path + "\""));
    return fieldValidation == FieldValidation.WARN
        ? Outcome.done(complaints)
        : Outcome.rejected(
            Decoding.refusal(kind, "strict decoding error: " + String.join(", ", complaints)));
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
