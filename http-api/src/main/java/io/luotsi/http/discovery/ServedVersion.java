package io.luotsi.http.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What {@code /version} says: the level of the API that is served, and by whom. */
public final class ServedVersion {
  /** Of Kubernetes' API. */
  public static final String MINOR = "36";

  private ServedVersion() {}

  public static ObjectNode document() {
    String version = ServedVersion.class.getPackage().getImplementationVersion();
    String own = version == null ? "dev" : version.toLowerCase(Locale.ROOT);
    return Json.object()
        .put("major", "1")
        .put("minor", MINOR)
        .put("emulationMajor", "1")
        .put("emulationMinor", MINOR)
        .put("minCompatibilityMajor", "1")
        .put("minCompatibilityMinor", MINOR)
        .put("gitVersion", "v1." + MINOR + ".0+luotsi." + own)
        .put("gitCommit", "")
        .put("gitTreeState", "clean")
        .put("buildDate", "1970-01-01T00:00:00Z")
        .put("goVersion", "")
        .put("compiler", "javac")
        .put("platform", "linux/" + platform());
  }

  /** The same as labels, under the names of upstream's {@code kubernetes_build_info}. */
  public static Map<String, String> labels() {
    Map<String, String> labels = new TreeMap<>();
    document()
        .properties()
        .forEach(
            entry -> {
              String name = entry.getKey().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
              labels.put(name, entry.getValue().asText());
            });
    labels.keySet().removeIf(name -> name.startsWith("emulation") || name.startsWith("min_"));
    return labels;
  }

  private static String platform() {
    String architecture = System.getProperty("os.arch", "");
    return architecture.equals("aarch64") ? "arm64" : architecture;
  }
}
