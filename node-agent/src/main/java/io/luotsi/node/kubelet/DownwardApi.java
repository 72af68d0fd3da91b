package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.luotsi.node.kubelet.ContainerEnvironment.ConfigException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's containers are told of the pod itself, in variables and in files.
 *
 * @see "Source: pkg/fieldpath fieldpath.go; pkg/api/v1/resource helpers.go"
 */
final class DownwardApi {
  private static final Pattern KEYED =
      Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)']");

  private DownwardApi() {}

  /** A field of the pod's metadata. */
  static String metadata(Pod pod, String path) throws ConfigException {
    var metadata = pod.getMetadata();
    return switch (path) {
      case "metadata.name" -> metadata.getName();
      case "metadata.namespace" -> metadata.getNamespace();
      case "metadata.uid" -> metadata.getUid();
      case "metadata.labels" -> lines(metadata.getLabels());
      case "metadata.annotations" -> lines(metadata.getAnnotations());
      default -> {
        Matcher keyed = KEYED.matcher(path);
        if (!keyed.matches()) {
          throw new ConfigException("field label not supported: " + path);
        }
        Map<String, String> map =
            keyed.group(1).equals("labels") ? metadata.getLabels() : metadata.getAnnotations();
        yield map == null ? "" : map.getOrDefault(keyed.group(2), "");
      }
    };
  }

  /** One line a key, the value as Go quotes it. */
  private static String lines(@Nullable Map<String, String> map) {
    return new TreeMap<>(Objects.requireNonNullElse(map, Map.<String, String>of()))
        .entrySet().stream()
            .map(entry -> entry.getKey() + "=" + quoted(entry.getValue()))
            .collect(Collectors.joining("\n"));
  }

  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : value.toCharArray()) {
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            quoted.append("\\x%02x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /**
   * What a container asks for or may have.
   *
   * @param own the container that is meant if none is named
   * @param node what a limit that is not set comes to
   */
  static String resource(
      Pod pod, @Nullable Container own, ResourceFieldSelector selector, Map<String, Quantity> node)
      throws ConfigException {
    String name = Objects.requireNonNullElse(selector.getContainerName(), "");
    Container of = name.isEmpty() ? own : PodSpecs.named(pod, name).orElse(null);
    if (of == null) {
      throw new ConfigException("container " + name + " not found");
    }
    String[] words = selector.getResource().split("\\.", 2);
    Quantity divisor = Objects.requireNonNullElse(selector.getDivisor(), new Quantity("1"));
    if (words.length == 2 && words[0].equals("limits")) {
      Quantity whole = node.getOrDefault(words[1], new Quantity("0"));
      return Quantities.in(PodSpecs.limit(of, words[1]).orElse(whole), divisor);
    }
    if (words.length == 2 && words[0].equals("requests")) {
      return Quantities.in(PodSpecs.request(of, words[1]).orElse(new Quantity("0")), divisor);
    }
    throw new ConfigException("unsupported container resource : " + selector.getResource());
  }
}
