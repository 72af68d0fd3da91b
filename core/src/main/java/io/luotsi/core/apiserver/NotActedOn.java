package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.catalog.custom.Definitions;
import io.luotsi.core.catalog.custom.ServedTypes;
import java.util.List;
import java.util.Map;

/**
 * Kinds that are stored and served while what acts on them does not exist yet: whoever writes one
 * is told so, in a warning. A row goes when what it misses comes.
 */
final class NotActedOn {
  /** By resource and group: what does not happen. */
  private static final Map<String, String> MISSING =
      Map.ofEntries(
          Map.entry("persistentvolumeclaims", "nothing finds it a volume, and no pod can mount it"),
          Map.entry("persistentvolumes", "nothing binds it to a claim"),
          Map.entry("daemonsets.apps", "nothing makes its pods"),
          Map.entry("statefulsets.apps", "nothing makes its pods"),
          Map.entry("horizontalpodautoscalers.autoscaling", "nothing scales its target"),
          Map.entry("cronjobs.batch", "nothing starts its jobs"),
          Map.entry("jobs.batch", "nothing makes its pods"),
          Map.entry("ingresses.networking.k8s.io", "nothing built in directs traffic by it"),
          Map.entry("networkpolicies.networking.k8s.io", "traffic is not restricted by it"),
          Map.entry("servicecidrs.networking.k8s.io", "Services get no addresses from it"),
          Map.entry("csidrivers.storage.k8s.io", "no volume is mounted through it"),
          Map.entry("csinodes.storage.k8s.io", "no volume is attached by it"),
          Map.entry("csistoragecapacities.storage.k8s.io", "pods are scheduled without it"),
          Map.entry("storageclasses.storage.k8s.io", "nothing provides volumes of it"),
          Map.entry("volumeattachments.storage.k8s.io", "nothing attaches the volume"),
          Map.entry("volumeattributesclasses.storage.k8s.io", "no volume is changed by it"),
          Map.entry("runtimeclasses.node.k8s.io", "pods run by the node's one runtime"),
          Map.entry(
              "mutatingadmissionpolicies.admissionregistration.k8s.io", "nothing enforces it"),
          Map.entry(
              "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
              "nothing enforces it"),
          Map.entry(
              "mutatingwebhookconfigurations.admissionregistration.k8s.io",
              "its webhooks are not called"),
          Map.entry(
              "validatingadmissionpolicies.admissionregistration.k8s.io", "nothing enforces it"),
          Map.entry(
              "validatingadmissionpolicybindings.admissionregistration.k8s.io",
              "nothing enforces it"),
          Map.entry(
              "validatingwebhookconfigurations.admissionregistration.k8s.io",
              "its webhooks are not called"),
          Map.entry("deviceclasses.resource.k8s.io", "nothing allocates devices of it"),
          Map.entry("resourceclaims.resource.k8s.io", "nothing allocates its devices"),
          Map.entry("resourceclaimtemplates.resource.k8s.io", "nothing makes claims from it"),
          Map.entry("resourceslices.resource.k8s.io", "nothing allocates its devices"));

  private static final GroupResource API_SERVICES =
      new GroupResource("apiregistration.k8s.io", "apiservices");

  private NotActedOn() {}

  /**
   * What to warn of a write of {@code target}.
   *
   * @param object as it is to be stored
   * @return empty for kinds that are acted on, and for parts of an object
   */
  static List<String> warnings(Target target, ObjectNode object) {
    GroupResource resource = target.type().groupResource();
    if (resource.equals(ServedTypes.DEFINITIONS) && target.subresource().isEmpty()) {
      return Definitions.notEnforced(object);
    }
    String missing =
        resource.equals(API_SERVICES)
            ? object.at("/spec/service").isObject() ? "nothing is aggregated" : null
            : MISSING.get(resource.toString());
    return missing == null || !target.subresource().isEmpty()
        ? List.of()
        : List.of(
            target.type().kind().kind()
                + " is stored, but not acted on by this version of Luotsi: "
                + missing);
  }
}
