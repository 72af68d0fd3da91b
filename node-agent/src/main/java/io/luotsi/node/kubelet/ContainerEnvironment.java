package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The environment and command line of a container: literal values, references, expansion.
 *
 * @see "Source: kubelet_pods.go makeEnvironmentVariables"
 */
final class ContainerEnvironment {
  /** Why a container cannot be made: what CreateContainerConfigError says. */
  static final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    ConfigException(String message) {
      super(message);
    }
  }

  /** Where ConfigMaps and Secrets of the pod's namespace come from. */
  interface References {
    /** Its keys and values; empty if there is no such ConfigMap. */
    Optional<Map<String, String>> configMap(String name) throws ConfigException;

    /** Its keys and decoded values; empty if there is no such Secret. */
    Optional<Map<String, String>> secret(String name) throws ConfigException;

    /**
     * The Service of the API.
     *
     * @param all whether those of the pod's own namespace follow it
     */
    List<JsonNode> services(boolean all) throws ConfigException;
  }

  /**
   * @param address of the pod
   * @param node what resourceFieldRef gives for a limit that is not set
   */
  record Place(String address, String nodeAddress, Map<String, Quantity> node) {
    public Place {
      node = Map.copyOf(node);
    }
  }

  private final Pod pod;
  private final Container spec;
  private final Place place;
  private final References references;
  private final Map<String, String> values = new LinkedHashMap<>();

  private ContainerEnvironment(Pod pod, Container spec, Place place, References references) {
    this.pod = pod;
    this.spec = spec;
    this.place = place;
    this.references = references;
  }

  /** In the order of the spec: Services, {@code envFrom}, {@code env}; what comes later holds. */
  static Map<String, String> of(Pod pod, Container spec, Place place, References references)
      throws ConfigException {
    ContainerEnvironment environment = new ContainerEnvironment(pod, spec, place, references);
    environment.values.put("HOSTNAME", hostname(pod));
    boolean links = !Boolean.FALSE.equals(pod.getSpec().getEnableServiceLinks());
    environment.values.putAll(ServiceVariables.of(references.services(links)));
    environment.addSources();
    environment.addVariables();
    return environment.values;
  }

  /** Entry point and arguments with their references expanded. */
  static List<String> command(Container spec, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    Objects.requireNonNullElse(spec.getCommand(), List.<String>of()).forEach(command::add);
    Objects.requireNonNullElse(spec.getArgs(), List.<String>of()).forEach(command::add);
    command.replaceAll(word -> Expansion.expand(word, environment));
    return command;
  }

  private static String hostname(Pod pod) {
    String own = pod.getSpec().getHostname();
    String name = own == null || own.isEmpty() ? pod.getMetadata().getName() : own;
    return name.length() > 63 ? name.substring(0, 63).replaceAll("[-.]+$", "") : name;
  }

  private void addSources() throws ConfigException {
    for (EnvFromSource source :
        Objects.requireNonNullElse(spec.getEnvFrom(), List.<EnvFromSource>of())) {
      String prefix = Objects.requireNonNullElse(source.getPrefix(), "");
      Map<String, String> found = Map.of();
      if (source.getConfigMapRef() != null) {
        String name = source.getConfigMapRef().getName();
        boolean optional = Boolean.TRUE.equals(source.getConfigMapRef().getOptional());
        found = present(references.configMap(name), optional, "configmap", name);
      } else if (source.getSecretRef() != null) {
        String name = source.getSecretRef().getName();
        boolean optional = Boolean.TRUE.equals(source.getSecretRef().getOptional());
        found = present(references.secret(name), optional, "secret", name);
      }
      found.forEach((key, value) -> values.put(prefix + key, value));
    }
  }

  private static Map<String, String> present(
      Optional<Map<String, String>> found, boolean optional, String kind, String name)
      throws ConfigException {
    if (found.isEmpty() && !optional) {
      throw new ConfigException(kind + " \"" + name + "\" not found");
    }
    return found.orElse(Map.of());
  }

  private void addVariables() throws ConfigException {
    for (EnvVar variable : Objects.requireNonNullElse(spec.getEnv(), List.<EnvVar>of())) {
      if (variable.getValueFrom() == null) {
        String value = Objects.requireNonNullElse(variable.getValue(), "");
        values.put(variable.getName(), Expansion.expand(value, values));
      } else {
        Optional<String> value = reference(variable.getValueFrom());
        value.ifPresent(v -> values.put(variable.getName(), v));
      }
    }
  }

  private Optional<String> reference(EnvVarSource source) throws ConfigException {
    if (source.getFieldRef() != null) {
      return Optional.of(field(source.getFieldRef()));
    }
    if (source.getResourceFieldRef() != null) {
      return Optional.of(
          DownwardApi.resource(pod, spec, source.getResourceFieldRef(), place.node()));
    }
    if (source.getConfigMapKeyRef() != null) {
      var ref = source.getConfigMapKeyRef();
      boolean optional = Boolean.TRUE.equals(ref.getOptional());
      return key(
          references.configMap(ref.getName()), ref.getKey(), optional, "ConfigMap", ref.getName());
    }
    if (source.getSecretKeyRef() != null) {
      var ref = source.getSecretKeyRef();
      boolean optional = Boolean.TRUE.equals(ref.getOptional());
      return key(references.secret(ref.getName()), ref.getKey(), optional, "Secret", ref.getName());
    }
    throw new ConfigException("environment variable with a source that this kubelet does not know");
  }

  private Optional<String> key(
      Optional<Map<String, String>> found, String key, boolean optional, String kind, String name)
      throws ConfigException {
    if (found.isEmpty() && !optional) {
      throw new ConfigException(
          kind.toLowerCase(java.util.Locale.ROOT) + " \"" + name + "\" not found");
    }
    Optional<String> value = found.map(m -> m.get(key));
    if (value.isEmpty() && !optional) {
      throw new ConfigException(
          "couldn't find key "
              + key
              + " in "
              + kind
              + " "
              + pod.getMetadata().getNamespace()
              + "/"
              + name);
    }
    return value;
  }

  private String field(ObjectFieldSelector selector) throws ConfigException {
    return switch (selector.getFieldPath()) {
      case "spec.nodeName" -> Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
      case "spec.serviceAccountName" ->
          Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), "");
      case "status.hostIP", "status.hostIPs" -> place.nodeAddress();
      case "status.podIP", "status.podIPs" -> place.address();
      case String path -> DownwardApi.metadata(pod, path);
    };
  }
}
