package io.luotsi.http.routes;

import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The query of {@code pods/log}. */
final class LogOptionsQuery {
  private LogOptionsQuery() {}

  /**
   * @param now from which {@code sinceSeconds} counts back
   */
  static Outcome<LogOptions> parse(Query query, String pod, Instant now) {
    return query
        .integer("tailLines")
        .flatMap(
            tail ->
                query
                    .integer("limitBytes")
                    .flatMap(
                        limit ->
                            query
                                .integer("sinceSeconds")
                                .flatMap(
                                    seconds ->
                                        check(
                                            query, pod, new Numbers(tail, limit, seconds), now))));
  }

  private record Numbers(OptionalLong tail, OptionalLong limit, OptionalLong sinceSeconds) {}

  private static Outcome<LogOptions> check(Query query, String pod, Numbers numbers, Instant now) {
    List<FieldError> errors = new ArrayList<>();
    if (numbers.tail().orElse(0) < 0) {
      errors.add(
          FieldError.invalid(
              "tailLines", numbers.tail().getAsLong(), "must be greater than or equal to 0"));
    }
    if (numbers.limit().orElse(1) < 1) {
      errors.add(
          FieldError.invalid("limitBytes", numbers.limit().getAsLong(), "must be greater than 0"));
    }
    String sinceTime = query.text("sinceTime");
    if (numbers.sinceSeconds().isPresent() && !sinceTime.isEmpty()) {
      errors.add(
          FieldError.forbidden(
              "", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
    } else if (numbers.sinceSeconds().orElse(1) < 1) {
      errors.add(
          FieldError.invalid(
              "sinceSeconds", numbers.sinceSeconds().getAsLong(), "must be greater than 0"));
    }
    if (!errors.isEmpty()) {
      return Outcome.rejected(
          new Rejection.Invalid(new GroupVersionKind("", "v1", "PodLogOptions"), pod, errors));
    }
    Optional<Instant> since = Optional.empty();
    if (numbers.sinceSeconds().isPresent()) {
      // A second more or less of history before the epoch makes no difference to anybody.
      since =
          Optional.of(
              now.minusSeconds(Math.min(numbers.sinceSeconds().getAsLong(), now.getEpochSecond())));
    } else if (!sinceTime.isEmpty()) {
      try {
        since = Optional.of(OffsetDateTime.parse(sinceTime).toInstant());
      } catch (DateTimeParseException e) {
        return Outcome.rejected(
            new Rejection.BadRequest(
                "parsing time "
                    + Query.quote(sinceTime)
                    + " as \"2006-01-02T15:04:05Z07:00\": cannot parse "
                    + Query.quote(sinceTime)
                    + " as \"2006\""));
      }
    }
    return Outcome.done(
        new LogOptions(
            query.flag("follow"),
            query.flag("previous"),
            query.flag("timestamps"),
            since,
            numbers.tail(),
            numbers.limit()));
  }
}
