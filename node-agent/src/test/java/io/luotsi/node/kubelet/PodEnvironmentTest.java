package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.conformance.Conformance;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What containers are told in their environments and by their command lines. */
class PodEnvironmentTest extends KubeletOnHost {
  private static String field(String variable, String path) {
    return "{'name': '%s', 'valueFrom': {'fieldRef': {'fieldPath': '%s'}}}"
        .formatted(variable, path);
  }

  private static String resource(String variable, String resource) {
    return "{'name': '%s', 'valueFrom': {'resourceFieldRef': {'resource': '%s'}}}"
        .formatted(variable, resource);
  }

  @Test
  @Conformance({
    "ConfigMap, from environment field",
    "ConfigMap, from environment variables",
    "ConfigMap, from environment field with various prefixes",
    "Secrets, pod environment field",
    "Secrets, pod environment from source"
  })
  void configurationIsInTheEnvironment() throws Exception {
    create("configmaps", "default", "{'metadata': {'name': 'words'}, 'data': {'greeting': 'moi'}}");
    create("secrets", "default", "{'metadata': {'name': 'hidden'}, 'data': {'part': 'aGVp'}}");

    JsonNode pod =
        ended(
            "configured",
            "",
            """
            'command': ['env'],
            'envFrom': [{'configMapRef': {'name': 'words'}}, {'secretRef': {'name': 'hidden'}},
              {'configMapRef': {'name': 'words'}, 'prefix': 'p-'},
              {'configMapRef': {'name': 'words'}, 'prefix': '2.'},
              {'secretRef': {'name': 'hidden'}, 'prefix': 'S_'},
              {'secretRef': {'name': 'none', 'optional': true}}],
            'env': [
              {'name': 'WORD', 'valueFrom': {'configMapKeyRef': {'name': 'words', 'key': 'greeting'}}},
              {'name': 'SECRET', 'valueFrom': {'secretKeyRef': {'name': 'hidden', 'key': 'part'}}}]\
            """);

    assertThat(printed(pod, "c0"))
        .contains(
            "greeting=moi",
            "p-greeting=moi",
            "2.greeting=moi",
            "part=hei",
            "S_part=hei",
            "WORD=moi",
            "SECRET=hei");
  }

  @Test
  @Conformance({
    "DownwardAPI, environment for CPU and memory limits and requests",
    "DownwardAPI, environment for default CPU and memory limits and requests",
    "DownwardAPI, environment for host ip",
    "DownwardAPI, environment for hostIPs",
    "DownwardAPI, environment for Pod UID",
    "DownwardAPI, environment for name, namespace and ip"
  })
  void aContainerHearsWhoItIsAndWhatItMayUse() throws Exception {
    String resources =
        String.join(
            ", ",
            resource("CPU_LIMIT", "limits.cpu"),
            resource("MEMORY_LIMIT", "limits.memory"),
            resource("CPU_REQUEST", "requests.cpu"),
            resource("MEMORY_REQUEST", "requests.memory"));
    String place =
        String.join(
            ", ",
            field("NAME", "metadata.name"),
            field("NAMESPACE", "metadata.namespace"),
            field("UID", "metadata.uid"),
            field("IP", "status.podIP"),
            field("HOST_IP", "status.hostIP"),
            field("HOST_IPS", "status.hostIPs"));

    JsonNode pod =
        ended(
            "told",
            "",
            """
            'command': ['env'], 'env': [%s, %s],
            'resources': {'requests': {'cpu': '250m', 'memory': '32Mi'},
              'limits': {'cpu': '1250m', 'memory': '64Mi'}}\
            """
                .formatted(resources, place),
            "'command': ['env'], 'env': [" + resources + "]");

    assertThat(printed(pod, "c0"))
        .as("whole units, rounded up")
        .contains(
            "CPU_LIMIT=2",
            "MEMORY_LIMIT=67108864",
            "CPU_REQUEST=1",
            "MEMORY_REQUEST=33554432",
            "NAME=told",
            "NAMESPACE=default",
            "UID=" + pod.at("/metadata/uid").asText(),
            "IP=" + pod.at("/status/podIP").asText(),
            "HOST_IP=127.0.0.1",
            "HOST_IPS=127.0.0.1");
    assertThat(printed(pod, "c1"))
        .as("the node's, where there is no limit")
        .contains("CPU_LIMIT=4", "MEMORY_LIMIT=1073741824", "CPU_REQUEST=0", "MEMORY_REQUEST=0");
  }

  @Test
  @Conformance({
    "Environment variables, expansion",
    "Environment variables, command expansion",
    "Environment variables, command argument expansion"
  })
  void variablesAreExpandedInOneAnotherInCommandsAndInArguments() throws Exception {
    String variables =
        """
        'env': [{'name': 'FOO', 'value': 'foo-value'}, {'name': 'BAR', 'value': 'bar-value'},
          {'name': 'BOTH', 'value': '$(FOO);;$(BAR)'}]\
        """;

    JsonNode pod =
        ended(
            "expanded",
            "",
            "'command': ['env'], " + variables,
            "'command': ['sh', '-c', 'FOO=wrong; echo $(FOO) $FOO'], " + variables,
            "'command': ['sh', '-c'], 'args': ['FOO=wrong; echo ~$(BOTH) $$(FOO)~'], " + variables);

    assertThat(printed(pod, "c0")).contains("BOTH=foo-value;;bar-value");
    assertThat(printed(pod, "c1")).containsExactly("foo-value wrong");
    assertThat(printed(pod, "c2")).containsExactly("foo-value;;bar-value $(FOO)");
  }

  @Test
  @Conformance("Pods, service environment variables")
  void servicesAreInTheEnvironmentUnlessThePodWantsNone() throws Exception {
    String service =
        """
        {'metadata': {'name': '%s'}, 'spec': {'ports': [
          {'name': 'web-ui', 'port': 8765, 'targetPort': 8080}, {'name': 'm', 'port': 9000}]}}
        """;
    JsonNode api = create("services", "default", service.formatted("kubernetes"));
    JsonNode fooey = create("services", "default", service.formatted("foo-service"));
    create("services", "kube-system", service.formatted("elsewhere"));
    create(
        "services",
        "default",
        "{'metadata': {'name': 'headless'}, 'spec': {'clusterIP': 'None', 'ports': [{'port':"
            + " 1}]}}");
    String address = fooey.at("/spec/clusterIP").asText();
    Map<String, String> wanted =
        Map.of(
            "FOO_SERVICE_SERVICE_HOST",
            address,
            "FOO_SERVICE_SERVICE_PORT",
            "8765",
            "FOO_SERVICE_SERVICE_PORT_WEB_UI",
            "8765",
            "FOO_SERVICE_PORT",
            "tcp://" + address + ":8765",
            "FOO_SERVICE_PORT_8765_TCP",
            "tcp://" + address + ":8765",
            "FOO_SERVICE_PORT_8765_TCP_PROTO",
            "tcp",
            "FOO_SERVICE_PORT_8765_TCP_PORT",
            "8765",
            "FOO_SERVICE_PORT_9000_TCP_ADDR",
            address,
            "KUBERNETES_SERVICE_HOST",
            api.at("/spec/clusterIP").asText(),
            "KUBERNETES_SERVICE_PORT",
            "own");
    String own = "'env': [{'name': 'KUBERNETES_SERVICE_PORT', 'value': 'own'}]";

    List<String> all = printed(ended("all", "", "'command': ['env'], " + own), "c0");
    List<String> few =
        printed(ended("few", "'enableServiceLinks': false,", "'command': ['env']"), "c0");

    assertThat(all)
        .containsAll(wanted.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList())
        .noneMatch(line -> line.startsWith("ELSEWHERE") || line.startsWith("HEADLESS"));
    assertThat(few)
        .contains("KUBERNETES_SERVICE_HOST=" + api.at("/spec/clusterIP").asText())
        .noneMatch(line -> line.startsWith("FOO_"));
  }
}
