package io.luotsi.core.controller.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Quantity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecountTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static ObjectNode quota(int used) {
    return Json.readObject(
        """
        {"spec": {"hard": {"pods": "9"}},
         "status": {"hard": {"pods": "9"}, "used": {"pods": "%d"}}}
        """
            .formatted(used)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static SortedMap<String, Quantity> pods(int count) {
    return new TreeMap<>(Map.of("pods", Quantity.of(count)));
  }

  private static String used(int before, int there, int coming) {
    return Recount.status(quota(before), pods(there), pods(coming))
        .map(quota -> quota.at("/status/used/pods").asText())
        .orElse("as it was");
  }

  @Test
  void whatIsReservedForWhatHasNotArrivedIsNotGivenBack() {
    assertThat(used(5, 3, 0)).isEqualTo("3");
    assertThat(used(5, 3, 1)).isEqualTo("4");
    assertThat(used(5, 3, 2)).isEqualTo("as it was");
    assertThat(used(5, 3, 9)).isEqualTo("as it was");
    assertThat(used(5, 7, 1)).isEqualTo("7");
    assertThat(used(5, 5, 0)).isEqualTo("as it was");
  }

  @Test
  void aReservationIsForgottenWhenItsWriteCannotComeAnyMore() {
    Reserved reserved = new Reserved();
    reserved.changed(pods(0), pods(2), 7, NOW);
    reserved.changed(pods(2), pods(1), 8, NOW);
    assertThat(reserved.lately(NOW)).isEqualTo(pods(2));
    assertThat(reserved.lately(NOW.plus(Reserved.PENDING))).isEqualTo(pods(2));
    assertThat(reserved.lately(NOW.plus(Reserved.PENDING).plusMillis(1))).isEmpty();
  }

  @Test
  void whatTheCounterItselfHasWrittenIsNoReservation() {
    Reserved reserved = new Reserved();
    reserved.changed(pods(0), pods(2), 7, NOW);
    reserved.counted(7);
    assertThat(reserved.lately(NOW)).isEmpty();
  }
}
