package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * ResourceSlices: which devices there are, and from which nodes they can be reached.
 *
 * @see "Source: kubernetes pkg/apis/resource/validation validateResourceSliceSpec"
 */
public final class ResourceSliceValidation {
  private static final int MOST_DEVICES = 128;
  private static final int MOST_ADVANCED_DEVICES = 64;
  private static final int MOST_PROPERTIES = 32;
  private static final int MOST_TAINTS = 16;
  private static final int LONGEST_POOL = 253;
  private static final int LONGEST_TEXT = 64;
  private static final String MANY = ", but multiple fields are set";
  private static final String ONE_OF =
      "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
  private static final String ONE_OF_DEVICE =
      "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when"
          + " `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
  private static final List<String> EFFECTS = List.of("NoExecute", "NoSchedule", "None");
  private static final Pattern VERSION =
      Pattern.compile(
          "(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*)){2}(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?");

  private ResourceSliceValidation() {}

  public static List<FieldError> validate(ObjectNode slice) {
    List<FieldError> errors =
        MetadataValidation.validate(slice, false, MetadataValidation.SUBDOMAIN);
    driverAndPool(errors, slice.path("spec"));
    devices(errors, slice.path("spec"));
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode slice, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(slice, current);
    JsonNode spec = slice.path("spec");
    driverAndPool(errors, spec);
    Checks.immutable(
        errors, "spec.pool.name", spec.at("/pool/name"), current.at("/spec/pool/name"));
    Checks.immutable(errors, "spec.driver", spec.path("driver"), current.at("/spec/driver"));
    Checks.immutable(errors, "spec.nodeName", spec.path("nodeName"), current.at("/spec/nodeName"));
    devices(errors, spec);
    return errors;
  }

  private static void driverAndPool(List<FieldError> errors, JsonNode spec) {
    StorageValidation.driverName(errors, "spec.driver", Checks.text(spec, "driver"));
    JsonNode pool = spec.path("pool");
    String name = Checks.text(pool, "name");
    if (name.isEmpty()) {
      errors.add(FieldError.required("spec.pool.name", ""));
    } else {
      if (name.length() > LONGEST_POOL) {
        errors.add(FieldError.tooLong("spec.pool.name", LONGEST_POOL));
      }
      for (String part : name.split("/", -1)) {
        Checks.form(errors, "spec.pool.name", part, Names::dnsSubdomain);
      }
    }
    if (pool.path("resourceSliceCount").asLong() <= 0) {
      errors.add(
          FieldError.invalid(
              "spec.pool.resourceSliceCount",
              pool.path("resourceSliceCount").asLong(),
              Amounts.POSITIVE));
    }
    if (pool.path("generation").asLong() < 0) {
      errors.add(
          FieldError.invalid(
              "spec.pool.generation",
              pool.path("generation"),
              "must be greater than or equal to zero"));
    }
  }

  private static void devices(List<FieldError> errors, JsonNode spec) {
    List<String> said =
        nodes(errors, "spec", spec, "must be either unset or set to a non-empty string");
    JsonNode terms = spec.at("/nodeSelector/nodeSelectorTerms");
    if (spec.path("nodeSelector").isObject() && terms.size() != 1) {
      errors.add(
          FieldError.invalid(
              "spec.nodeSelector.nodeSelectorTerms",
              terms.isMissingNode() ? NullNode.instance : terms,
              "must have exactly one node selector term"));
    }
    flag(errors, "spec", spec, "perDeviceNodeSelection", said);
    if (said.isEmpty()) {
      errors.add(FieldError.required("spec", ONE_OF));
    } else if (said.size() > 1) {
      errors.add(FieldError.invalid("spec", braced(said), ONE_OF + MANY));
    }
    if (spec.has("sharedCounters") && spec.has("devices")) {
      errors.add(
          FieldError.invalid("spec", "", "only one of `sharedCounters` or `devices` is allowed"));
    }
    JsonNode devices = spec.path("devices");
    boolean advanced = false;
    for (JsonNode device : devices) {
      advanced |= !device.path("taints").isEmpty() || !device.path("consumesCounters").isEmpty();
    }
    int most = advanced ? MOST_ADVANCED_DEVICES : MOST_DEVICES;
    Checks.atMost(errors, "spec.devices", devices, most);
    if (devices.size() > most) {
      return;
    }
    int i = 0;
    for (JsonNode device : devices) {
      device(
          errors,
          "spec.devices[" + i++ + "]",
          device,
          spec.path("perDeviceNodeSelection").asBoolean(false));
    }
    DeviceValidation.unique(errors, "spec.devices", devices, "name");
  }

  private static String braced(List<String> fields) {
    return "{" + String.join(", ", fields) + "}";
  }

  /** Which of the ways to name nodes are taken, as upstream writes them. */
  private static List<String> nodes(
      List<FieldError> errors, String path, JsonNode part, String notEmpty) {
    List<String> said = new ArrayList<>();
    if (part.hasNonNull("nodeName")) {
      String name = Checks.text(part, "nodeName");
      if (name.isEmpty()) {
        errors.add(FieldError.invalid(path + ".nodeName", name, notEmpty));
      } else {
        said.add("`nodeName`");
        Checks.form(errors, path + ".nodeName", name, Names::dnsSubdomain);
      }
    }
    if (part.path("nodeSelector").isObject()) {
      said.add("`nodeSelector`");
      AffinityValidation.nodeSelector(errors, path + ".nodeSelector", part.path("nodeSelector"));
    }
    flag(errors, path, part, "allNodes", said);
    return said;
  }

  private static void flag(
      List<FieldError> errors, String path, JsonNode part, String field, List<String> said) {
    JsonNode value = part.path(field);
    if (value.asBoolean(false)) {
      said.add("`" + field + "`");
    } else if (value.isBoolean()) {
      errors.add(
          FieldError.invalid(path + "." + field, value, "must be either unset or set to true"));
    }
  }

  private static void device(
      List<FieldError> errors, String path, JsonNode device, boolean choosesNodes) {
    Checks.name(errors, path + ".name", Checks.text(device, "name"), Names::dnsLabel);
    JsonNode attributes = device.path("attributes");
    int properties = attributes.size() + device.path("capacity").size();
    if (properties > MOST_PROPERTIES) {
      errors.add(
          FieldError.invalid(
              path,
              properties,
              "the total number of attributes and capacities must not exceed " + MOST_PROPERTIES));
    }
    for (var attribute : attributes.properties()) {
      DeviceNames.qualified(errors, path + ".attributes", attribute.getKey());
      String here = path + ".attributes[" + attribute.getKey() + "]";
      attribute(errors, here, attribute.getValue());
    }
    for (var capacity : device.path("capacity").properties()) {
      DeviceNames.qualified(errors, path + ".capacity", capacity.getKey());
    }
    taints(errors, path + ".taints", device.path("taints"));
    if (choosesNodes) {
      List<String> said = nodes(errors, path, device, "must not be empty");
      if (said.isEmpty()) {
        errors.add(FieldError.required(path, ONE_OF_DEVICE));
      } else if (said.size() > 1) {
        errors.add(FieldError.invalid(path, braced(said), ONE_OF_DEVICE));
      }
    } else if (device.has("nodeName") || device.has("nodeSelector") || device.has("allNodes")) {
      errors.add(
          FieldError.invalid(
              path,
              NullNode.instance,
              "`nodeName`, `nodeSelector` and `allNodes` can only be set if"
                  + " `perDeviceNodeSelection` is set to true in the ResourceSlice spec"));
    }
  }

  private static void attribute(List<FieldError> errors, String path, JsonNode attribute) {
    for (String field : List.of("string", "version")) {
      String text = Checks.text(attribute, field);
      if (field.equals("version")
          && attribute.hasNonNull(field)
          && !VERSION.matcher(text).matches()) {
        errors.add(
            FieldError.invalid(
                path + ".version", text, "must be a string compatible with semver.org spec 2.0.0"));
      }
      if (text.length() > LONGEST_TEXT) {
        errors.add(FieldError.tooLong(path + "." + field, LONGEST_TEXT));
      }
    }
    if (attribute.size() != 1) {
      errors.add(
          FieldError.invalid(
              path, attribute.isEmpty() ? "" : attribute, "exactly one value must be specified"));
    }
  }

  private static void taints(List<FieldError> errors, String path, JsonNode taints) {
    Checks.atMost(errors, path, taints, MOST_TAINTS);
    int i = 0;
    for (JsonNode taint : taints) {
      String here = path + "[" + i++ + "]";
      Checks.form(errors, here + ".key", Checks.text(taint, "key"), Names::qualifiedName);
      Checks.form(errors, here + ".value", Checks.text(taint, "value"), Names::labelValue);
      Checks.oneOf(errors, here + ".effect", Checks.text(taint, "effect"), false, EFFECTS);
    }
  }
}
