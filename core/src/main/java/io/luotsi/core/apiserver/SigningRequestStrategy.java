package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.apiserver.validation.SigningRequestValidation;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/**
 * A signing request says who asked, as the server knows them, and never changes; what is decided of
 * it is written through its subresource {@code approval}, what comes of it through {@code status}.
 *
 * @see "Source: kubernetes pkg/registry/certificates/certificates/strategy.go"
 */
final class SigningRequestStrategy implements Strategy {
  private final boolean deciding;

  /**
   * @param deciding whether it is the subresource that approves and denies
   */
  SigningRequestStrategy(boolean deciding) {
    this.deciding = deciding;
  }

  @Override
  public void prepareForCreate(ObjectNode object, UserInfo creator) {
    ObjectNode spec = object.withObject("spec");
    spec.remove(List.of("username", "uid", "groups", "extra"));
    spec.put("username", creator.name());
    if (!creator.uid().isEmpty()) {
      spec.put("uid", creator.uid());
    }
    if (!creator.groups().isEmpty()) {
      ArrayNode groups = spec.putArray("groups");
      creator.groups().forEach(groups::add);
    }
    if (!creator.extra().isEmpty()) {
      ObjectNode extra = spec.putObject("extra");
      new TreeMap<>(creator.extra())
          .forEach((key, values) -> values.forEach(extra.putArray(key)::add));
    }
  }

  @Override
  public boolean changesStatus() {
    return deciding;
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode current, Instant now) {
    ObjectMeta.copy(current, object, "spec");
    if (deciding) {
      JsonNode decided = object.at("/status/conditions");
      ObjectMeta.copy(current, object, "status");
      ObjectNode status = object.withObject("status").deepCopy();
      status.remove("conditions"); // who sends none takes them away
      if (!decided.isMissingNode()) {
        status.set("conditions", decided.deepCopy());
      }
      object.set("status", status);
      date(object, current, now);
    }
  }

  @Override
  public void prepareForStatusUpdate(ObjectNode object, ObjectNode current, Instant now) {
    date(object, current, now);
  }

  /** A condition has held since it began to; one that says nothing else was just looked at. */
  private static void date(ObjectNode object, ObjectNode current, Instant now) {
    for (JsonNode item : object.at("/status/conditions")) {
      if (item instanceof ObjectNode condition) {
        if (!condition.hasNonNull("lastUpdateTime")) {
          condition.put("lastUpdateTime", ObjectMeta.time(now));
        }
        if (!condition.hasNonNull("lastTransitionTime")) {
          condition.put("lastTransitionTime", since(condition, current, now));
        }
      }
    }
  }

  private static String since(ObjectNode condition, ObjectNode current, Instant now) {
    for (JsonNode old : current.at("/status/conditions")) {
      if (old.path("type").equals(condition.path("type"))
          && old.path("status").equals(condition.path("status"))
          && old.hasNonNull("lastTransitionTime")) {
        return old.path("lastTransitionTime").asText();
      }
    }
    return ObjectMeta.time(now);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return SigningRequestValidation.validate(object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode current) {
    return SigningRequestValidation.validateUpdate(object, current, deciding, false);
  }

  @Override
  public List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode current) {
    return SigningRequestValidation.validateUpdate(object, current, false, true);
  }
}
