package io.luotsi.core.controller.deployment;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How far a rolling update may leave the wanted number of pods.
 *
 * @param surge pods above it
 * @param unavailable pods below it
 */
record Fences(int surge, int unavailable) {
  static final Fences NONE = new Fences(0, 0);

  /**
   * Percentages of the replicas; surge rounds up, unavailability down. If both come to nothing one
   * pod may be unavailable, lest the rollout never moves.
   */
  static Fences of(JsonNode rollingUpdate, int replicas) {
    int surge = scaled(rollingUpdate.path("maxSurge"), replicas, true);
    int unavailable = scaled(rollingUpdate.path("maxUnavailable"), replicas, false);
    return new Fences(surge, surge == 0 && unavailable == 0 ? 1 : unavailable);
  }

  private static int scaled(JsonNode value, int replicas, boolean up) {
    if (!value.isTextual()) {
      return value.asInt(0);
    }
    String text = value.asText();
    long percent = Long.parseLong(text.substring(0, text.indexOf('%')));
    long hundredfold = percent * replicas;
    return Math.toIntExact(up ? Math.ceilDiv(hundredfold, 100) : hundredfold / 100);
  }
}
