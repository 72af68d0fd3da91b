package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Names;
import io.luotsi.core.api.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a container or a pod as a whole asks for, and what it may not go beyond.
 *
 * @see "Source: pkg/apis/core/validation validateResourceRequirements"
 */
final class ContainerResourcesValidation {
  static final String HUGE_PAGES = "hugepages-";

  /** Says what is wrong with the name of a resource. */
  @FunctionalInterface
  interface NameForm {
    void check(List<FieldError> errors, String path, String name);
  }

  private ContainerResourcesValidation() {}

  /**
   * @param claims names of those that the pod has
   */
  static void validate(
      List<FieldError> errors, String path, JsonNode resources, Set<String> claims) {
    amounts(errors, path, resources, ResourceNames::ofContainers);
    claims(errors, path + ".claims", resources.path("claims"), claims);
  }

  /** Limits, requests, and how one goes with the other. */
  static void amounts(List<FieldError> errors, String path, JsonNode resources, NameForm form) {
    JsonNode limits = resources.path("limits");
    JsonNode requests = resources.path("requests");
    list(errors, path + ".limits", limits, form);
    list(errors, path + ".requests", requests, form);
    for (var request : requests.properties()) {
      comparison(errors, path, request.getKey(), request.getValue(), limits);
    }
    Set<String> names = ResourceNames.names(limits);
    names.addAll(ResourceNames.names(requests));
    if (names.stream().anyMatch(name -> name.startsWith(HUGE_PAGES))
        && !names.contains("cpu")
        && !names.contains("memory")) {
      errors.add(FieldError.forbidden(path, "HugePages require cpu or memory"));
    }
  }

  /** Devices that the container gets of the pod's claims, a whole claim or one request of it. */
  private static void claims(
      List<FieldError> errors, String path, JsonNode wanted, Set<String> claims) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode claim : wanted) {
      String here = path + "[" + i++ + "]";
      String name = Checks.text(claim, "name");
      String request = Checks.text(claim, "request");
      if (name.isEmpty()) {
        errors.add(FieldError.required(here, ""));
        continue;
      }
      String key = request.isEmpty() ? name : name + "/" + request;
      if (!request.isEmpty()) {
        Checks.form(errors, here + ".request", request, Names::dnsLabel);
      }
      boolean partOf = request.isEmpty() && seen.stream().anyMatch(k -> k.startsWith(name + "/"));
      if (seen.contains(name) || partOf) {
        errors.add(FieldError.duplicate(here, name));
      } else if (!seen.add(key)) {
        errors.add(FieldError.duplicate(here, key));
      }
      if (!claims.contains(name)) {
        errors.add(unknown(here, name, new TreeSet<>(claims)));
      }
    }
  }

  private static FieldError unknown(String path, String name, SortedSet<String> claims) {
    String known = claims.isEmpty() ? " which is empty" : ": " + String.join(", ", claims);
    FieldError error = FieldError.notFound(path, name);
    return new FieldError(
        error.type(),
        path,
        error.badValue(),
        "must be one of the names in pod.spec.resourceClaims" + known);
  }

  /** What running a pod costs besides its containers, which upstream takes for their limits. */
  static void overhead(List<FieldError> errors, String path, JsonNode overhead) {
    amounts(errors, path, Json.object().set("limits", overhead), ResourceNames::ofContainers);
  }

  private static void list(List<FieldError> errors, String path, JsonNode amounts, NameForm form) {
    for (var entry : amounts.properties()) {
      String resource = entry.getKey();
      String here = path + "[" + resource + "]";
      form.check(errors, here, resource);
      ResourceNames.amount(errors, here, resource, entry.getValue());
      if (resource.startsWith(HUGE_PAGES) && !isWholePages(resource, entry.getValue())) {
        errors.add(
            FieldError.invalid(
                here,
                entry.getValue(),
                entry.getValue().asText() + " is not positive integer multiple of " + resource));
      }
    }
  }

  private static void comparison(
      List<FieldError> errors, String path, String resource, JsonNode request, JsonNode limits) {
    boolean shared = ResourceNames.overcommits(resource);
    if (!limits.has(resource)) {
      if (!shared) {
        errors.add(
            FieldError.required(
                path + ".limits", "Limit must be set for non overcommitable resources"));
      }
      return;
    }
    Quantity limit = Quantity.parse(limits.path(resource).asText());
    int order = Quantity.parse(request.asText()).compareTo(limit);
    if (order > 0 || (order != 0 && !shared)) {
      errors.add(
          FieldError.invalid(
              path + ".requests",
              request.asText(),
              "must be "
                  + (shared ? "less than or equal to " : "equal to ")
                  + resource
                  + " limit of "
                  + limit));
    }
  }

  private static boolean isWholePages(String resource, JsonNode amount) {
    String size = resource.substring(HUGE_PAGES.length());
    if (Quantity.check(size).isPresent()
        || Quantity.parse(size).signum() <= 0
        || !Quantity.parse(size).isWhole()) {
      return false;
    }
    return Quantity.parse(amount.asText()).value() % Quantity.parse(size).value() == 0;
  }
}
