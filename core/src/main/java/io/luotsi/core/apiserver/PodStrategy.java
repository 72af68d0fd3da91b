package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Quantity;
import io.luotsi.core.apiserver.validation.EphemeralContainerValidation;
import io.luotsi.core.apiserver.validation.PodResizeValidation;
import io.luotsi.core.apiserver.validation.PodStatusValidation;
import io.luotsi.core.apiserver.validation.PodUpdateValidation;
import io.luotsi.core.apiserver.validation.PodValidation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Pods are told to go and given time, unless nothing of them can be running. */
final class PodStrategy implements Strategy {
  private static final List<String> COMPUTE = List.of("cpu", "memory");

  /** What of a pod a write may change. */
  enum Part {
    WHOLE,
    EPHEMERAL_CONTAINERS,
    RESOURCES
  }

  private final Part part;

  PodStrategy(Part part) {
    this.part = part;
  }

  @Override
  public boolean countsGenerations() {
    return true;
  }

  @Override
  public ObjectNode initialStatus(ObjectNode object) {
    return Json.object().put("phase", "Pending").put("qosClass", qosClass(object));
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    PodSelectors.complete(object);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode current) {
    switch (part) {
      case WHOLE -> {}
      case EPHEMERAL_CONTAINERS -> PodParts.keepAllButEphemeralContainers(object, current);
      case RESOURCES -> PodParts.keepAllButResources(object, current);
    }
  }

  @Override
  public void prepareForStatusUpdate(ObjectNode object, ObjectNode current, Instant now) {
    // A client that knows the phase alone must not lose the class that the scheduler goes by.
    JsonNode qosClass = current.at("/status/qosClass");
    if (object.get("status") instanceof ObjectNode status && qosClass.isTextual()) {
      status.set("qosClass", qosClass);
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return PodValidation.validate(object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode current) {
    return switch (part) {
      case WHOLE -> PodUpdateValidation.validate(object, current);
      case EPHEMERAL_CONTAINERS -> EphemeralContainerValidation.validateUpdate(object, current);
      case RESOURCES ->
          PodResizeValidation.validate(
              object,
              current,
              qosClass(object).equals(current.at("/status/qosClass").asText(qosClass(current))));
    };
  }

  @Override
  public List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode current) {
    return PodStatusValidation.validateUpdate(object, current);
  }

  @Override
  public boolean deletesGracefully() {
    return true;
  }

  @Override
  public int gracePeriodSeconds(ObjectNode object, OptionalInt requested) {
    String phase = object.at("/status/phase").asText();
    if (object.at("/spec/nodeName").asText("").isEmpty()
        || phase.equals("Failed")
        || phase.equals("Succeeded")) {
      return 0;
    }
    int own = object.at("/spec/terminationGracePeriodSeconds").asInt(0);
    // As upstream: a negative period means one second.
    int seconds = requested.orElse(own);
    return seconds < 0 ? 1 : seconds;
  }

  /**
   * Guaranteed if all CPU and memory is limited and as much is requested, BestEffort if nobody asks
   * for either, else Burstable. A pod that says what it has as a whole is judged by that alone,
   * else all of its containers are.
   *
   * @see "Source: kubernetes pkg/apis/core/helper/qos ComputePodQOS"
   */
  static String qosClass(ObjectNode pod) {
    JsonNode spec = pod.path("spec");
    List<JsonNode> parts = new ArrayList<>();
    if (spec.path("resources").isObject()) {
      parts.add(spec.path("resources"));
    } else {
      for (String list : List.of("containers", "initContainers")) {
        spec.path(list).forEach(container -> parts.add(container.path("resources")));
      }
    }
    boolean any = false;
    boolean all = true;
    for (JsonNode resources : parts) {
      JsonNode requests = resources.path("requests");
      JsonNode limits = resources.path("limits");
      for (String resource : COMPUTE) {
        boolean requested = isPositive(requests.path(resource));
        boolean limited = isPositive(limits.path(resource));
        any |= requested || limited;
        all &=
            limited
                && (!requested
                    || amount(requests.path(resource)).equals(amount(limits.path(resource))));
      }
    }
    if (!any) {
      return "BestEffort";
    }
    return all ? "Guaranteed" : "Burstable";
  }

  private static boolean isPositive(JsonNode quantity) {
    return !quantity.isMissingNode()
        && Quantity.check(quantity.asText()).isEmpty()
        && amount(quantity).signum() > 0;
  }

  private static Quantity amount(JsonNode quantity) {
    return Quantity.parse(quantity.asText());
  }
}
