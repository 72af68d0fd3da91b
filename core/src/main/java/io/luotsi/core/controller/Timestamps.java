package io.luotsi.core.controller;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** {@code metav1.Time} and {@code metav1.MicroTime}: RFC 3339. */
public final class Timestamps {
  private Timestamps() {}

  /** To the second, as every {@code metav1.Time} is. */
  public static String format(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Empty if the field is absent or null. */
  public static Optional<Instant> read(JsonNode field) {
    return field.isTextual()
        ? Optional.of(OffsetDateTime.parse(field.asText()).toInstant())
        : Optional.empty();
  }
}
