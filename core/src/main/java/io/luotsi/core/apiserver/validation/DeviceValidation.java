package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The kinds of resource.k8s.io, without the expressions by which they select devices, which are not
 * compiled.
 *
 * @see "Source: kubernetes pkg/apis/resource/validation"
 */
public final class DeviceValidation {
  private static final List<String> ALLOCATION_MODES = List.of("All", "ExactCount");
  private static final int MOST_DEVICES = 128;
  private static final int MOST_REQUESTS = 32;

  private DeviceValidation() {}

  public static List<FieldError> deviceClass(ObjectNode type) {
    List<FieldError> errors =
        MetadataValidation.validate(type, false, MetadataValidation.SUBDOMAIN);
    selectors(errors, "spec.selectors", type.at("/spec/selectors"));
    return errors;
  }

  public static List<FieldError> deviceClassUpdate(ObjectNode type, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(type, current);
    selectors(errors, "spec.selectors", type.at("/spec/selectors"));
    return errors;
  }

  private static void selectors(List<FieldError> errors, String path, JsonNode selectors) {
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
    JsonNode requests = spec.path("devices").path("requests");
    String list = path + ".devices.requests";
    Checks.atMost(errors, list, requests, MOST_REQUESTS);
    Set<String> names = new HashSet<>();
    int i = 0;
    for (JsonNode request : requests) {
      String here = list + "[" + i++ + "]";
      String name = Checks.text(request, "name");
      Checks.name(errors, here + ".name", name, Names::dnsLabel);
      if (!name.isEmpty() && !names.add(name)) {
        errors.add(FieldError.duplicate(here + ".name", name));
      }
      boolean exactly = request.path("exactly").isObject();
      boolean oneOf = !request.path("firstAvailable").isEmpty();
      if (exactly == oneOf) {
        String detail = "exactly one of `exactly` or `firstAvailable` is required";
        errors.add(
            exactly
                ? FieldError.invalid(here, name, detail + ", but multiple fields are set")
                : FieldError.required(here, detail));
      }
      if (exactly) {
        request(errors, here + ".exactly", request.path("exactly"));
      }
      int j = 0;
      for (JsonNode alternative : request.path("firstAvailable")) {
        String there = here + ".firstAvailable[" + j++ + "]";
        Checks.name(errors, there + ".name", Checks.text(alternative, "name"), Names::dnsLabel);
        request(errors, there, alternative);
      }
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

  public static List<FieldError> slice(ObjectNode slice) {
    List<FieldError> errors =
        MetadataValidation.validate(slice, false, MetadataValidation.SUBDOMAIN);
    sliceSpec(errors, slice.path("spec"));
    return errors;
  }

  public static List<FieldError> sliceUpdate(ObjectNode slice, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(slice, current);
    JsonNode spec = slice.path("spec");
    sliceSpec(errors, spec);
    Checks.immutable(errors, "spec.driver", spec.path("driver"), current.at("/spec/driver"));
    Checks.immutable(
        errors, "spec.pool.name", spec.at("/pool/name"), current.at("/spec/pool/name"));
    Checks.immutable(errors, "spec.nodeName", spec.path("nodeName"), current.at("/spec/nodeName"));
    return errors;
  }

  private static void sliceSpec(List<FieldError> errors, JsonNode spec) {
    StorageValidation.driverName(errors, "spec.driver", Checks.text(spec, "driver"));
    JsonNode pool = spec.path("pool");
    if (Checks.text(pool, "name").isEmpty()) {
      errors.add(FieldError.required("spec.pool.name", ""));
    }
    if (pool.path("resourceSliceCount").asLong() <= 0) {
      errors.add(
          FieldError.invalid(
              "spec.pool.resourceSliceCount",
              pool.path("resourceSliceCount").asLong(),
              Amounts.POSITIVE));
    }
    Checks.notNegative(errors, "spec.pool", pool, "generation");
    JsonNode devices = spec.path("devices");
    Checks.atMost(errors, "spec.devices", devices, MOST_DEVICES);
    Set<String> names = new HashSet<>();
    int i = 0;
    for (JsonNode device : devices) {
      String path = "spec.devices[" + i++ + "]";
      String name = Checks.text(device, "name");
      Checks.name(errors, path + ".name", name, Names::dnsLabel);
      if (!name.isEmpty() && !names.add(name)) {
        errors.add(FieldError.duplicate(path + ".name", name));
      }
    }
  }
}
