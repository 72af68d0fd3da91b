package io.luotsi.core.catalog;

import static io.luotsi.core.catalog.Trees.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultingTest {
  private static final BuiltInCatalog CATALOG = BuiltInCatalog.load();

  @Test
  void aPodGetsWhatUpstreamGivesIt() {
    ObjectNode pod =
        json(
            """
            {"spec":{"containers":[{"name":"c","image":"nginx","ports":[{"containerPort":80}],
              "resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}},
              "readinessProbe":{"httpGet":{"port":80},"periodSeconds":5}}],
              "volumes":[{"name":"v"},{"name":"s","secret":{"secretName":"x"}}]}}\
            """);

    fill("v1", "pods", pod);

    assertThat(pod)
        .isEqualTo(
            json(
                """
                {"spec":{"containers":[{"name":"c","image":"nginx",
                    "ports":[{"containerPort":80,"protocol":"TCP"}],
                    "resources":{"limits":{"cpu":"1","memory":"1Gi"},
                                 "requests":{"cpu":"500m","memory":"1Gi"}},
                    "readinessProbe":{"httpGet":{"port":80,"path":"/","scheme":"HTTP"},
                      "periodSeconds":5,"failureThreshold":3,"successThreshold":1,
                      "timeoutSeconds":1},
                    "terminationMessagePath":"/dev/termination-log",
                    "terminationMessagePolicy":"File","imagePullPolicy":"Always"}],
                  "volumes":[{"name":"v","emptyDir":{}},
                    {"name":"s","secret":{"secretName":"x","defaultMode":420}}],
                  "dnsPolicy":"ClusterFirst","restartPolicy":"Always",
                  "schedulerName":"default-scheduler","securityContext":{},
                  "terminationGracePeriodSeconds":30,"enableServiceLinks":true}}\
                """));
  }

  @Test
  void whatIsSaidStays() {
    String said =
        """
        {"spec":{"restartPolicy":"Never","terminationGracePeriodSeconds":0,"dnsPolicy":"Default",
          "schedulerName":"mine","securityContext":{"runAsUser":1},"enableServiceLinks":false,"containers":[]}}\
        """;
    ObjectNode pod = json(said);

    fill("v1", "pods", pod);

    assertThat(pod).isEqualTo(json(said));
  }

  @Test
  void anEmptyStringAndTheZeroOfAProbeCountAsAbsent() {
    ObjectNode pod =
        json(
            """
            {"spec":{"restartPolicy":"","containers":[
              {"image":"a:1","livenessProbe":{"periodSeconds":0}}]}}\
            """);

    fill("v1", "pods", pod);

    assertThat(pod.at("/spec/restartPolicy").textValue()).isEqualTo("Always");
    assertThat(pod.at("/spec/containers/0/livenessProbe/periodSeconds").intValue()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    "nginx, Always",
    "nginx:latest, Always",
    "nginx:1.27, IfNotPresent",
    "localhost:5000/nginx, Always",
    "localhost:5000/nginx:1, IfNotPresent",
    "nginx@sha256:aaaa, IfNotPresent",
    "nginx:latest@sha256:aaaa, Always"
  })
  void theTagDecidesHowAnImageIsPulled(String image, String policy) {
    ObjectNode pod = json("{\"spec\":{\"initContainers\":[{\"image\":\"" + image + "\"}]}}");

    fill("v1", "pods", pod);

    assertThat(pod.at("/spec/initContainers/0/imagePullPolicy").textValue()).isEqualTo(policy);
  }

  @Test
  void aPodOnTheHostsNetworkTakesTheHostsPorts() {
    ObjectNode pod =
        json(
            "{\"spec\":{\"hostNetwork\":true,\"containers\":[{\"ports\":[{\"containerPort\":80}]}]}}");

    fill("v1", "pods", pod);

    assertThat(pod.at("/spec/containers/0/ports/0/hostPort").intValue()).isEqualTo(80);
  }

  @Test
  void aTemplateGetsLessThanAPod() {
    ObjectNode deployment =
        json(
            """
            {"spec":{"template":{"spec":{"serviceAccountName":"sa","containers":[
              {"image":"a:1","resources":{"limits":{"cpu":"1"}}}]}}}}\
            """);

    fill("apps/v1", "deployments", deployment);

    assertThat(deployment)
        .isEqualTo(
            json(
                """
                {"spec":{"replicas":1,"progressDeadlineSeconds":600,"revisionHistoryLimit":10,
                  "strategy":{"type":"RollingUpdate",
                    "rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}},
                  "template":{"spec":{"serviceAccountName":"sa","serviceAccount":"sa",
                    "dnsPolicy":"ClusterFirst","restartPolicy":"Always",
                    "schedulerName":"default-scheduler","securityContext":{},
                    "terminationGracePeriodSeconds":30,
                    "containers":[{"image":"a:1","resources":{"limits":{"cpu":"1"}},
                      "imagePullPolicy":"IfNotPresent",
                      "terminationMessagePath":"/dev/termination-log",
                      "terminationMessagePolicy":"File"}]}}}}\
                """));
  }

  @Test
  void aRecreatedDeploymentDoesNotRoll() {
    ObjectNode deployment =
        json("{\"spec\":{\"replicas\":0,\"strategy\":{\"type\":\"Recreate\"}}}");

    fill("apps/v1", "deployments", deployment);

    assertThat(deployment.at("/spec/strategy")).isEqualTo(json("{\"type\":\"Recreate\"}"));
    assertThat(deployment.at("/spec/replicas").intValue()).isZero();
  }

  @Test
  void halfARollingUpdateIsCompleted() {
    ObjectNode deployment = json("{\"spec\":{\"strategy\":{\"rollingUpdate\":{\"maxSurge\":0}}}}");

    fill("apps/v1", "deployments", deployment);

    assertThat(deployment.at("/spec/strategy"))
        .isEqualTo(
            json(
                """
                {"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":"25%"}}\
                """));
  }

  @Test
  void aServicesTargetPortIsItsPort() {
    ObjectNode service =
        json("{\"spec\":{\"ports\":[{\"port\":80},{\"port\":81,\"targetPort\":\"http\"}]}}");

    fill("v1", "services", service);

    assertThat(service)
        .isEqualTo(
            json(
                """
                {"spec":{"ports":[{"port":80,"protocol":"TCP","targetPort":80},
                    {"port":81,"protocol":"TCP","targetPort":"http"}],
                  "sessionAffinity":"None","type":"ClusterIP",
                  "internalTrafficPolicy":"Cluster"}}\
                """));
  }

  @Test
  void aServiceForTheOutsideSaysWhereTrafficGoes() {
    ObjectNode service =
        json("{\"spec\":{\"type\":\"LoadBalancer\",\"sessionAffinity\":\"ClientIP\"}}");

    fill("v1", "services", service);

    assertThat(service.path("spec"))
        .isEqualTo(
            json(
                """
                {"type":"LoadBalancer","sessionAffinity":"ClientIP",
                 "sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}},
                 "externalTrafficPolicy":"Cluster","internalTrafficPolicy":"Cluster",
                 "allocateLoadBalancerNodePorts":true}\
                """));
  }

  @Test
  void anExternalNameHasNoTrafficPolicy() {
    ObjectNode service = json("{\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"x.y\"}}");

    fill("v1", "services", service);

    assertThat(service.path("spec").has("internalTrafficPolicy")).isFalse();
  }

  @Test
  void aNamespaceIsLabelledWithItsName() {
    ObjectNode namespace =
        json("{\"metadata\":{\"name\":\"n\",\"labels\":{\"kubernetes.io/metadata.name\":\"m\"}}}");

    fill("v1", "namespaces", namespace);

    assertThat(namespace)
        .isEqualTo(
            json(
                """
                {"metadata":{"name":"n","labels":{"kubernetes.io/metadata.name":"n"}},
                 "status":{"phase":"Active"}}\
                """));
  }

  @Test
  void aSecretsPlainTextOverridesItsData() {
    ObjectNode secret =
        json("{\"data\":{\"a\":\"eA==\",\"b\":\"eQ==\"},\"stringData\":{\"a\":\"abc\"}}");

    fill("v1", "secrets", secret);

    assertThat(secret)
        .isEqualTo(json("{\"data\":{\"a\":\"YWJj\",\"b\":\"eQ==\"},\"type\":\"Opaque\"}"));
  }

  @Test
  void aNodesCapacityIsAllocatable() {
    ObjectNode node =
        json("{\"spec\":{\"podCIDR\":\"10.0.0.0/24\"},\"status\":{\"capacity\":{\"cpu\":\"2\"}}}");

    fill("v1", "nodes", node);

    assertThat(node.at("/status/allocatable/cpu").textValue()).isEqualTo("2");
    assertThat(node.at("/spec/podCIDRs/0").textValue()).isEqualTo("10.0.0.0/24");
  }

  @Test
  void anEndpointPortHasAProtocolAndAName() {
    ObjectNode slice = json("{\"ports\":[{\"port\":80}]}");

    fill("discovery.k8s.io/v1", "endpointslices", slice);

    assertThat(slice)
        .isEqualTo(json("{\"ports\":[{\"port\":80,\"protocol\":\"TCP\",\"name\":\"\"}]}"));
  }

  @Test
  void whatUpstreamAlwaysWritesIsWritten() {
    ObjectNode pod = json("{\"spec\":{\"containers\":[{\"image\":\"a\"}]}}");
    ObjectNode event = json("{}");

    fill("v1", "pods", pod);
    fill("v1", "events", event);

    assertThat(pod.at("/spec/containers/0/resources").isObject()).isTrue();
    assertThat(event)
        .isEqualTo(json("{\"source\":{},\"reportingComponent\":\"\",\"reportingInstance\":\"\"}"));
  }

  @Test
  void defaultingTwiceIsDefaultingOnce() {
    ObjectNode pod =
        json(
            """
            {"spec":{"hostNetwork":true,"volumes":[{"name":"v"}],
              "containers":[{"image":"a","ports":[{"containerPort":1}],"livenessProbe":{}}]},
             "status":{"podIP":"1.2.3.4"}}\
            """);
    fill("v1", "pods", pod);
    ObjectNode once = pod.deepCopy();

    fill("v1", "pods", pod);

    assertThat(pod).isEqualTo(once);
    assertThat(pod.at("/status/podIPs/0/ip").textValue()).isEqualTo("1.2.3.4");
  }

  @Test
  void defaultsAreNotSharedBetweenObjects() {
    ObjectNode one = json("{\"spec\":{}}");
    ObjectNode other = json("{\"spec\":{}}");
    fill("v1", "pods", one);
    ((ObjectNode) one.at("/spec/securityContext")).put("runAsUser", 1);

    fill("v1", "pods", other);

    assertThat(other.at("/spec/securityContext")).isEmpty();
  }

  private static void fill(String apiVersion, String plural, ObjectNode object) {
    Defaulting.apply(
        CATALOG.find(GroupVersionResource.of(apiVersion, plural)).orElseThrow(), object);
  }
}
