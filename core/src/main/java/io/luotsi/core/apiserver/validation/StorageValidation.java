package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The kinds of storage.k8s.io.
 *
 * @see "Source: kubernetes pkg/apis/storage/validation"
 */
public final class StorageValidation {
  private static final List<String> RECLAIM_POLICIES = List.of("Delete", "Retain");
  private static final List<String> BINDING_MODES = List.of("Immediate", "WaitForFirstConsumer");
  private static final List<String> GROUP_POLICIES =
      List.of("File", "None", "ReadWriteOnceWithFSType");
  private static final List<String> LIFECYCLES = List.of("Persistent", "Ephemeral");
  private static final int MOST_PARAMETERS = 512;
  private static final int MOST_PARAMETER_BYTES = 256 * 1024;
  private static final int LONGEST_NODE_ID = 256;
  private static final int LONGEST_MESSAGE = 1024;
  private static final int SHORTEST_PERIOD_SECONDS = 10;
  private static final int SHORTEST_TOKEN_SECONDS = 600;

  private StorageValidation() {}

  static void driverName(List<FieldError> errors, String path, String name) {
    if (name.isEmpty()) {
      errors.add(FieldError.required(path, ""));
      return;
    }
    if (name.length() > Names.MAX_LABEL) {
      errors.add(FieldError.tooLong(path, Names.MAX_LABEL));
    }
    for (String wrong : Names.dnsSubdomain(name.toLowerCase(Locale.ROOT))) {
      errors.add(FieldError.invalid(path, name, wrong));
    }
  }

  public static List<FieldError> storageClass(ObjectNode type) {
    List<FieldError> errors =
        MetadataValidation.validate(type, false, MetadataValidation.SUBDOMAIN);
    String provisioner = Checks.text(type, "provisioner");
    if (provisioner.isEmpty()) {
      errors.add(FieldError.required("provisioner", ""));
    } else {
      provisioner(errors, "provisioner", provisioner);
    }
    parameters(errors, type.path("parameters"));
    Checks.oneOf(
        errors, "reclaimPolicy", Checks.text(type, "reclaimPolicy"), true, RECLAIM_POLICIES);
    Checks.oneOf(
        errors, "volumeBindingMode", Checks.text(type, "volumeBindingMode"), false, BINDING_MODES);
    topologies(errors, type.path("allowedTopologies"));
    return errors;
  }

  /** What is wrong is said of the name as upstream compares it. */
  private static void provisioner(List<FieldError> errors, String path, String name) {
    Checks.form(errors, path, name.toLowerCase(Locale.ROOT), Names::qualifiedName);
  }

  private static void topologies(List<FieldError> errors, JsonNode topologies) {
    Set<Map<String, Set<String>>> terms = new HashSet<>();
    int i = 0;
    for (JsonNode topology : topologies) {
      String path = "allowedTopologies[" + i++ + "].matchLabelExpressions";
      Map<String, Set<String>> term = new HashMap<>();
      int j = 0;
      for (JsonNode expression : topology.path("matchLabelExpressions")) {
        String here = path + "[" + j++ + "]";
        Set<String> values = values(errors, here + ".values", expression.path("values"));
        String key = Checks.text(expression, "key");
        Checks.form(errors, here + ".key", key, Names::qualifiedName);
        if (term.put(key, values) != null) {
          errors.add(FieldError.duplicate(here + ".key", key));
        }
      }
      if (!terms.add(term)) {
        errors.add(FieldError.duplicate(path, ""));
      }
    }
  }

  private static Set<String> values(List<FieldError> errors, String path, JsonNode values) {
    if (values.isEmpty()) {
      errors.add(FieldError.required(path, ""));
    }
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (String value : Checks.texts(values)) {
      if (!seen.add(value)) {
        errors.add(FieldError.duplicate(path + "[" + i + "]", value));
      }
      i++;
    }
    return seen;
  }

  private static void parameters(List<FieldError> errors, JsonNode parameters) {
    if (parameters.size() > MOST_PARAMETERS) {
      errors.add(FieldError.tooLong("parameters", MOST_PARAMETERS));
      return;
    }
    long size = 0;
    for (var entry : parameters.properties()) {
      if (entry.getKey().isEmpty()) {
        errors.add(FieldError.invalid("parameters", "", "field can not be empty."));
      }
      size += entry.getKey().length() + entry.getValue().asText().length();
    }
    if (size > MOST_PARAMETER_BYTES) {
      errors.add(FieldError.tooLong("parameters", MOST_PARAMETER_BYTES));
    }
  }

  public static List<FieldError> storageClassUpdate(ObjectNode type, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(type, current);
    for (String field :
        List.of("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")) {
      Checks.immutable(errors, field, type.path(field), current.path(field));
    }
    return errors;
  }

  public static List<FieldError> attributesClass(ObjectNode type) {
    List<FieldError> errors =
        MetadataValidation.validate(type, false, MetadataValidation.SUBDOMAIN);
    String driver = Checks.text(type, "driverName");
    if (driver.isEmpty()) {
      errors.add(FieldError.required("driverName", ""));
    } else {
      provisioner(errors, "driverName", driver);
    }
    parameters(errors, type.path("parameters"));
    if (type.path("parameters").isEmpty()) {
      errors.add(FieldError.required("parameters", "must contain at least one key/value pair"));
    }
    return errors;
  }

  public static List<FieldError> attributesClassUpdate(ObjectNode type, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(type, current);
    for (String field : List.of("driverName", "parameters")) {
      if (!type.path(field).equals(current.path(field))) {
        errors.add(FieldError.forbidden(field, "updates to " + field + " are forbidden."));
      }
    }
    return errors;
  }

  public static List<FieldError> attachment(ObjectNode attachment) {
    List<FieldError> errors =
        MetadataValidation.validate(attachment, false, MetadataValidation.SUBDOMAIN);
    JsonNode spec = attachment.path("spec");
    driverName(errors, "spec.attacher", Checks.text(spec, "attacher"));
    JsonNode source = spec.path("source");
    boolean inline = source.path("inlineVolumeSpec").isObject();
    boolean named = source.hasNonNull("persistentVolumeName");
    String one = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
    if (inline && named) {
      errors.add(FieldError.forbidden("spec.source", one));
    } else if (!inline && !named) {
      errors.add(FieldError.required("spec.source", one));
    } else if (inline) {
      PersistentVolumeValidation.inline(
          errors, "spec.source.inlineVolumeSpec", source.path("inlineVolumeSpec"));
    } else {
      String volume = Checks.text(source, "persistentVolumeName");
      if (volume.isEmpty()) {
        errors.add(
            FieldError.required(
                "spec.source.persistentVolumeName", "must specify non empty persistentVolumeName"));
      } else {
        Checks.form(errors, "spec.source.persistentVolumeName", volume, Names::dnsSubdomain);
      }
    }
    Checks.form(errors, "spec.nodeName", Checks.text(spec, "nodeName"), Names::dnsSubdomain);
    return errors;
  }

  public static List<FieldError> attachmentUpdate(ObjectNode attachment, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(attachment, current);
    attachmentStatus(errors, attachment.path("status"));
    Checks.immutable(errors, "spec", attachment.path("spec"), current.path("spec"));
    return errors;
  }

  private static void attachmentStatus(List<FieldError> errors, JsonNode status) {
    long size = 0;
    for (var entry : status.path("attachmentMetadata").properties()) {
      size += entry.getKey().length() + entry.getValue().asText().length();
    }
    if (size > MOST_PARAMETER_BYTES) {
      errors.add(FieldError.tooLong("status.attachmentMetadata", MOST_PARAMETER_BYTES));
    }
    for (String field : List.of("attachError", "detachError")) {
      JsonNode error = status.path(field);
      String path = "status." + field;
      if (Checks.text(error, "message").length() > LONGEST_MESSAGE) {
        // Upstream says another limit than it means.
        errors.add(FieldError.tooLong(path + ".message", MOST_PARAMETER_BYTES));
      }
      if (error.path("errorCode").asInt() < 0) {
        errors.add(
            FieldError.invalid(
                path + ".errorCode",
                error.path("errorCode"),
                "must be between 0 and 2147483647, inclusive"));
      }
    }
  }

  public static List<FieldError> driver(ObjectNode driver) {
    List<FieldError> errors =
        MetadataValidation.validate(driver, false, MetadataValidation.SUBDOMAIN);
    driverSpec(errors, driver.path("spec"));
    return errors;
  }

  private static void driverSpec(List<FieldError> errors, JsonNode spec) {
    Checks.oneOf(
        errors, "spec.fsGroupPolicy", Checks.text(spec, "fsGroupPolicy"), true, GROUP_POLICIES);
    Set<String> audiences = new HashSet<>();
    int i = 0;
    for (JsonNode request : spec.path("tokenRequests")) {
      String path = "spec.tokenRequests[" + i++ + "]";
      if (!audiences.add(Checks.text(request, "audience"))) {
        errors.add(FieldError.duplicate(path + ".audience", Checks.text(request, "audience")));
        continue;
      }
      JsonNode seconds = request.path("expirationSeconds");
      if (seconds.isNumber() && seconds.asLong() < SHORTEST_TOKEN_SECONDS) {
        errors.add(
            FieldError.invalid(
                path + ".expirationSeconds",
                seconds,
                "may not specify a duration less than 10 minutes"));
      }
      if (seconds.asLong() > 1L << 32) {
        errors.add(
            FieldError.invalid(
                path + ".expirationSeconds",
                seconds,
                "may not specify a duration larger than 2^32 seconds"));
      }
    }
    for (String mode : Checks.texts(spec.path("volumeLifecycleModes"))) {
      if (!LIFECYCLES.contains(mode)) {
        errors.add(FieldError.notSupported("spec.volumeLifecycleModes", mode, LIFECYCLES));
      }
    }
    JsonNode period = spec.path("nodeAllocatableUpdatePeriodSeconds");
    if (period.isNumber() && period.asLong() < SHORTEST_PERIOD_SECONDS) {
      errors.add(
          FieldError.invalid(
              "spec.nodeAllocatableUpdatePeriodSeconds",
              period,
              "must be greater than or equal to " + SHORTEST_PERIOD_SECONDS + " seconds"));
    }
    JsonNode inSecrets = spec.path("serviceAccountTokenInSecrets");
    if (inSecrets.isBoolean() && spec.path("tokenRequests").isEmpty()) {
      errors.add(
          FieldError.invalid(
              "spec.serviceAccountTokenInSecrets",
              inSecrets,
              "serviceAccountTokenInSecrets is set but no tokenRequests are specified"));
    }
  }

  public static List<FieldError> driverUpdate(ObjectNode driver, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(driver, current);
    JsonNode spec = driver.path("spec");
    JsonNode old = current.path("spec");
    driverSpec(errors, spec);
    // Upstream's own spelling of the first path.
    Checks.immutable(
        errors, "spec.attachedRequired", spec.path("attachRequired"), old.path("attachRequired"));
    Checks.immutable(
        errors,
        "spec.volumeLifecycleModes",
        spec.path("volumeLifecycleModes"),
        old.path("volumeLifecycleModes"));
    return errors;
  }

  public static List<FieldError> node(ObjectNode node) {
    List<FieldError> errors =
        MetadataValidation.validate(node, false, MetadataValidation.SUBDOMAIN);
    nodeDrivers(errors, node);
    return errors;
  }

  private static void nodeDrivers(List<FieldError> errors, ObjectNode node) {
    Set<String> names = new HashSet<>();
    int i = 0;
    for (JsonNode driver : node.at("/spec/drivers")) {
      String path = "spec.drivers[" + i++ + "]";
      String name = Checks.text(driver, "name");
      driverName(errors, path + ".name", name);
      String id = Checks.text(driver, "nodeID");
      if (id.isEmpty()) {
        errors.add(FieldError.required(path + ".nodeID", ""));
      } else if (id.length() > LONGEST_NODE_ID) {
        errors.add(
            FieldError.invalid(
                path + ".nodeID", id, "must be " + LONGEST_NODE_ID + " characters or less"));
      }
      Checks.notNegative(errors, path + ".allocatable", driver.path("allocatable"), "count");
      if (!names.add(name)) {
        errors.add(FieldError.duplicate(path + ".name", name));
      }
      Set<String> keys = new HashSet<>();
      for (String key : Checks.texts(driver.path("topologyKeys"))) {
        if (key.isEmpty()) {
          errors.add(FieldError.required(path, ""));
        }
        if (!keys.add(key)) {
          errors.add(FieldError.duplicate(path, key));
        }
        Checks.form(errors, path, key, Names::qualifiedName);
      }
    }
  }

  public static List<FieldError> nodeUpdate(ObjectNode node, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(node, current);
    nodeDrivers(errors, node);
    for (JsonNode old : current.at("/spec/drivers")) {
      for (JsonNode driver : node.at("/spec/drivers")) {
        if (driver.path("name").equals(old.path("name")) && !settled(driver).equals(settled(old))) {
          errors.add(FieldError.invalid("spec.drivers", settled(driver), Checks.IMMUTABLE));
        }
      }
    }
    return errors;
  }

  /** How many volumes a node takes may change; whose it is may not. */
  private static JsonNode settled(JsonNode driver) {
    return driver instanceof ObjectNode object
        ? object.deepCopy().remove(List.of("allocatable"))
        : driver;
  }

  public static List<FieldError> capacity(ObjectNode capacity) {
    List<FieldError> errors =
        MetadataValidation.validate(capacity, true, MetadataValidation.SUBDOMAIN);
    if (capacity.path("nodeTopology").isObject()) {
      Checks.labelSelector(errors, "nodeTopology", capacity.path("nodeTopology"));
    }
    Checks.form(
        errors, "storageClassName", Checks.text(capacity, "storageClassName"), Names::dnsSubdomain);
    Amounts.notNegative(errors, "capacity", capacity.path("capacity"));
    return errors;
  }

  public static List<FieldError> capacityUpdate(ObjectNode capacity, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(capacity, current);
    for (String field : List.of("nodeTopology", "storageClassName")) {
      Checks.immutable(errors, field, capacity.path(field), current.path(field));
    }
    return errors;
  }
}
