package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Quantity;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.quota.ResourceLists;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Upstream's plugin LimitRanger: containers get what the LimitRanges of their namespace have for
 * those that say nothing, and containers, pods and claims are held to what is the least and the
 * most.
 *
 * @see "Source: plugin/pkg/admission/limitranger admission.go"
 */
final class LimitRanger implements Admission {
  private static final GroupResource RANGES = new GroupResource("", "limitranges");
  private static final String ANNOTATION = "kubernetes.io/limit-ranger";

  @Override
  public Optional<Rejection> admit(Request request) {
    Optional<ObjectNode> pod = request.creationOf("pods");
    if (pod.isEmpty()) {
      return Optional.empty();
    }
    return switch (ranges(request)) {
      case Outcome.Rejected<List<JsonNode>>(Rejection why) -> Optional.of(why);
      case Outcome.Done<List<JsonNode>>(List<JsonNode> ranges) -> {
        ranges.forEach(range -> fill(pod.get(), range));
        yield Optional.empty();
      }
    };
  }

  @Override
  public Optional<Rejection> validate(Request request) {
    boolean claims = request.concerns("persistentvolumeclaims");
    Optional<ObjectNode> object = claims ? request.object() : request.creationOf("pods");
    if (object.isEmpty() || ObjectMeta.isDeleting(object.get())) {
      return Optional.empty();
    }
    return switch (ranges(request)) {
      case Outcome.Rejected<List<JsonNode>>(Rejection why) -> Optional.of(why);
      case Outcome.Done<List<JsonNode>>(List<JsonNode> ranges) ->
          ranges.stream()
              .map(range -> errors(range, object.get(), claims))
              .filter(errors -> !errors.isEmpty())
              .findFirst()
              .map(errors -> AdmissionRules.forbidden(request, joined(errors), List.of()));
    };
  }

  private static Outcome<List<JsonNode>> ranges(Request request) {
    return request
        .reads()
        .snapshot(RANGES)
        .map(
            all ->
                all.namespace(request.target().namespace()).values().stream()
                    .map(range -> Json.readObject(range.json()).at("/spec/limits"))
                    .toList());
  }

  /** As Go writes several errors in one. */
  static String joined(Set<String> errors) {
    return errors.size() == 1 ? errors.iterator().next() : "[" + String.join(", ", errors) + "]";
  }

  private static void fill(ObjectNode pod, JsonNode limits) {
    ObjectNode requests = Json.object();
    ObjectNode most = Json.object();
    for (JsonNode limit : limits) {
      if (limit.path("type").asText().equals("Container")) {
        limit.path("defaultRequest").properties().forEach(it -> put(requests, it));
        limit.path("default").properties().forEach(it -> put(most, it));
      }
    }
    List<String> said = new ArrayList<>();
    for (JsonNode container : pod.at("/spec/containers")) {
      fill((ObjectNode) container, requests, most, "container", said);
    }
    for (JsonNode container : pod.at("/spec/initContainers")) {
      fill((ObjectNode) container, requests, most, "init container", said);
    }
    if (!said.isEmpty()) {
      ObjectMeta.of(pod)
          .withObject("annotations")
          .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", said));
    }
  }

  private static void put(ObjectNode into, Map.Entry<String, JsonNode> entry) {
    into.set(entry.getKey(), entry.getValue());
  }

  private static void fill(
      ObjectNode container,
      ObjectNode requests,
      ObjectNode limits,
      String what,
      List<String> said) {
    String name = " for " + what + " " + container.path("name").asText();
    Set<String> setRequests = fill(container, "requests", requests);
    Set<String> setLimits = fill(container, "limits", limits);
    if (!setRequests.isEmpty()) {
      said.add(String.join(", ", setRequests) + " request" + name);
    }
    if (!setLimits.isEmpty()) {
      said.add(String.join(", ", setLimits) + " limit" + name);
    }
  }

  private static Set<String> fill(ObjectNode container, String part, ObjectNode defaults) {
    Set<String> set = new TreeSet<>();
    for (Map.Entry<String, JsonNode> entry : defaults.properties()) {
      if (!container.path("resources").path(part).has(entry.getKey())) {
        container.withObject("resources").withObject(part).set(entry.getKey(), entry.getValue());
        set.add(entry.getKey());
      }
    }
    return set;
  }

  private static Set<String> errors(JsonNode limits, ObjectNode object, boolean claim) {
    Set<String> errors = new LinkedHashSet<>();
    for (JsonNode limit : limits) {
      String type = limit.path("type").asText();
      if (claim && type.equals("PersistentVolumeClaim")) {
        new Held(limit, type, object.at("/spec/resources"), errors).checkClaim();
      } else if (!claim && type.equals("Container")) {
        for (String containers : List.of("/spec/containers", "/spec/initContainers")) {
          for (JsonNode container : object.at(containers)) {
            new Held(limit, type, container.path("resources"), errors).check();
          }
        }
      } else if (!claim && type.equals("Pod")) {
        JsonNode spec = object.path("spec");
        ObjectNode total = Json.object();
        total.set("requests", ResourceLists.write(ResourceLists.ofPod(spec, "requests")));
        total.set("limits", ResourceLists.write(ResourceLists.ofPod(spec, "limits")));
        new Held(limit, type, total, errors).check();
      }
    }
    return errors;
  }

  /**
   * One thing and what it is held to.
   *
   * @param limit the LimitRange's item
   * @param resources of the thing
   * @param errors where what is wrong is added
   */
  private record Held(JsonNode limit, String type, JsonNode resources, Set<String> errors) {
    void check() {
      each("min", this::checkMin);
      each("max", this::checkMax);
      each("maxLimitRequestRatio", this::checkRatio);
    }

    /** A claim has requests alone. */
    void checkClaim() {
      each("min", this::checkMin);
      each("max", this::checkMaxRequest);
    }

    private interface Rule {
      void check(String resource, Quantity bound);
    }

    private void each(String field, Rule rule) {
      ResourceLists.read(limit.path(field)).forEach(rule::check);
    }

    private Optional<Quantity> amount(String part, String resource) {
      String text = resources.path(part).path(resource).asText("");
      return text.isEmpty() ? Optional.empty() : Optional.of(Quantity.parse(text));
    }

    private String bound(String which, String resource, Quantity bound) {
      return which + " " + resource + " usage per " + type + " is " + bound;
    }

    private void checkMin(String resource, Quantity least) {
      String bound = bound("minimum", resource, least);
      Optional<Quantity> request = amount("requests", resource);
      Optional<Quantity> most = amount("limits", resource);
      if (request.isEmpty()) {
        errors.add(bound + ".  No request is specified");
      } else if (request.get().compareTo(least) < 0) {
        errors.add(bound + ", but request is " + request.get());
      } else if (most.isPresent() && most.get().compareTo(least) < 0) {
        errors.add(bound + ", but limit is " + most.get());
      }
    }

    private void checkMax(String resource, Quantity most) {
      String bound = bound("maximum", resource, most);
      Optional<Quantity> request = amount("requests", resource);
      Optional<Quantity> own = amount("limits", resource);
      if (own.isEmpty()) {
        errors.add(bound + ".  No limit is specified");
      } else if (own.get().compareTo(most) > 0) {
        errors.add(bound + ", but limit is " + own.get());
      } else if (request.isPresent() && request.get().compareTo(most) > 0) {
        errors.add(bound + ", but request is " + request.get());
      }
    }

    private void checkMaxRequest(String resource, Quantity most) {
      String bound = bound("maximum", resource, most);
      Optional<Quantity> request = amount("requests", resource);
      if (request.isEmpty()) {
        errors.add(bound + ".  No request is specified");
      } else if (request.get().compareTo(most) > 0) {
        errors.add(bound + ", but request is " + request.get());
      }
    }

    private void checkRatio(String resource, Quantity most) {
      String bound = resource + " max limit to request ratio per " + type + " is " + most;
      Optional<Quantity> request = amount("requests", resource).filter(it -> it.signum() != 0);
      Optional<Quantity> own = amount("limits", resource).filter(it -> it.signum() != 0);
      if (request.isEmpty()) {
        errors.add(bound + ", but no request is specified or request is 0");
      } else if (own.isEmpty()) {
        errors.add(bound + ", but no limit is specified or limit is 0");
      } else {
        double ratio = (double) own.get().millis() / request.get().millis();
        if (ratio * 1000 > most.millis()) {
          errors.add(bound + ", but provided ratio is " + String.format(Locale.ROOT, "%f", ratio));
        }
      }
    }
  }
}
