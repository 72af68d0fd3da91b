package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.apiserver.validation.ApiServiceValidation;
import java.time.Instant;
import java.util.List;

/**
 * What is served here is available as soon as somebody says that it is served; what a service would
 * have to serve is not, since nothing is aggregated.
 *
 * @see "Source: kube-aggregator pkg/registry/apiservice/strategy.go"
 */
final class ApiServiceStrategy implements Strategy {
  @Override
  public ObjectNode initialStatus(ObjectNode object) {
    return status(object, ObjectMeta.text(object, "creationTimestamp"));
  }

  @Override
  public boolean changesStatus() {
    return true;
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode current, Instant now) {
    if (service(object).equals(service(current))) {
      ObjectMeta.copy(current, object, "status");
    } else {
      object.set("status", status(object, ObjectMeta.time(now)));
    }
  }

  private static JsonNode service(ObjectNode object) {
    return object.at("/spec/service");
  }

  private static ObjectNode status(ObjectNode object, String since) {
    JsonNode service = service(object);
    boolean local = !service.isObject();
    ObjectNode status = Json.object();
    status
        .putArray("conditions")
        .addObject()
        .put("type", "Available")
        .put("status", local ? "True" : "False")
        .put("lastTransitionTime", since)
        .put("reason", local ? "Local" : "NotAggregated")
        .put(
            "message",
            local
                ? "Local APIServices are always available"
                : "this version of Luotsi passes no requests on to service "
                    + service.path("namespace").asText()
                    + "/"
                    + service.path("name").asText());
    return status;
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return ApiServiceValidation.validate(object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode current) {
    return ApiServiceValidation.validateUpdate(object, current);
  }

  @Override
  public List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode current) {
    return ApiServiceValidation.validateStatusUpdate(object, current);
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return false;
  }
}
