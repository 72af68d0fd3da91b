package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.catalog.CustomDecoding;
import io.luotsi.core.catalog.Decoding;
import io.luotsi.core.catalog.Defaulting;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.StructuralSchema;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Makes a client's body into an object of the kind that is expected: checked, pruned, defaulted.
 */
final class Bodies {
  /**
   * How upstream's reader of YAML begins what it says of keys that are there twice, each a line.
   */
  private static final String YAML_ERRORS = "yaml: unmarshal errors:\n";

  private Bodies() {}

  /**
   * What is done about fields that are not as they should be.
   *
   * @param complaints of the text, said first
   * @param sorts whether unknown fields are said in order of their names, not of the text
   * @param refusal of an object for what is wrong with it
   */
  record Strictness(
      FieldValidation fieldValidation,
      List<String> complaints,
      boolean sorts,
      Function<String, Rejection> refusal) {
    /** Of a body that is the object itself. */
    static Strictness ofWhole(
        GroupVersionKind kind, List<String> complaints, FieldValidation fieldValidation) {
      return new Strictness(
          fieldValidation, complaints, false, error -> Decoding.refusal(kind, error));
    }
  }

  /**
   * Changes {@code object} in place.
   *
   * @param complaints of the text
   * @return the warnings
   */
  static Outcome<List<String>> complete(
      ResourceType type,
      ObjectNode object,
      List<String> complaints,
      FieldValidation fieldValidation) {
    return complete(type, object, Strictness.ofWhole(type.kind(), complaints, fieldValidation));
  }

  static Outcome<List<String>> complete(
      ResourceType type, ObjectNode object, Strictness strictness) {
    if (type.custom().isPresent()) {
      return completeCustom(type, object, strictness);
    }
    return complete(type.kind(), type.schema(), object, strictness)
        .map(
            warnings -> {
              Defaulting.apply(type, object);
              return warnings;
            });
  }

  /** Types are not looked at: a value that is of a wrong one is said with all else, as invalid. */
  private static Outcome<List<String>> completeCustom(
      ResourceType type, ObjectNode object, Strictness strictness) {
    GroupVersionKind kind = type.kind();
    Optional<Rejection> refusal = checkCustomKind(kind, object);
    if (refusal.isPresent()) {
      return Outcome.rejected(refusal.get());
    }
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    return switch (CustomDecoding.decode(object, type.schema())) {
      case Decoding.Result.Malformed(String error) ->
          Outcome.rejected(strictness.refusal().apply(error));
      case Decoding.Result.Decoded(List<String> unknownFields) -> {
        CustomDecoding.fill(object, type.schema());
        yield complain(unknownFields, strictness);
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
      List<String> complaints,
      FieldValidation fieldValidation) {
    return complete(kind, schema, object, Strictness.ofWhole(kind, complaints, fieldValidation));
  }

  private static Outcome<List<String>> complete(
      GroupVersionKind kind, StructuralSchema schema, ObjectNode object, Strictness strictness) {
    Optional<Rejection> refusal = checkKind(kind, object);
    if (refusal.isPresent()) {
      return Outcome.rejected(refusal.get());
    }
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    return switch (Decoding.decode(object, schema)) {
      case Decoding.Result.Malformed(String error) ->
          Outcome.rejected(strictness.refusal().apply(error));
      case Decoding.Result.Decoded(List<String> unknownFields) ->
          complain(unknownFields, strictness);
    };
  }

  private static Outcome<List<String>> complain(List<String> unknownFields, Strictness strictness) {
    if (strictness.fieldValidation() == FieldValidation.IGNORE
        || (unknownFields.isEmpty() && strictness.complaints().isEmpty())) {
      return Outcome.done(List.of());
    }
    Set<String> complaints = new LinkedHashSet<>(strictness.complaints());
    (strictness.sorts() ? unknownFields.stream().sorted() : unknownFields.stream())
        .forEach(complaints::add);
    return strictness.fieldValidation() == FieldValidation.WARN
        ? Outcome.done(complaints.stream().flatMap(Bodies::warnings).toList())
        : Outcome.rejected(
            strictness.refusal().apply("strict decoding error: " + String.join(", ", complaints)));
  }

  /** As a warning, each line of what a reader of YAML says stands for itself. */
  private static Stream<String> warnings(String complaint) {
    return complaint.startsWith(YAML_ERRORS)
        ? complaint.substring(YAML_ERRORS.length()).lines().map(String::strip)
        : Stream.of(complaint);
  }

  /** A body may leave out what it is, as far as that is clear. */
  private static Optional<Rejection> checkKind(GroupVersionKind kind, ObjectNode object) {
    GroupVersionKind said = said(kind, object);
    return said.equals(kind) ? Optional.empty() : Optional.of(WrongKind.refusal(kind, said));
  }

  /** Of a custom kind any object is read, and is invalid if it is none of the kind. */
  private static Optional<Rejection> checkCustomKind(GroupVersionKind kind, ObjectNode object) {
    GroupVersionKind said = said(kind, object);
    if (!said.apiVersion().equals(kind.apiVersion())) {
      return Optional.of(WrongKind.otherVersion(kind, said));
    }
    return said.equals(kind)
        ? Optional.empty()
        : Optional.of(
            new Rejection.Invalid(
                kind,
                ObjectMeta.name(object),
                List.of(FieldError.invalid("kind", said.kind(), "must be " + kind.kind()))));
  }

  private static GroupVersionKind said(GroupVersionKind expected, ObjectNode object) {
    String apiVersion = object.path("apiVersion").asText("");
    String kind = object.path("kind").asText("");
    return GroupVersionKind.of(
        apiVersion.isEmpty() ? expected.apiVersion() : apiVersion,
        kind.isEmpty() ? expected.kind() : kind);
  }
}
