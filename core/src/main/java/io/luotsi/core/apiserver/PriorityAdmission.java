package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ResourceSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Upstream's plugin Priority: a pod gets the number behind its priority class, or behind the one
 * that is the default, and there is one default at most.
 */
final class PriorityAdmission implements Admission {
  private static final GroupResource CLASSES =
      new GroupResource("scheduling.k8s.io", "priorityclasses");

  /** Of the system; they exist whether there are objects of their names or not. */
  private static final Map<String, Integer> OF_THE_SYSTEM =
      Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);

  /** What a class gives a pod. */
  private record Priority(String className, int value, String preemptionPolicy) {
    static final String PREEMPTS = "PreemptLowerPriority";
    static final Priority NONE = new Priority("", 0, PREEMPTS);

    static Priority of(StoredObject type) {
      ObjectNode json = Json.readObject(type.json());
      return new Priority(
          type.key().name(),
          json.path("value").asInt(),
          json.path("preemptionPolicy").asText(PREEMPTS));
    }
  }

  @Override
  public Optional<Rejection> admit(Request request) {
    if (request.target().type().groupResource().equals(CLASSES)) {
      return onlyDefault(request);
    }
    return AdmissionRules.newPodSpec(request).flatMap(spec -> prioritize(request, spec));
  }

  private Optional<Rejection> prioritize(Request request, ObjectNode spec) {
    String name = spec.path("priorityClassName").asText("");
    return switch (name.isEmpty() ? byDefault(request) : named(request, name)) {
      case Outcome.Rejected<Priority>(Rejection why) -> Optional.of(why);
      case Outcome.Done<Priority>(Priority priority) -> give(request, spec, priority);
    };
  }

  /**
   * @param version of the classes among which it was looked for
   */
  private record Default(long version, Priority priority) {}

  /** Most pods name no class, and classes hardly ever change: they are not read for every pod. */
  private volatile Default known = new Default(0, Priority.NONE);

  private static Outcome<Priority> named(Request request, String name) {
    Integer ofSystem = OF_THE_SYSTEM.get(name);
    if (ofSystem != null) {
      return Outcome.done(new Priority(name, ofSystem, Priority.PREEMPTS));
    }
    return request
        .reads()
        .find(CLASSES, ObjectKey.of(name))
        .flatMap(
            found ->
                found
                    .map(type -> Outcome.done(Priority.of(type)))
                    .orElseGet(
                        () ->
                            Outcome.rejected(
                                AdmissionRules.forbidden(
                                    request,
                                    "no PriorityClass with name " + name + " was found",
                                    List.of()))));
  }

  /** The lowest, should there be several: two that are made at once do not see each other. */
  private Outcome<Priority> byDefault(Request request) {
    return request.reads().snapshot(CLASSES).map(this::byDefault);
  }

  private Priority byDefault(ResourceSnapshot classes) {
    Default before = known;
    if (before.version() == classes.version()) {
      return before.priority();
    }
    Priority priority = lowest(classes);
    known = new Default(classes.version(), priority);
    return priority;
  }

  private static Priority lowest(ResourceSnapshot classes) {
    Priority lowest = Priority.NONE;
    for (StoredObject type : classes.objects().values()) {
      if (isDefault(type)) {
        Priority priority = Priority.of(type);
        boolean first = lowest.className().isEmpty();
        lowest = first || priority.value() < lowest.value() ? priority : lowest;
      }
    }
    return lowest;
  }

  private static boolean isDefault(StoredObject type) {
    return Json.readObject(type.json()).path("globalDefault").asBoolean(false);
  }

  private static Optional<Rejection> give(Request request, ObjectNode spec, Priority priority) {
    JsonNode said = spec.path("priority");
    if (said.isNumber() && said.asInt() != priority.value()) {
      return Optional.of(
          AdmissionRules.forbidden(
              request,
              "the integer value of priority ("
                  + said.asInt()
                  + ") must not be provided in pod spec; priority admission controller computed "
                  + priority.value()
                  + " from the given PriorityClass name",
              List.of()));
    }
    String policy = spec.path("preemptionPolicy").asText("");
    if (!policy.isEmpty() && !policy.equals(priority.preemptionPolicy())) {
      return Optional.of(
          AdmissionRules.forbidden(
              request,
              "the string value of PreemptionPolicy ("
                  + policy
                  + ") must not be provided in pod spec; priority admission controller computed "
                  + priority.preemptionPolicy()
                  + " from the given PriorityClass name",
              List.of()));
    }
    if (!priority.className().isEmpty()) {
      spec.put("priorityClassName", priority.className());
    }
    spec.put("priority", priority.value()).put("preemptionPolicy", priority.preemptionPolicy());
    return Optional.empty();
  }

  private static Optional<Rejection> onlyDefault(Request request) {
    boolean claims =
        request.object().filter(type -> type.path("globalDefault").asBoolean(false)).isPresent();
    if (!claims) {
      return Optional.empty();
    }
    String name = request.object().map(ObjectMeta::name).orElse("");
    return switch (request.reads().snapshot(CLASSES)) {
      case Outcome.Rejected<ResourceSnapshot>(Rejection why) -> Optional.of(why);
      case Outcome.Done<ResourceSnapshot>(ResourceSnapshot classes) ->
          classes.objects().values().stream()
              .filter(type -> !type.key().name().equals(name) && isDefault(type))
              .findFirst()
              .map(
                  other ->
                      AdmissionRules.forbidden(
                          request,
                          "PriorityClass "
                              + other.key().name()
                              + " is already marked as default. Only one default can exist",
                          List.of()));
    };
  }
}
