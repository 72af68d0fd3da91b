package io.luotsi.core.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A PriorityLevelConfiguration as it is obeyed.
 *
 * @param uid empty for one that is obeyed although it is not stored
 * @param exempt whether its requests never wait and are never refused
 * @param shares of the server's seats, in proportion to those of all levels
 * @param lending what it lends to others and borrows from them
 * @param queuing empty if requests are refused when no seat is free
 */
public record PriorityLevel(
    String name,
    String uid,
    boolean exempt,
    int shares,
    Lending lending,
    Optional<Queuing> queuing) {
  private static final int DEFAULT_SHARES = 30;
  private static final int DEFAULT_QUEUES = 64;
  private static final int DEFAULT_HAND = 8;
  private static final int DEFAULT_LENGTH = 50;

  /**
   * Both in percent of the level's nominal limit.
   *
   * @param lendable 0 to 100
   * @param borrowing not negative; empty for as many as there are
   */
  public record Lending(int lendable, OptionalInt borrowing) {}

  /**
   * @param handSize how many of the queues a flow may use
   * @param lengthLimit requests that one queue holds
   */
  public record Queuing(int queues, int handSize, int lengthLimit) {}

  static PriorityLevel read(StoredObject object) {
    return read(Json.readObject(object.json()), object.key().name(), object.uid());
  }

  static PriorityLevel read(JsonNode object, String name, String uid) {
    JsonNode spec = object.path("spec");
    boolean exempt = spec.path("type").asText().equals("Exempt");
    if (exempt) {
      JsonNode unlimited = spec.path("exempt");
      int shares = unlimited.path("nominalConcurrencyShares").asInt(0);
      return new PriorityLevel(name, uid, true, shares, lending(unlimited), Optional.empty());
    }
    JsonNode limited = spec.path("limited");
    JsonNode response = limited.path("limitResponse");
    JsonNode queuing = response.path("queuing");
    return new PriorityLevel(
        name,
        uid,
        false,
        limited.path("nominalConcurrencyShares").asInt(DEFAULT_SHARES),
        lending(limited),
        response.path("type").asText().equals("Queue")
            ? Optional.of(
                new Queuing(
                    queuing.path("queues").asInt(DEFAULT_QUEUES),
                    queuing.path("handSize").asInt(DEFAULT_HAND),
                    queuing.path("queueLengthLimit").asInt(DEFAULT_LENGTH)))
            : Optional.empty());
  }

  private static Lending lending(JsonNode part) {
    JsonNode borrowing = part.path("borrowingLimitPercent");
    return new Lending(
        part.path("lendablePercent").asInt(0),
        borrowing.isNumber() ? OptionalInt.of(borrowing.asInt()) : OptionalInt.empty());
  }
}
