package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * StatefulSets.
 *
 * @see "Source: kubernetes pkg/apis/apps/validation"
 */
public final class StatefulSetValidation {
  private static final List<String> COUNTS =
      List.of(
          "replicas",
          "readyReplicas",
          "currentReplicas",
          "updatedReplicas",
          "availableReplicas",
          "observedGeneration",
          "collisionCount");
  private static final List<String> RETENTION = List.of("Retain", "Delete");

  /** Fields of the spec that an update may change, in the order in which upstream names them. */
  private static final List<String> MUTABLE =
      List.of(
          "replicas",
          "ordinals",
          "template",
          "updateStrategy",
          "revisionHistoryLimit",
          "persistentVolumeClaimRetentionPolicy",
          "minReadySeconds");

  private StatefulSetValidation() {}

  public static List<FieldError> validate(ObjectNode set) {
    List<FieldError> errors = MetadataValidation.validate(set, true, MetadataValidation.LABEL);
    spec(errors, set.path("spec"), true);
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode set, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(set, current);
    if (!set.path("spec").equals(current.path("spec"))) {
      spec(errors, set.path("spec"), false);
    }
    if (!fixed(set).equals(fixed(current))) {
      errors.add(
          FieldError.forbidden(
              "spec",
              "updates to statefulset spec for fields other than 'replicas', 'ordinals',"
                  + " 'template', 'updateStrategy', 'revisionHistoryLimit',"
                  + " 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are"
                  + " forbidden"));
    }
    return errors;
  }

  private static JsonNode fixed(ObjectNode set) {
    return set.path("spec") instanceof ObjectNode spec
        ? spec.deepCopy().remove(MUTABLE)
        : set.path("spec");
  }

  public static List<FieldError> validateStatusUpdate(ObjectNode set, ObjectNode current) {
    List<FieldError> errors = new ArrayList<>();
    Templates.counters(
        errors,
        set.path("status"),
        COUNTS,
        List.of("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"),
        "status.readyReplicas");
    errors.addAll(MetadataValidation.validateUpdate(set, current));
    Templates.collisions(errors, set, current);
    return errors;
  }

  /**
   * @param isNew what cannot change any more is looked at only once
   */
  private static void spec(List<FieldError> errors, JsonNode spec, boolean isNew) {
    String management = Checks.text(spec, "podManagementPolicy");
    if (!management.equals("OrderedReady") && !management.equals("Parallel")) {
      errors.add(
          FieldError.invalid(
              "spec.podManagementPolicy", management, "must be 'OrderedReady' or 'Parallel'"));
    }
    strategy(errors, spec.path("updateStrategy"));
    JsonNode retention = spec.path("persistentVolumeClaimRetentionPolicy");
    if (retention.isObject()) {
      for (String when : List.of("whenDeleted", "whenScaled")) {
        String policy = Checks.text(retention, when);
        if (!RETENTION.contains(policy)) {
          errors.add(
              FieldError.notSupported(
                  "spec.persistentVolumeClaimRetentionPolicy." + when, policy, RETENTION));
        }
      }
    }
    if (isNew) {
      int i = 0;
      for (JsonNode claim : spec.path("volumeClaimTemplates")) {
        String path = "spec.volumeClaimTemplates[" + i++ + "].spec";
        VolumeClaimValidation.spec(errors, path, claim.path("spec"));
      }
    }
    Checks.notNegative(errors, "spec", spec, "replicas");
    Checks.notNegative(errors, "spec", spec, "minReadySeconds");
    Checks.notNegative(errors, "spec.ordinals", spec.path("ordinals"), "start");
    String service = Checks.text(spec, "serviceName");
    if (isNew && !service.isEmpty()) {
      Checks.form(errors, "spec.serviceName", service, Names::dnsLabel);
    }
    Templates.selector(errors, spec, "statefulset", "");
    JsonNode template = spec.path("template");
    PodValidation.template(errors, "spec.template", asMade(template, spec));
    // Upstream says the same again, and leaves out a part of the path.
    MetadataValidation.labelsAndAnnotations(errors, "spec.template", template.path("metadata"));
    Templates.alwaysRestarting(errors, template, "StatefulSet");
  }

  private static void strategy(List<FieldError> errors, JsonNode strategy) {
    JsonNode rolling = strategy.path("rollingUpdate");
    String path = "spec.updateStrategy.rollingUpdate";
    switch (Checks.text(strategy, "type")) {
      case "OnDelete" -> {
        if (rolling.isObject()) {
          errors.add(
              FieldError.invalid(path, rolling, "only allowed for updateStrategy 'RollingUpdate'"));
        }
      }
      case "RollingUpdate" -> {
        Checks.notNegative(errors, path, rolling, "partition");
        JsonNode most = rolling.path("maxUnavailable");
        if (!most.isMissingNode()) {
          Amounts.amountOrPercent(errors, path + ".maxUnavailable", most);
          if (Amounts.isZero(most)) {
            errors.add(FieldError.invalid(path + ".maxUnavailable", most, "cannot be 0"));
          }
          Amounts.notOverAll(errors, path + ".maxUnavailable", most);
        }
      }
      default ->
          errors.add(
              FieldError.invalid(
                  "spec.updateStrategy", strategy, "must be 'RollingUpdate' or 'OnDelete'"));
    }
  }

  /**
   * The template as its pods will be: their hosts' names are the controller's choice, and each
   * claim is a volume, whatever the template says.
   */
  private static JsonNode asMade(JsonNode template, JsonNode spec) {
    if (!(template.path("spec") instanceof ObjectNode)) {
      return template;
    }
    JsonNode complete = template.deepCopy();
    ObjectNode podSpec = (ObjectNode) complete.get("spec");
    podSpec.remove(List.of("hostname", "subdomain"));
    addClaims(podSpec, spec.path("volumeClaimTemplates"));
    return complete;
  }

  private static void addClaims(ObjectNode podSpec, JsonNode claims) {
    if (claims.isEmpty()) {
      return;
    }
    Set<String> names = new HashSet<>();
    claims.forEach(claim -> names.add(claim.at("/metadata/name").asText()));
    JsonNode own = podSpec.path("volumes");
    ArrayNode volumes = podSpec.arrayNode();
    own.forEach(
        volume -> {
          if (!names.contains(Checks.text(volume, "name"))) {
            volumes.add(volume);
          }
        });
    names.stream()
        .sorted()
        .forEach(
            name ->
                volumes
                    .addObject()
                    .put("name", name)
                    .putObject("persistentVolumeClaim")
                    .put("claimName", name));
    podSpec.set("volumes", volumes);
  }
}
