package io.luotsi.http.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.ListOptions;
import io.luotsi.core.apiserver.Api.VersionMatch;
import io.luotsi.core.apiserver.Api.WatchOptions;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.client.ApiClient.Propagation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Query parameters to the options of the Api's verbs, refused in upstream's words. */
final class Options {
  private static final int MAX_MANAGER_BYTES = 128;

  private Options() {}

  /**
   * @param options of the Api
   * @param dryRun whether nothing is to be deleted
   */
  record Deletion(DeleteOptions options, boolean dryRun, boolean foregroundAsked) {}

  static Outcome<Selection> selection(Query query) {
    return labels(query)
        .flatMap(
            labels -> fields(query).map(fields -> new Selection(Optional.empty(), labels, fields)));
  }

  private static Outcome<LabelSelector> labels(Query query) {
    String text = query.text("labelSelector");
    return text.isEmpty() ? Outcome.done(LabelSelector.EVERYTHING) : LabelSelector.parse(text);
  }

  private static Outcome<FieldSelector> fields(Query query) {
    String text = query.text("fieldSelector");
    return text.isEmpty() ? Outcome.done(FieldSelector.EVERYTHING) : FieldSelector.parse(text);
  }

  /** A version as text: absent if empty. */
  static Outcome<OptionalLong> version(Query query) {
    String text = query.text("resourceVersion");
    if (text.isEmpty()) {
      return Outcome.done(OptionalLong.empty());
    }
    try {
      long version = Long.parseLong(text);
      if (version >= 0) {
        return Outcome.done(OptionalLong.of(version));
      }
    } catch (NumberFormatException e) {
      // said below
    }
    return Outcome.rejected(
        new Rejection.BadRequest(
            "invalid resource version: resourceVersion: Invalid value: "
                + Query.quote(text)
                + ": strconv.ParseUint: parsing "
                + Query.quote(text)
                + ": invalid syntax"));
  }

  private static Outcome<Optional<VersionMatch>> match(Query query) {
    String text = query.text("resourceVersionMatch");
    return switch (text) {
      case "" -> Outcome.done(Optional.empty());
      case "NotOlderThan" -> Outcome.done(Optional.of(VersionMatch.NOT_OLDER_THAN));
      case "Exact" -> Outcome.done(Optional.of(VersionMatch.EXACT));
      default ->
          invalid(
              "ListOptions",
              new FieldError(
                  FieldError.Type.NOT_SUPPORTED,
                  "resourceVersionMatch",
                  Query.quote(text),
                  "supported values: \"Exact\", \"NotOlderThan\""));
    };
  }

  static Outcome<ListOptions> list(Query query) {
    if (!query.text("sendInitialEvents").isEmpty()) {
      return invalid(
          "ListOptions",
          FieldError.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
    }
    return selection(query)
        .flatMap(
            selection ->
                version(query)
                    .flatMap(
                        version ->
                            match(query)
                                .flatMap(
                                    match ->
                                        query
                                            .integer("limit")
                                            .map(
                                                limit ->
                                                    new ListOptions(
                                                        selection,
                                                        version,
                                                        match,
                                                        Math.max(0, limit.orElse(0)),
                                                        query.text("continue"))))));
  }

  static Outcome<WatchOptions> watch(Query query) {
    return selection(query)
        .flatMap(
            selection ->
                version(query)
                    .flatMap(
                        version ->
                            match(query)
                                .map(
                                    match ->
                                        new WatchOptions(
                                            selection,
                                            version,
                                            match,
                                            query.optionalFlag("sendInitialEvents")))));
  }

  /**
   * @param options name of upstream's kind of options, for messages
   */
  static Outcome<WriteOptions> write(Call call, String options) {
    Query query = call.query();
    List<FieldError> errors = new ArrayList<>();
    boolean dryRun = dryRun(query.all("dryRun"), errors);
    String manager = manager(call, query.text("fieldManager"), errors);
    FieldValidation validation =
        switch (query.text("fieldValidation")) {
          case "", "Warn" -> FieldValidation.WARN;
          case "Ignore" -> FieldValidation.IGNORE;
          case "Strict" -> FieldValidation.STRICT;
          default -> {
            errors.add(
                new FieldError(
                    FieldError.Type.NOT_SUPPORTED,
                    "fieldValidation",
                    Query.quote(query.text("fieldValidation")),
                    "supported values: \"\", \"Ignore\", \"Strict\", \"Warn\""));
            yield FieldValidation.WARN;
          }
        };
    return errors.isEmpty()
        ? Outcome.done(new WriteOptions(dryRun, manager, validation, call.notes()))
        : invalid(options, errors);
  }

  /** The write options of a patch, and whether it may take fields from other managers. */
  static Outcome<WriteOptions> patch(Call call, PatchType type) {
    List<FieldError> errors = new ArrayList<>();
    if (type == PatchType.APPLY) {
      if (call.query().text("fieldManager").isEmpty()) {
        errors.add(FieldError.required("fieldManager", "is required for apply patch"));
      }
    } else if (call.query().has("force")) {
      errors.add(FieldError.forbidden("force", "may not be specified for non-apply patch"));
    }
    return errors.isEmpty() ? write(call, "PatchOptions") : invalid("PatchOptions", errors);
  }

  private static boolean dryRun(List<String> values, List<FieldError> errors) {
    for (String value : values) {
      if (!value.equals("All")) {
        errors.add(
            new FieldError(
                FieldError.Type.NOT_SUPPORTED,
                "dryRun",
                Query.quote(String.join(",", values)),
                "supported values: \"All\""));
        return false;
      }
    }
    return !values.isEmpty();
  }

  private static String manager(Call call, String asked, List<FieldError> errors) {
    if (asked.isEmpty()) {
      return managerOf(call.header("User-Agent"));
    }
    if (asked.getBytes(StandardCharsets.UTF_8).length > MAX_MANAGER_BYTES) {
      errors.add(
          new FieldError(
              FieldError.Type.TOO_LONG,
              "fieldManager",
              "",
              "may not be more than " + MAX_MANAGER_BYTES + " bytes"));
    }
    int bytes = 0;
    for (int c : asked.codePoints().toArray()) {
      if (!isPrintable(c)) {
        errors.add(
            FieldError.invalid(
                "fieldManager",
                asked,
                "invalid character U+%04X (at position %d)".formatted(c, bytes)));
      }
      bytes += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
    }
    return asked;
  }

  /** As Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** What comes before the slash of a User-Agent, as far as it can be printed. */
  static String managerOf(String userAgent) {
    int slash = userAgent.indexOf('/');
    StringBuilder name = new StringBuilder();
    int bytes = 0;
    for (int c : (slash < 0 ? userAgent : userAgent.substring(0, slash)).codePoints().toArray()) {
      String character = Character.toString(c);
      bytes += character.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_MANAGER_BYTES) {
        break;
      }
      if (isPrintable(c)) {
        name.append(character);
      }
    }
    return name.isEmpty() ? "unknown" : name.toString();
  }

  /** From the body if there is one, else from the query; never from both, as upstream. */
  static Outcome<Deletion> delete(Query query, Optional<ObjectNode> body) {
    List<FieldError> errors = new ArrayList<>();
    return body.map(json -> deleteByBody(json, errors))
        .orElseGet(() -> deleteByQuery(query, errors))
        .flatMap(
            deletion ->
                errors.isEmpty() ? Outcome.done(deletion) : invalid("DeleteOptions", errors));
  }

  private static Outcome<Deletion> deleteByQuery(Query query, List<FieldError> errors) {
    return query
        .integer("gracePeriodSeconds")
        .map(
            grace ->
                deletion(
                    grace,
                    query.text("propagationPolicy"),
                    query.optionalFlag("orphanDependents"),
                    MissingNode.getInstance(),
                    dryRun(query.all("dryRun"), errors),
                    errors));
  }

  private static Outcome<Deletion> deleteByBody(ObjectNode body, List<FieldError> errors) {
    JsonNode grace = body.path("gracePeriodSeconds");
    JsonNode orphan = body.path("orphanDependents");
    if (!(grace.isMissingNode() || grace.isNull() || grace.isIntegralNumber())) {
      return Outcome.rejected(
          new Rejection.BadRequest(
              "json: cannot unmarshal into Go struct field DeleteOptions.gracePeriodSeconds of type"
                  + " int64"));
    }
    List<String> dryRun = new ArrayList<>();
    body.path("dryRun").forEach(value -> dryRun.add(value.asText()));
    return Outcome.done(
        deletion(
            grace.isIntegralNumber() ? OptionalLong.of(grace.asLong()) : OptionalLong.empty(),
            body.path("propagationPolicy").asText(""),
            orphan.isBoolean() ? Optional.of(orphan.asBoolean()) : Optional.empty(),
            body.path("preconditions"),
            dryRun(dryRun, errors),
            errors));
  }

  private static Deletion deletion(
      OptionalLong grace,
      String policy,
      Optional<Boolean> orphan,
      JsonNode preconditions,
      boolean dryRun,
      List<FieldError> errors) {
    Optional<Propagation> propagation =
        switch (policy) {
          case "" -> orphan.map(yes -> yes ? Propagation.ORPHAN : Propagation.BACKGROUND);
          case "Orphan" -> Optional.of(Propagation.ORPHAN);
          case "Background" -> Optional.of(Propagation.BACKGROUND);
          case "Foreground" -> Optional.of(Propagation.FOREGROUND);
          default -> {
            errors.add(
                new FieldError(
                    FieldError.Type.NOT_SUPPORTED,
                    "propagationPolicy",
                    Query.quote(policy),
                    "supported values: \"Background\", \"Foreground\", \"Orphan\""));
            yield Optional.empty();
          }
        };
    if (!policy.isEmpty() && orphan.isPresent()) {
      errors.add(
          FieldError.invalid(
              "propagationPolicy",
              policy,
              "orphanDependents and deletionPropagation cannot be both set"));
    }
    long seconds = grace.orElse(0);
    OptionalInt period =
        grace.isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(Math.clamp(seconds, Integer.MIN_VALUE, Integer.MAX_VALUE));
    boolean foreground =
        propagation.equals(Optional.of(Propagation.FOREGROUND))
            || orphan.equals(Optional.of(false));
    return new Deletion(
        new DeleteOptions(
            period,
            propagation,
            text(preconditions, "uid"),
            text(preconditions, "resourceVersion")),
        dryRun,
        foreground);
  }

  private static Optional<String> text(JsonNode object, String field) {
    return Optional.of(object.path(field)).filter(JsonNode::isTextual).map(JsonNode::asText);
  }

  private static <T> Outcome<T> invalid(String options, FieldError error) {
    return invalid(options, List.of(error));
  }

  static <T> Outcome<T> invalid(String options, List<FieldError> errors) {
    return Outcome.rejected(
        new Rejection.Invalid(new GroupVersionKind("meta.k8s.io", "v1", options), "", errors));
  }
}
