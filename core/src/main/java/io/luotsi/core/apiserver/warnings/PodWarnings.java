package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pods, and the templates they are made from.
 *
 * @see "Source: kubernetes pkg/api/pod warningsForPodSpecAndMeta"
 */
final class PodWarnings {
  /** By volume source, each in upstream's order and with upstream's name of it. */
  private static final List<Map.Entry<String, String>> VOLUMES =
      List.of(
          Map.entry("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
          Map.entry("gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
          Map.entry("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
          Map.entry("flocker", "deprecated in v1.22, non-functional in v1.25+"),
          Map.entry("storageos", "deprecated in v1.22, non-functional in v1.25+"),
          Map.entry("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
          Map.entry("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
          Map.entry("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
          Map.entry("rbd", "deprecated in v1.28, non-functional in v1.31+"));

  private static final List<Map.Entry<String, String>> ANNOTATIONS =
      List.of(
          Map.entry(
              "scheduler.alpha.kubernetes.io/critical-pod",
              "non-functional in v1.16+; use the \"priorityClassName\" field instead"),
          Map.entry(
              "security.alpha.kubernetes.io/sysctls",
              "non-functional in v1.11+; use the \"sysctls\" field instead"),
          Map.entry(
              "security.alpha.kubernetes.io/unsafe-sysctls",
              "non-functional in v1.11+; use the \"sysctls\" field instead"));

  private static final List<String> CONTAINERS =
      List.of("initContainers", "containers", "ephemeralContainers");
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
  private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
  private static final String NO_SELECTOR =
      ".labelSelector: a null labelSelector results in matching no pod";
  private static final int THOUSAND = 1000;

  private PodWarnings() {}

  /**
   * @param prefix of the paths: empty, or the template's with a dot
   * @param pod with metadata and spec
   */
  static void add(List<String> warnings, String prefix, JsonNode pod) {
    String path = prefix + "spec.";
    JsonNode spec = pod.path("spec");
    placement(warnings, path, spec);
    JsonNode annotations = pod.at("/metadata/annotations");
    for (var old : ANNOTATIONS) {
      if (annotations.has(old.getKey())) {
        warnings.add(prefix + "metadata.annotations[" + old.getKey() + "]: " + old.getValue());
      }
    }
    int i = 0;
    for (JsonNode volume : spec.path("volumes")) {
      for (var old : VOLUMES) {
        if (volume.path(old.getKey()).isObject()) {
          String name = old.getKey().equals("storageos") ? "storageOS" : old.getKey();
          warnings.add(path + "volumes[" + i + "]." + name + ": " + old.getValue());
        }
      }
      JsonNode claim = volume.at("/ephemeral/volumeClaimTemplate/spec");
      StorageWarnings.claimSpec(
          warnings, path + "volumes[" + i + "].ephemeral.volumeClaimTemplate.spec", claim);
      i++;
    }
    OverlapWarnings.add(warnings, spec.path("volumes"));
    repeated(warnings, path + "hostAliases", spec.path("hostAliases"), "ip");
    repeated(warnings, path + "imagePullSecrets", spec.path("imagePullSecrets"), "name");
    int j = 0;
    for (JsonNode secret : spec.path("imagePullSecrets")) {
      if (text(secret, "name").isEmpty()) {
        warnings.add(path + "imagePullSecrets[" + j + "].name: invalid empty name \"\"");
      }
      j++;
    }
    fractions(warnings, path + "overhead", spec.path("overhead"));
    ProfileWarnings.add(warnings, prefix, pod);
    containers(warnings, path, spec);
    ports(warnings, path, spec);
    portNames(warnings, path, spec);
    if (spec.path("terminationGracePeriodSeconds").asLong() < 0) {
      warnings.add(
          path
              + "terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will"
              + " be treated as 1");
    }
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      near(warnings, path + "affinity." + kind + ".", spec.path("affinity").path(kind));
    }
    AddressWarnings.ips(
        warnings, path + "dnsConfig.nameservers", spec.at("/dnsConfig/nameservers"));
    AddressWarnings.ipsOf(warnings, path + "hostAliases", spec.path("hostAliases"));
  }

  private static void placement(List<String> warnings, String path, JsonNode spec) {
    NodeLabelWarnings.labels(
        warnings, spec.path("nodeSelector"), label -> path + "nodeSelector[" + label + "]");
    JsonNode nodes = spec.at("/affinity/nodeAffinity");
    String here = path + "affinity.nodeAffinity.";
    NodeLabelWarnings.terms(
        warnings,
        here + REQUIRED + ".nodeSelectorTerms",
        nodes.path(REQUIRED).path("nodeSelectorTerms"));
    int j = 0;
    for (JsonNode term : nodes.path(PREFERRED)) {
      String at = here + PREFERRED + "[" + j++ + "].preference";
      NodeLabelWarnings.term(warnings, at, term.path("preference"), true);
    }
    int k = 0;
    for (JsonNode constraint : spec.path("topologySpreadConstraints")) {
      String at = path + "topologySpreadConstraints[" + k++ + "]";
      NodeLabelWarnings.key(warnings, at + ".topologyKey", text(constraint, "topologyKey"));
      if (!constraint.path("labelSelector").isObject()) {
        warnings.add(at + NO_SELECTOR);
      }
    }
  }

  private static void near(List<String> warnings, String path, JsonNode affinity) {
    int i = 0;
    for (JsonNode term : affinity.path(REQUIRED)) {
      if (!term.path("labelSelector").isObject()) {
        warnings.add(path + REQUIRED + "[" + i + "]" + NO_SELECTOR);
      }
      i++;
    }
    int j = 0;
    for (JsonNode term : affinity.path(PREFERRED)) {
      if (!term.at("/podAffinityTerm/labelSelector").isObject()) {
        warnings.add(path + PREFERRED + "[" + j + "].podAffinityTerm" + NO_SELECTOR);
      }
      j++;
    }
  }

  private static void repeated(List<String> warnings, String path, JsonNode list, String field) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode item : list) {
      if (!seen.add(text(item, field))) {
        warnings.add(
            "%s[%d].%s: duplicate %s \"%s\"".formatted(path, i, field, field, text(item, field)));
      }
      i++;
    }
  }

  private static void containers(List<String> warnings, String path, JsonNode spec) {
    for (String list : CONTAINERS) {
      int i = 0;
      for (JsonNode container : spec.path(list)) {
        String here = path + list + "[" + i++ + "]";
        for (String amounts : List.of("limits", "requests")) {
          fractions(
              warnings, here + ".resources." + amounts, container.path("resources").path(amounts));
        }
        environment(warnings, here + ".env", container.path("env"));
      }
    }
  }

  /** Of what there are only whole bytes. */
  private static void fractions(List<String> warnings, String path, JsonNode amounts) {
    for (String resource : List.of("memory", "ephemeral-storage")) {
      String amount = text(amounts, resource);
      if (!amount.isEmpty()
          && Quantity.check(amount).isEmpty()
          && Quantity.parse(amount).millis() % THOUSAND != 0) {
        warnings.add(
            "%s[%s]: fractional byte value \"%s\" is invalid, must be an integer"
                .formatted(path, resource, amount));
      }
    }
  }

  /** A variable that is said again hides what it was, unless it is made of that. */
  private static void environment(List<String> warnings, String path, JsonNode variables) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode variable : variables) {
      String name = text(variable, "name");
      String reference = "$(" + name + ")";
      String value = text(variable, "value");
      boolean extendsIt =
          !variable.has("valueFrom") && !value.equals(reference) && value.contains(reference);
      if (!seen.add(name) && !extendsIt) {
        warnings.add(
            "%s[%d]: hides previous definition of \"%s\", which may be dropped when using apply"
                .formatted(path, i, name));
      }
      i++;
    }
  }

  private record Port(String path, JsonNode port) {
    String host() {
      return text(port, "hostIP");
    }

    int onHost() {
      return port.path("hostPort").asInt();
    }

    String asGoPrints() {
      return "{Name:%s HostPort:0 ContainerPort:%d Protocol:%s HostIP:%s}"
          .formatted(
              text(port, "name"),
              port.path("containerPort").asInt(),
              text(port, "protocol"),
              host());
    }

    /** Empty if both can be. */
    String clash(Port other) {
      if (host().equals(other.host()) && onHost() == other.onHost()) {
        return "duplicate";
      }
      if (onHost() == 0 || other.onHost() == 0) {
        return "overlapping";
      }
      return onHost() == other.onHost() && host().isEmpty() != other.host().isEmpty()
          ? "dangerously ambiguous"
          : "";
    }
  }

  private static void ports(List<String> warnings, String path, JsonNode spec) {
    Map<String, List<Port>> seen = new HashMap<>();
    for (String list : CONTAINERS) {
      int i = 0;
      for (JsonNode container : spec.path(list)) {
        int j = 0;
        for (JsonNode port : container.path("ports")) {
          Port one = new Port(path + list + "[" + i + "].ports[" + j++ + "]", port);
          if (!one.host().isEmpty() && one.onHost() == 0) {
            warnings.add(one.path() + ": hostIP set without hostPort: " + one.asGoPrints());
          }
          String key = port.path("containerPort").asInt() + "/" + text(port, "protocol");
          List<Port> others = seen.computeIfAbsent(key, k -> new ArrayList<>());
          for (Port other : others) {
            String clash = one.clash(other);
            if (!clash.isEmpty()) {
              warnings.add(one.path() + ": " + clash + " port definition with " + other.path());
            }
          }
          others.add(one);
        }
        i++;
      }
    }
  }

  private static void portNames(List<String> warnings, String path, JsonNode spec) {
    Map<String, String> first = new HashMap<>();
    for (String list : CONTAINERS) {
      int i = 0;
      for (JsonNode container : spec.path(list)) {
        int j = 0;
        for (JsonNode port : container.path("ports")) {
          String here = path + list + "[" + i + "].ports[" + j++ + "]";
          String name = text(port, "name");
          String other = name.isEmpty() ? null : first.putIfAbsent(name, here);
          if (other != null) {
            warnings.add(
                "%s: duplicate port name \"%s\" with %s, services and probes that select ports by"
                        .formatted(here, name, other)
                    + " name will use "
                    + other);
          }
        }
        i++;
      }
    }
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }
}
