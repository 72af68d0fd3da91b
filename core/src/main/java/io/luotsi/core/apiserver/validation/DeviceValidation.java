package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The kinds of resource.k8s.io but ResourceSlices, without the expressions by which they select
 * devices, which are not compiled.
 *
 * @see "Source: kubernetes pkg/apis/resource/validation"
 */
public final class DeviceValidation {
  private static final List<String> ALLOCATION_MODES = List.of("All", "ExactCount");

  /** Of requests, constraints, configurations and selectors. */
  private static final int MOST = 32;

  private static final int MOST_ALTERNATIVES = 8;
  private static final int MOST_RESERVATIONS = 256;

  private DeviceValidation() {}

  public static List<FieldError> deviceClass(ObjectNode type) {
    List<FieldError> errors =
        MetadataValidation.validate(type, false, MetadataValidation.SUBDOMAIN);
    classSpec(errors, type.path("spec"));
    return errors;
  }

  public static List<FieldError> deviceClassUpdate(ObjectNode type, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(type, current);
    classSpec(errors, type.path("spec"));
    return errors;
  }

  private static void classSpec(List<FieldError> errors, JsonNode spec) {
    selectors(errors, "spec.selectors", spec.path("selectors"));
    if (within(errors, "spec.config", spec.path("config"))) {
      int i = 0;
      for (JsonNode config : spec.path("config")) {
        opaque(errors, "spec.config[" + i++ + "]", config);
      }
    }
  }

  private static void selectors(List<FieldError> errors, String path, JsonNode selectors) {
    if (!within(errors, path, selectors)) {
      return;
    }
    int i = 0;
    for (JsonNode selector : selectors) {
      String here = path + "[" + i++ + "]";
      if (!selector.path("cel").isObject()) {
        errors.add(FieldError.required(here + ".cel", ""));
      } else {
        Checks.required(errors, here + ".cel", selector.path("cel"), "expression");
      }
    }
  }

  public static List<FieldError> claim(ObjectNode claim) {
    List<FieldError> errors =
        MetadataValidation.validate(claim, true, MetadataValidation.SUBDOMAIN);
    claimSpec(errors, "spec", claim.path("spec"));
    return errors;
  }

  public static List<FieldError> claimUpdate(ObjectNode claim, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(claim, current);
    Checks.immutable(errors, "spec", claim.path("spec"), current.path("spec"));
    return errors;
  }

  /** Devices that a claim was given stay the same as long as it has any. */
  public static List<FieldError> claimStatus(ObjectNode claim, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(claim, current);
    JsonNode reservations = claim.at("/status/reservedFor");
    JsonNode allocation = claim.at("/status/allocation");
    JsonNode before = current.at("/status/allocation");
    String path = "status.reservedFor";
    Checks.atMost(errors, path, reservations, MOST_RESERVATIONS);
    if (reservations.size() <= MOST_RESERVATIONS) {
      int i = 0;
      for (JsonNode reservation : reservations) {
        String here = path + "[" + i++ + "]";
        for (String field : List.of("resource", "name", "uid")) {
          Checks.required(errors, here, reservation, field);
        }
      }
      unique(errors, path, reservations, "uid");
    }
    if (!reservations.isEmpty() && !allocation.isObject()) {
      errors.add(FieldError.forbidden(path, "may not be specified when `allocated` is not set"));
    } else if (claim.path("metadata").hasNonNull("deletionTimestamp")
        && !items(current.at("/status/reservedFor")).containsAll(items(reservations))) {
      errors.add(
          FieldError.forbidden(
              path,
              "new entries may not be added while `deallocationRequested` or `deletionTimestamp`"
                  + " are set"));
    }
    if (allocation.isObject() && before.isObject()) {
      Checks.immutable(errors, "status.allocation", allocation, before);
    } else if (allocation.path("nodeSelector").isObject()) {
      AffinityValidation.nodeSelector(
          errors, "status.allocation.nodeSelector", allocation.path("nodeSelector"));
    }
    return errors;
  }

  private static Set<JsonNode> items(JsonNode list) {
    Set<JsonNode> items = new HashSet<>();
    list.forEach(items::add);
    return items;
  }

  public static List<FieldError> template(ObjectNode template) {
    List<FieldError> errors =
        MetadataValidation.validate(template, true, MetadataValidation.SUBDOMAIN);
    claimSpec(errors, "spec.spec", template.at("/spec/spec"));
    return errors;
  }

  public static List<FieldError> templateUpdate(ObjectNode template, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(template, current);
    Checks.immutable(errors, "spec", template.path("spec"), current.path("spec"));
    return errors;
  }

  private static void claimSpec(List<FieldError> errors, String path, JsonNode spec) {
    JsonNode devices = spec.path("devices");
    requests(errors, path + ".devices.requests", devices.path("requests"));
    Set<String> names = names(devices.path("requests"));
    if (within(errors, path + ".devices.constraints", devices.path("constraints"))) {
      int i = 0;
      for (JsonNode constraint : devices.path("constraints")) {
        constraint(errors, path + ".devices.constraints[" + i++ + "]", constraint, names);
      }
    }
    if (within(errors, path + ".devices.config", devices.path("config"))) {
      int i = 0;
      for (JsonNode config : devices.path("config")) {
        String here = path + ".devices.config[" + i++ + "]";
        references(errors, here + ".requests", config.path("requests"), names);
        opaque(errors, here, config);
      }
    }
  }

  /** Those by which a claim's other parts can call its requests. */
  private static Set<String> names(JsonNode requests) {
    Set<String> names = new HashSet<>();
    for (JsonNode request : requests) {
      String name = Checks.text(request, "name");
      names.add(name);
      request
          .path("firstAvailable")
          .forEach(alternative -> names.add(name + "/" + Checks.text(alternative, "name")));
    }
    return names;
  }

  /** Whether a list is short enough to be looked at. */
  private static boolean within(List<FieldError> errors, String path, JsonNode list) {
    Checks.atMost(errors, path, list, MOST);
    return list.size() <= MOST;
  }

  private static void requests(List<FieldError> errors, String path, JsonNode requests) {
    if (!within(errors, path, requests)) {
      return;
    }
    int i = 0;
    for (JsonNode request : requests) {
      String here = path + "[" + i++ + "]";
      Checks.name(errors, here + ".name", Checks.text(request, "name"), Names::dnsLabel);
      boolean exactly = request.path("exactly").isObject();
      boolean oneOf = !request.path("firstAvailable").isEmpty();
      String detail = "exactly one of `exactly` or `firstAvailable` is required";
      if (!exactly && !oneOf) {
        errors.add(FieldError.required(here, detail));
      } else if (exactly && oneOf) {
        errors.add(
            FieldError.invalid(here, NullNode.instance, detail + ", but multiple fields are set"));
      } else if (exactly) {
        request(errors, here + ".exactly", request.path("exactly"));
      } else {
        alternatives(errors, here + ".firstAvailable", request.path("firstAvailable"));
      }
    }
    unique(errors, path, requests, "name");
  }

  private static void alternatives(List<FieldError> errors, String path, JsonNode alternatives) {
    Checks.atMost(errors, path, alternatives, MOST_ALTERNATIVES);
    if (alternatives.size() > MOST_ALTERNATIVES) {
      return;
    }
    int i = 0;
    for (JsonNode alternative : alternatives) {
      String here = path + "[" + i++ + "]";
      Checks.name(errors, here + ".name", Checks.text(alternative, "name"), Names::dnsLabel);
      request(errors, here, alternative);
    }
    unique(errors, path, alternatives, "name");
  }

  /** As upstream, who names the item and not what of it is there twice. */
  static void unique(List<FieldError> errors, String path, JsonNode list, String key) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode item : list) {
      String value = Checks.text(item, key);
      if (!seen.add(value)) {
        errors.add(FieldError.duplicate(path + "[" + i + "]", value));
      }
      i++;
    }
  }

  private static void constraint(
      List<FieldError> errors, String path, JsonNode constraint, Set<String> names) {
    references(errors, path + ".requests", constraint.path("requests"), names);
    if (constraint.hasNonNull("matchAttribute")) {
      attribute(errors, path + ".matchAttribute", Checks.text(constraint, "matchAttribute"));
    } else if (constraint.hasNonNull("distinctAttribute")) {
      attribute(errors, path + ".distinctAttribute", Checks.text(constraint, "distinctAttribute"));
    } else {
      errors.add(
          FieldError.required(
              path,
              "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but"
                  + " multiple fields are set")); // sic
    }
  }

  private static void attribute(List<FieldError> errors, String path, String name) {
    DeviceNames.qualified(errors, path, name);
    if (name.indexOf('/') < 0) {
      errors.add(
          FieldError.invalid(
              path,
              name,
              "a fully qualified name must be a domain and a name separated by a slash"));
    }
  }

  private static void references(
      List<FieldError> errors, String path, JsonNode references, Set<String> names) {
    if (!within(errors, path, references)) {
      return;
    }
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (String reference : Checks.texts(references)) {
      String here = path + "[" + i++ + "]";
      if (!names.contains(reference)) {
        errors.add(
            FieldError.invalid(
                here,
                reference,
                "must be the name of a request in the claim or the name of a request and a"
                    + " subrequest separated by '/'"));
      }
      if (!seen.add(reference)) {
        errors.add(FieldError.duplicate(here, reference));
      }
    }
  }

  private static void opaque(List<FieldError> errors, String path, JsonNode config) {
    JsonNode opaque = config.path("opaque");
    if (!opaque.isObject()) {
      errors.add(FieldError.required(path + ".opaque", ""));
      return;
    }
    StorageValidation.driverName(errors, path + ".opaque.driver", Checks.text(opaque, "driver"));
    JsonNode parameters = opaque.path("parameters");
    String here = path + ".opaque.parameters";
    if (parameters.isMissingNode() || parameters.isNull()) {
      errors.add(FieldError.required(here, ""));
    } else if (!parameters.isObject()) {
      errors.add(FieldError.invalid(here, "<value omitted>", "must be a valid JSON object"));
    }
  }

  private static void request(List<FieldError> errors, String path, JsonNode request) {
    Checks.name(
        errors,
        path + ".deviceClassName",
        Checks.text(request, "deviceClassName"),
        Names::dnsSubdomain);
    selectors(errors, path + ".selectors", request.path("selectors"));
    String mode = Checks.text(request, "allocationMode");
    JsonNode count = request.path("count");
    Checks.oneOf(errors, path + ".allocationMode", mode, false, ALLOCATION_MODES);
    if (mode.equals("ExactCount") && count.asLong() <= 0) {
      errors.add(FieldError.invalid(path + ".count", count, Amounts.POSITIVE));
    } else if (mode.equals("All") && count.asLong() != 0) {
      errors.add(
          FieldError.invalid(
              path + ".count", count, "must not be specified when allocationMode is 'All'"));
    }
  }
}
