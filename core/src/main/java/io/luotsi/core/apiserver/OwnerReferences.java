package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Owners that an object names twice in the very same words. Others that share a uid stay.
 *
 * @see "Source: apiserver pkg/endpoints/handlers/rest.go, dedupOwnerReferences"
 */
final class OwnerReferences {
  private static final String WARNING =
      ".metadata.ownerReferences contains duplicate entries%s; API server dedups owner references"
          + " in 1.20+, and may reject such requests as early as 1.24; please fix your requests;"
          + " duplicate UID(s) observed: %s";

  private OwnerReferences() {}

  /**
   * Changes {@code object} in place: the first of each stays.
   *
   * @param patched whether it is the result of a patch, of which upstream says so later
   * @return upstream's warning, if anything was there twice
   */
  static Optional<String> removeDuplicates(ObjectNode object, boolean patched) {
    JsonNode references = object.path("metadata").path("ownerReferences");
    if (!(references instanceof ArrayNode array) || array.size() < 2) {
      return Optional.empty();
    }
    Set<JsonNode> seen = new LinkedHashSet<>();
    List<String> twice = new ArrayList<>();
    for (JsonNode reference : array) {
      if (!seen.add(reference)) {
        twice.add(reference.path("uid").asText());
      }
    }
    if (twice.isEmpty()) {
      return Optional.empty();
    }
    array.removeAll().addAll(seen);
    return Optional.of(
        WARNING.formatted(
            patched ? " after mutating admission happens" : "", String.join(", ", twice)));
  }
}
