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
        // As upstream: people rarely change pods, and whatever does would be told often.
        if (isNew) {
          name(warnings, object, "the Pod's hostname");
          PodWarnings.add(warnings, "", object);
        }
      }
      case "podtemplates" -> PodWarnings.add(warnings, "template.", object.path("template"));
      case "deployments.apps", "replicasets.apps", "replicationcontrollers" -> {
        if (isNew) {
          name(warnings, object, "Pod names and hostnames");
        }
        template(warnings, object, current);
      }
      case "jobs.batch" -> {
        if (isNew) {
          name(warnings, object, "Pod names and hostnames");
        }
        if (changesSpec(object, current)) {
          WorkloadWarnings.job(warnings, "spec", object.path("spec"));
        }
      }
      case "daemonsets.apps" -> {
        // As upstream, who counts the changes of this alone.
        JsonNode template = object.at("/spec/template");
        if (current.map(old -> !old.at("/spec/template").equals(template)).orElse(true)) {
          PodWarnings.add(warnings, "spec.template.", template);
        }
      }
      case "statefulsets.apps" -> {
        template(warnings, object, current);
        WorkloadWarnings.statefulSet(warnings, object, isNew);
      }
      case "cronjobs.batch" -> cronJob(warnings, object, current);
      case "services" -> ServiceWarnings.add(warnings, object);
      case "endpoints" -> NetworkWarnings.endpoints(warnings, object);
      case "endpointslices.discovery.k8s.io" -> NetworkWarnings.slice(warnings, object, isNew);
      case "networkpolicies.networking.k8s.io" -> NetworkWarnings.policy(warnings, object);
      case "ingresses.networking.k8s.io" -> {
        if (isNew
            && object.path("metadata").path("annotations").has(OLD_CLASS)
            && !object.path("spec").has("ingressClassName")) {
          warnings.add(
              "annotation \""
                  + OLD_CLASS
                  + "\" is deprecated, please use 'spec.ingressClassName' instead");
        }
      }
      case "persistentvolumes" -> StorageWarnings.volume(warnings, object);
      case "persistentvolumeclaims" -> StorageWarnings.claim(warnings, object);
      case "storageclasses.storage.k8s.io" -> StorageWarnings.storageClass(warnings, object);
      case "csistoragecapacities.storage.k8s.io" -> StorageWarnings.capacity(warnings, object);
      case "csidrivers.storage.k8s.io" -> StorageWarnings.driver(warnings, object, current);
      case "runtimeclasses.node.k8s.io" -> ClusterWarnings.runtimeClass(warnings, object);
      case "nodes" -> ClusterWarnings.node(warnings, object);
      case "resourcequotas" -> {
        if (isNew) {
          ClusterWarnings.quota(warnings, object);
        }
      }
      case "serviceaccounts" -> ClusterWarnings.account(warnings, object, current);
      case "resourceslices.resource.k8s.io" -> ClusterWarnings.resourceSlice(warnings, object);
      default -> {
        if (resource.group().equals("admissionregistration.k8s.io")) {
          ClusterWarnings.admission(warnings, object);
        }
      }
    }
    return warnings;
  }

  /**
   * @param object as it is to be stored by a write of its status
   * @return in upstream's order
   */
  public static List<String> ofStatus(GroupResource resource, ObjectNode object) {
    List<String> warnings = new ArrayList<>(0);
    JsonNode status = object.path("status");
    switch (resource.toString()) {
      case "pods" -> {
        AddressWarnings.ipsOf(warnings, "status.podIPs", status.path("podIPs"));
        AddressWarnings.ipsOf(warnings, "status.hostIPs", status.path("hostIPs"));
      }
      case "services", "ingresses.networking.k8s.io" ->
          AddressWarnings.loadBalancer(warnings, status);
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
      WorkloadWarnings.job(warnings, "spec.jobTemplate.spec", object.at("/spec/jobTemplate/spec"));
    }
    if (current.isPresent()) {
      WorkloadWarnings.timeZone(warnings, object);
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
