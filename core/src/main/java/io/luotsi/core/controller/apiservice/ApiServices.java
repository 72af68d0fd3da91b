package io.luotsi.core.controller.apiservice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One APIService for each version of each group that is served here: built in, or defined.
 *
 * @see "Source: kubernetes pkg/controlplane/apiserver aggregator.go; kube-aggregator
 *     pkg/controllers/autoregister"
 */
public final class ApiServices {
  /** On those that are made here; nobody else's are touched. */
  public static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";

  /** In what order clients prefer groups, and versions of a group. */
  private record Priority(int group, int version) {}

  /** Of groups and versions that somebody has defined. */
  private static final Priority DEFINED = new Priority(1_000, 100);

  private static final Map<String, Priority> BUILT_IN =
      Map.ofEntries(
          Map.entry("v1.", new Priority(18_000, 1)),
          Map.entry("v1.apps", new Priority(17_800, 15)),
          Map.entry("v1.events.k8s.io", new Priority(17_750, 15)),
          Map.entry("v1.authentication.k8s.io", new Priority(17_700, 15)),
          Map.entry("v1.authorization.k8s.io", new Priority(17_600, 15)),
          Map.entry("v1.autoscaling", new Priority(17_500, 15)),
          Map.entry("v2.autoscaling", new Priority(17_500, 30)),
          Map.entry("v1.batch", new Priority(17_400, 15)),
          Map.entry("v1.certificates.k8s.io", new Priority(17_300, 15)),
          Map.entry("v1.networking.k8s.io", new Priority(17_200, 15)),
          Map.entry("v1.policy", new Priority(17_100, 15)),
          Map.entry("v1.rbac.authorization.k8s.io", new Priority(17_000, 15)),
          Map.entry("v1.storage.k8s.io", new Priority(16_800, 15)),
          Map.entry("v1.admissionregistration.k8s.io", new Priority(16_700, 15)),
          Map.entry("v1.apiextensions.k8s.io", new Priority(16_700, 15)),
          Map.entry("v1.scheduling.k8s.io", new Priority(16_600, 15)),
          Map.entry("v1.coordination.k8s.io", new Priority(16_500, 15)),
          Map.entry("v1.node.k8s.io", new Priority(16_300, 15)),
          Map.entry("v1.discovery.k8s.io", new Priority(16_200, 15)),
          Map.entry("v1.flowcontrol.apiserver.k8s.io", new Priority(16_100, 21)),
          Map.entry("v1.resource.k8s.io", new Priority(15_900, 15)));

  private ApiServices() {}

  /** All that are built in, by name. */
  public static Map<String, ObjectNode> builtIn() {
    Map<String, ObjectNode> services = new TreeMap<>();
    BUILT_IN.forEach((name, priority) -> services.put(name, service(name, "onstart", priority)));
    return services;
  }

  /**
   * Those of what a CustomResourceDefinition has served, by name.
   *
   * @param definition whole
   */
  public static Map<String, ObjectNode> defined(ObjectNode definition) {
    Map<String, ObjectNode> services = new TreeMap<>();
    String group = definition.at("/spec/group").asText();
    for (JsonNode version : definition.at("/spec/versions")) {
      if (version.path("served").asBoolean(false)) {
        String name = version.path("name").asText() + "." + group;
        services.put(name, service(name, "true", DEFINED));
      }
    }
    return services;
  }

  /** Whether it was made here and may be changed and deleted here. */
  public static boolean isManaged(ObjectNode service) {
    return service.path("metadata").path("labels").has(MANAGED);
  }

  /** What is to be changed of one that is there; empty if nothing is. */
  public static Optional<ObjectNode> change(ObjectNode wanted, ObjectNode present) {
    return !isManaged(present) || present.path("spec").equals(wanted.path("spec"))
        ? Optional.empty()
        : Optional.of((ObjectNode) Json.object().set("spec", wanted.get("spec")));
  }

  private static ObjectNode service(String name, String managed, Priority priority) {
    int dot = name.indexOf('.');
    ObjectNode service = Json.object();
    service.putObject("metadata").put("name", name).putObject("labels").put(MANAGED, managed);
    ObjectNode spec = service.putObject("spec");
    if (dot + 1 < name.length()) {
      spec.put("group", name.substring(dot + 1));
    }
    spec.put("groupPriorityMinimum", priority.group())
        .put("version", name.substring(0, dot))
        .put("versionPriority", priority.version());
    return service;
  }
}
