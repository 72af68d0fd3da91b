package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Warnings by kind.
 *
 * @see "Source: WarningsOnCreate and WarningsOnUpdate of the strategies in kubernetes pkg/registry"
 */
public final class KindWarnings {
  private static final String OLD_CLASS = "kubernetes.io/ingress.class";

  private KindWarnings() {}

  /**
   * @param object as it is to be stored, in the version in which it is
   * @param current what it replaces; empty for a new one
   * @return in upstream's order
   */
  public static List<String> of(
      GroupResource resource, ObjectNode object, Optional<ObjectNode> current) {
    List<String> warnings = new ArrayList<>(0);
    boolean isNew = current.isEmpty();
    switch (resource.toString()) {
      case "pods" -> {
        if (isNew) {
          name(warnings, object, "the Pod's hostname");
        }
        PodWarnings.add(warnings, "", object);
      }
      case "podtemplates" -> PodWarnings.add(warnings, "template.", object.path("template"));
      case "deployments.apps",
          "replicasets.apps",
          "statefulsets.apps",
          "replicationcontrollers",
          "jobs.batch" -> {
        if (isNew) {
          name(warnings, object, "Pod names and hostnames");
        }
        template(warnings, object, current);
      }
      case "daemonsets.apps" -> template(warnings, object, current);
      case "cronjobs.batch" -> cronJob(warnings, object, current);
      case "services" -> ServiceWarnings.add(warnings, object);
      case "ingresses.networking.k8s.io" -> {
        if (isNew && object.path("metadata").path("annotations").has(OLD_CLASS)) {
          warnings.add(
              "annotation \""
                  + OLD_CLASS
                  + "\" is deprecated, please use 'spec.ingressClassName' instead");
        }
      }
      default -> {} // nothing that upstream warns of
    }
    return warnings;
  }

  private static void template(
      List<String> warnings, ObjectNode object, Optional<ObjectNode> current) {
    if (changesSpec(object, current)) {
      PodWarnings.add(warnings, "spec.template.", object.at("/spec/template"));
    }
  }

  private static void cronJob(
      List<String> warnings, ObjectNode object, Optional<ObjectNode> current) {
    if (current.isEmpty()) {
      name(warnings, object, "Pod names and hostnames");
    }
    if (changesSpec(object, current)) {
      PodWarnings.add(
          warnings,
          "spec.jobTemplate.spec.template.",
          object.at("/spec/jobTemplate/spec/template"));
    }
  }

  private static boolean changesSpec(ObjectNode object, Optional<ObjectNode> current) {
    JsonNode spec = object.path("spec");
    return current.map(old -> !old.path("spec").equals(spec)).orElse(true);
  }

  private static void name(List<String> warnings, ObjectNode object, String use) {
    List<String> wrong = Names.dnsLabel(object.at("/metadata/name").asText(""));
    if (!wrong.isEmpty()) {
      warnings.add(
          "metadata.name: this is used in "
              + use
              + ", which can result in surprising behavior; a DNS label is recommended: ["
              + String.join(" ", wrong)
              + "]");
    }
  }
}
