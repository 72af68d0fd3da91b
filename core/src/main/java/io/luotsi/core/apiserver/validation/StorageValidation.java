package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
      Names.qualifiedName(provisioner.toLowerCase(Locale.ROOT))
          .forEach(wrong -> errors.add(FieldError.invalid("provisioner", provisioner, wrong)));
    }
    parameters(errors, type.path("parameters"));
    Checks.oneOf(
        errors, "reclaimPolicy", Checks.text(type, "reclaimPolicy"), true, RECLAIM_POLICIES);
    Checks.oneOf(
        errors, "volumeBindingMode", Checks.text(type, "volumeBindingMode"), false, BINDING_MODES);
    return errors;
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
    driverName(errors, "driverName", Checks.text(type, "driverName"));
    if (type.path("parameters").isEmpty()) {
      errors.add(FieldError.required("parameters", "must contain at least one key/value pair"));
    }
    parameters(errors, type.path("parameters"));
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
    } else if (named) {
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
    Checks.immutable(errors, "spec", attachment.path("spec"), current.path("spec"));
    return errors;
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
      for (String key : Checks.texts(driver.path("topologyKeys"))) {
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
