package io.luotsi.node.agent;

import io.luotsi.node.runtime.KernelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a node says of itself that does not change while it runs.
 *
 * @param address its InternalIP
 * @param podCidr empty if pods have no range of their own
 * @param capacity resource name to quantity, with what pods may have of it below
 * @param system fields of {@code status.nodeInfo}
 * @param labels besides hostname, operating system and architecture
 */
public record NodeFacts(
    String name,
    String address,
    String podCidr,
    Map<String, String> capacity,
    Map<String, String> allocatable,
    Map<String, String> system,
    Map<String, String> labels) {
  public static final String KUBELET_VERSION = "v1.36.0-luotsi";
  public static final int MAX_PODS = 110;

  /** What a kubelet keeps back from pods: the threshold of its memory eviction. */
  private static final long RESERVED_MEMORY_KIB = 100 << 10;

  public NodeFacts {
    capacity = Map.copyOf(capacity);
    allocatable = Map.copyOf(allocatable);
    system = Map.copyOf(system);
    labels = Map.copyOf(labels);
  }

  /**
   * This host, as /proc and /etc tell of it.
   *
   * @param runtimeVersion such as {@code luotsi-process://0.1.0}
   */
  public static NodeFacts ofHost(
      String name,
      String address,
      String podCidr,
      String runtimeVersion,
      Map<String, String> labels)
      throws IOException {
    long memoryKib = MemoryFile.kib("MemTotal");
    Map<String, String> capacity = new LinkedHashMap<>();
    capacity.put("cpu", Integer.toString(Runtime.getRuntime().availableProcessors()));
    capacity.put("memory", memoryKib + "Ki");
    capacity.put("pods", Integer.toString(MAX_PODS));
    Map<String, String> allocatable = new LinkedHashMap<>(capacity);
    allocatable.put("memory", Math.max(0, memoryKib - RESERVED_MEMORY_KIB) + "Ki");
    Map<String, String> system = system(runtimeVersion);
    system.put("bootID", firstLine("/proc/sys/kernel/random/boot_id", ""));
    system.put("machineID", firstLine("/etc/machine-id", ""));
    system.put("systemUUID", firstLine("/sys/class/dmi/id/product_uuid", ""));
    system.put("kernelVersion", firstLine("/proc/sys/kernel/osrelease", "unknown"));
    system.put("osImage", osImage());
    return new NodeFacts(name, address, podCidr, capacity, allocatable, system, labels);
  }

  /** A node that only says it is one: 32 processors, 256 GiB, as simulated nodes usually have. */
  public static NodeFacts hollow(String name, String address, String runtimeVersion) {
    Map<String, String> capacity =
        Map.of("cpu", "32", "memory", "256Gi", "pods", Integer.toString(MAX_PODS));
    Map<String, String> system = system(runtimeVersion);
    for (String field : new String[] {"bootID", "machineID", "systemUUID", "kernelVersion"}) {
      system.put(field, "");
    }
    system.put("osImage", "hollow");
    return new NodeFacts(
        name, address, "", capacity, capacity, system, Map.of("luotsi.io/hollow", "true"));
  }

  private static Map<String, String> system(String runtimeVersion) {
    Map<String, String> system = new LinkedHashMap<>();
    system.put("architecture", architecture());
    system.put("operatingSystem", "linux");
    system.put("containerRuntimeVersion", runtimeVersion);
    system.put("kubeletVersion", KUBELET_VERSION);
    system.put("kubeProxyVersion", "");
    return system;
  }

  private static String architecture() {
    String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "x86_64", "amd64" -> "amd64";
      case "aarch64", "arm64" -> "arm64";
      default -> name;
    };
  }

  private static String osImage() {
    try {
      return Files.readAllLines(Path.of("/etc/os-release")).stream()
          .filter(line -> line.startsWith("PRETTY_NAME="))
          .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
          .findFirst()
          .orElse("Linux");
    } catch (IOException e) {
      return "Linux";
    }
  }

  private static String firstLine(String file, String otherwise) {
    try {
      return KernelFile.firstLine(Path.of(file));
    } catch (IOException e) {
      return otherwise; // not there, or not for us to read
    }
  }
}
