package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import java.util.Base64;

/**
 * Where a paged list goes on, encoded as upstream does: opaque to clients, kept by none of us.
 *
 * @param version of the first page; -1 to go on at whatever is newest
 * @param last key of the last object that was given out
 */
record ContinueToken(long version, ObjectKey last) {
  static final long NEWEST = -1;
  private static final String FORMAT = "meta.k8s.io/v1";

  String encode() {
    ObjectNode token = Json.object();
    token.put("v", FORMAT).put("rv", version).put("start", last + "\0");
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.write(token));
  }

  static Outcome<ContinueToken> decode(String text) {
    try {
      JsonNode token = Json.readObject(Base64.getUrlDecoder().decode(text));
      String start = token.path("start").asText();
      long version = token.path("rv").asLong();
      if (!token.path("v").asText().equals(FORMAT)) {
        return invalid("server does not recognize this encoded version");
      }
      if (version == 0 || version < NEWEST) {
        return invalid("incorrect encoded start resourceVersion");
      }
      if (start.length() < 2 || !start.endsWith("\0")) {
        return invalid("encoded start key is empty");
      }
      return Outcome.done(
          new ContinueToken(version, ObjectKey.parse(start.substring(0, start.length() - 1))));
    } catch (IllegalArgumentException e) {
      return invalid("continue key is not valid");
    }
  }

  private static Outcome<ContinueToken> invalid(String why) {
    return Outcome.rejected(new Rejection.BadRequest("continue key is not valid: " + why));
  }
}
