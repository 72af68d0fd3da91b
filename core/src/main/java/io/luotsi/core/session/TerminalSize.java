package io.luotsi.core.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import java.util.Optional;

/**
 * Of a client's terminal, in characters; each from 1 to 65,535.
 *
 * @see "Source: client-go remotecommand TerminalSize"
 */
public record TerminalSize(int columns, int rows) {
  private static final int LARGEST = 0xffff;

  /**
   * Reads {@code {"Width":80,"Height":24}}.
   *
   * @return empty if it is anything else; a client's nonsense changes nothing
   */
  public static Optional<TerminalSize> parse(byte[] json) {
    JsonNode size;
    try {
      size = Json.readObject(json);
    } catch (RuntimeException malformed) {
      return Optional.empty();
    }
    int columns = size.path("Width").asInt(0);
    int rows = size.path("Height").asInt(0);
    boolean fits = columns > 0 && rows > 0 && columns <= LARGEST && rows <= LARGEST;
    return fits ? Optional.of(new TerminalSize(columns, rows)) : Optional.empty();
  }
}
