package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names of what pods use up and quotas count.
 *
 * @see "Source: kubernetes pkg/apis/core/helper"
 */
final class ResourceNames {
  private static final Set<String> COUNTED =
      Set.of(
          "pods",
          "resourcequotas",
          "services",
          "replicationcontrollers",
          "secrets",
          "configmaps",
          "persistentvolumeclaims",
          "services.nodeports",
          "services.loadbalancers");
  private static final Set<String> MEASURED =
      Set.of(
          "cpu",
          "memory",
          "ephemeral-storage",
          "requests.cpu",
          "requests.memory",
          "requests.ephemeral-storage",
          "limits.cpu",
          "limits.memory",
          "limits.ephemeral-storage",
          "requests.storage");
  private static final Set<String> OF_CONTAINERS = Set.of("cpu", "memory", "ephemeral-storage");

  private static final List<String> OF_PODS = List.of("cpu", "memory");

  private ResourceNames() {}

  static boolean isQuota(String name) {
    return COUNTED.contains(name) || MEASURED.contains(name) || isHugePages(name);
  }

  private static boolean isHugePages(String name) {
    return name.startsWith("hugepages-") || name.startsWith("requests.hugepages-");
  }

  private static boolean isStandard(String name) {
    return isQuota(name) || name.equals("storage");
  }

  /** Whether there can only be whole ones of it. */
  static boolean isInteger(String name) {
    boolean extended = name.indexOf('/') >= 0 && !name.contains("kubernetes.io/");
    return COUNTED.contains(name) || extended && !name.startsWith("requests.");
  }

  /** Whether nothing but its name is known of it. */
  static boolean overcommits(String name) {
    return name.indexOf('/') < 0 && !name.startsWith("hugepages-");
  }

  static void name(List<FieldError> errors, String path, String name) {
    List<String> wrong = Names.qualifiedName(name);
    wrong.forEach(detail -> errors.add(FieldError.invalid(path, name, detail)));
    if (wrong.isEmpty() && name.indexOf('/') < 0 && !isStandard(name)) {
      errors.add(
          FieldError.invalid(path, name, "must be a standard resource type or fully qualified"));
    }
  }

  static void ofContainers(List<FieldError> errors, String path, String name) {
    name(errors, path, name);
    if (name.indexOf('/') < 0 && !OF_CONTAINERS.contains(name) && !isHugePages(name)) {
      errors.add(FieldError.invalid(path, name, "must be a standard resource for containers"));
    }
  }

  /** What a pod can have as a whole. */
  static void ofPods(List<FieldError> errors, String path, String name) {
    int before = errors.size();
    name(errors, path, name);
    if (errors.size() == before && !OF_PODS.contains(name) && !name.startsWith("hugepages-")) {
      errors.add(FieldError.notSupported(path, name, OF_PODS));
    }
  }

  /** A quota's limits, or what is used of them. */
  static void quota(List<FieldError> errors, String path, JsonNode amounts) {
    for (var entry : amounts.properties()) {
      String name = entry.getKey();
      String here = path + "[" + name + "]";
      name(errors, here, name);
      if (name.indexOf('/') < 0 && !isQuota(name)) {
        errors.add(FieldError.invalid(here, name, "must be a standard resource for quota"));
      }
      amount(errors, here, name, entry.getValue());
    }
  }

  static void amount(List<FieldError> errors, String path, String name, JsonNode value) {
    Amounts.notNegative(errors, path, value);
    if (isInteger(name)
        && Amounts.quantity(value).filter(amount -> amount.millis() % 1000 != 0).isPresent()) {
      errors.add(FieldError.invalid(path, value, "must be an integer"));
    }
  }

  /** The names of an object's fields, as a set. */
  static Set<String> names(JsonNode amounts) {
    Set<String> names = new HashSet<>();
    amounts.properties().forEach(entry -> names.add(entry.getKey()));
    return names;
  }
}
