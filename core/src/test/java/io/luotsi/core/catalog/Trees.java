package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.nio.charset.StandardCharsets;

/** JSON for tests. */
final class Trees {
  private Trees() {}

  static ObjectNode json(String text) {
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8));
  }
}
