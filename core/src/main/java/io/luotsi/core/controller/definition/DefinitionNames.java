package io.luotsi.core.controller.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.custom.Definitions;
import io.luotsi.core.catalog.custom.Definitions.Condition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives a definition the names that it wants, as far as no other of its group has them.
 *
 * @see "Source: apiextensions-apiserver pkg/controller/status/naming_controller.go"
 */
public final class DefinitionNames {
  private static final Condition ESTABLISHED =
      new Condition(
          "Established", true, "InitialNamesAccepted", "the initial names have been accepted");
  private static final Condition NOT_ACCEPTED =
      new Condition("Established", false, "NotAccepted", "not all names are accepted");

  /** What others of a group have. */
  private record Taken(Set<String> resources, Set<String> kinds) {}

  private final Taken taken;
  private final JsonNode wanted;
  private final JsonNode had;
  private final ObjectNode accepted;
  private Optional<Condition> conflict = Optional.empty();

  private DefinitionNames(Taken taken, JsonNode wanted, JsonNode had) {
    this.taken = taken;
    this.wanted = wanted;
    this.had = had;
    this.accepted = had.isObject() ? had.deepCopy() : Json.object();
  }

  /**
   * The status that a definition is to have.
   *
   * @param others all definitions of its group but this one
   * @param now for conditions that change
   * @return empty if it is as it should be
   */
  public static Optional<ObjectNode> status(
      JsonNode definition, Collection<? extends JsonNode> others, String now) {
    JsonNode before = definition.path("status");
    DefinitionNames names =
        new DefinitionNames(
            taken(others), definition.at("/spec/names"), before.path("acceptedNames"));
    names.decide();
    ObjectNode status = before.isObject() ? before.deepCopy() : Json.object();
    status.set("acceptedNames", names.accepted);
    Condition namesAccepted =
        names.conflict.orElse(
            new Condition("NamesAccepted", true, "NoConflicts", "no conflicts found"));
    Definitions.setCondition(status, namesAccepted, now);
    // Every member serves what is established as soon as it has this very status, so that there is
    // nothing to wait for in between.
    if (!Definitions.conditionIsTrue(definition, "Established")) {
      Definitions.setCondition(status, namesAccepted.holds() ? ESTABLISHED : NOT_ACCEPTED, now);
    }
    return status.equals(before) ? Optional.empty() : Optional.of(status);
  }

  private static Taken taken(Collection<? extends JsonNode> others) {
    Taken taken = new Taken(new HashSet<>(), new HashSet<>());
    for (JsonNode other : others) {
      JsonNode names = other.at("/status/acceptedNames");
      taken.resources().add(names.path("plural").asText(""));
      taken.resources().add(names.path("singular").asText(""));
      names.path("shortNames").forEach(name -> taken.resources().add(name.asText()));
      taken.kinds().add(names.path("kind").asText(""));
      taken.kinds().add(names.path("listKind").asText(""));
    }
    return taken;
  }

  private void decide() {
    name("plural", "PluralConflict", taken.resources());
    name("singular", "SingularConflict", taken.resources());
    shortNames();
    name("kind", "KindConflict", taken.kinds());
    name("listKind", "ListKindConflict", taken.kinds());
    copy("categories");
  }

  private void copy(String field) {
    if (wanted.has(field)) {
      accepted.set(field, wanted.get(field).deepCopy());
    } else {
      accepted.remove(field);
    }
  }

  private void name(String field, String reason, Set<String> used) {
    String name = wanted.path(field).asText("");
    if (!name.equals(had.path(field).asText("")) && used.contains(name)) {
      refuse(reason, inUse(name));
    } else {
      accepted.put(field, name);
    }
  }

  private static String inUse(String name) {
    return "\"" + name + "\" is already in use";
  }

  private void refuse(String reason, String message) {
    conflict = Optional.of(new Condition("NamesAccepted", false, reason, message));
  }

  private void shortNames() {
    Set<String> own = new HashSet<>();
    had.path("shortNames").forEach(name -> own.add(name.asText()));
    List<String> refused = new ArrayList<>();
    for (JsonNode name : wanted.path("shortNames")) {
      if (!own.contains(name.asText()) && taken.resources().contains(name.asText())) {
        refused.add(inUse(name.asText()));
      }
    }
    if (refused.isEmpty()) {
      copy("shortNames");
    } else {
      refuse(
          "ShortNamesConflict",
          refused.size() == 1 ? refused.getFirst() : "[" + String.join(", ", refused) + "]");
    }
  }
}
