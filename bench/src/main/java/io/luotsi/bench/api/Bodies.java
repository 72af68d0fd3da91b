package io.luotsi.bench.api;

import java.nio.charset.StandardCharsets;

/** What is sent. */
final class Bodies {
  /** So that a ConfigMap has about 1 KB. */
  private static final String KILOBYTE = "x".repeat(900);

  private static final String CONFIG_MAP =
      """
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","labels":{"bench":"%s"}},\
      "data":{"key":"%s"}}\
      """;

  /** Some 3.3 KB with all that the server adds. */
  private static final String POD =
      """
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"web","tier":\
      "frontend","pod-template-hash":"75fbbb65c6"},"annotations":{"prometheus.io/scrape":"true",\
      "prometheus.io/port":"8080","checksum/config":\
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}},"spec":{"containers":\
      [{"name":"web","image":"registry.example.com/team/web:1.27.3","ports":[{"name":"http",\
      "containerPort":8080}],"env":[{"name":"LOG_LEVEL","value":"info"},{"name":"POD_IP",\
      "valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}],"resources":{"requests":{"cpu":\
      "100m","memory":"128Mi"},"limits":{"memory":"256Mi"}},"readinessProbe":{"httpGet":{"path":\
      "/ready","port":"http"},"periodSeconds":5},"livenessProbe":{"httpGet":{"path":"/live",\
      "port":"http"}},"volumeMounts":[{"name":"config","mountPath":"/etc/web"}]}],"volumes":\
      [{"name":"config","configMap":{"name":"web"}}],"nodeSelector":{"disk":"ssd"},"tolerations":\
      [{"key":"dedicated","operator":"Equal","value":"web","effect":"NoSchedule"}]}}\
      """;

  private Bodies() {}

  /** A namespace. */
  static byte[] namespace(String name) {
    return bytes(
        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"%s\"}}"
            .formatted(name));
  }

  /** A ConfigMap of about 1 KB. */
  static byte[] configMap(String name, String label) {
    return bytes(CONFIG_MAP.formatted(name, label, KILOBYTE));
  }

  /** A ConfigMap of so many bytes and a few more. */
  static byte[] configMap(String name, String label, int bytes) {
    return bytes(CONFIG_MAP.formatted(name, label, "x".repeat(bytes)));
  }

  static byte[] pod(String name) {
    return bytes(POD.formatted(name));
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
