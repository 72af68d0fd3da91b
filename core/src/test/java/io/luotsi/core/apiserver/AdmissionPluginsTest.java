package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.NAMESPACES;
import static io.luotsi.core.apiserver.Requests.NODES;
import static io.luotsi.core.apiserver.Requests.PODS;
import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Resources;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the plugins that have no test of their own change, and what they refuse. */
class AdmissionPluginsTest {
  private static final GroupVersionResource CLAIMS =
      GroupVersionResource.of("v1", "persistentvolumeclaims");
  private static final GroupVersionResource STORAGE_CLASSES =
      GroupVersionResource.of("storage.k8s.io/v1", "storageclasses");
  private static final GroupVersionResource DEPLOYMENTS =
      GroupVersionResource.of("apps/v1", "deployments");

  private final TestApi api = TestApi.admitting(InstantSource.fixed(TestApi.START));
  private final PipelineClient client = api.client();

  AdmissionPluginsTest() {
    ok(
        client.create(
            Resources.SERVICE_ACCOUNTS, "default", json("{'metadata': {'name': 'default'}}")));
  }

  private static ObjectNode pod(String name, String resources) {
    return json(
        """
        {'metadata': {'name': '%s'}, 'spec': {'containers': [
          {'name': 'c', 'image': 'i', 'resources': {%s}}]}}
        """
            .formatted(name, resources));
  }

  private void limit(String item) {
    ok(
        client.create(
            GroupVersionResource.of("v1", "limitranges"),
            "default",
            json("{'metadata': {'name': 'l'}, 'spec': {'limits': [" + item + "]}}")));
  }

  private List<String> warnings(GroupVersionResource resource, ObjectNode object) {
    Target target =
        new Target(
            UserInfo.component("admin"),
            api.pipeline().catalog().find(resource).orElseThrow(),
            "default",
            "",
            "");
    return ok(api.pipeline()
            .create(
                target,
                new Body(object, List.of()),
                new WriteOptions(false, "test", FieldValidation.STRICT)))
        .warnings();
  }

  @Test
  @Conformance("LimitRange, resources")
  void containersGetWhatALimitRangeHasForThoseThatSayNothing() {
    limit(
        "{'type': 'Container', 'default': {'cpu': '1', 'memory': '1Gi'},"
            + " 'defaultRequest': {'cpu': '100m'}}");
    ObjectNode made = json(ok(client.create(PODS, "default", pod("p", "'limits': {'cpu': '2'}"))));
    assertThat(made.at("/spec/containers/0/resources").toString())
        .isEqualTo(
            "{\"limits\":{\"cpu\":\"2\",\"memory\":\"1Gi\"},"
                + "\"requests\":{\"cpu\":\"2\",\"memory\":\"1Gi\"}}");
    assertThat(made.at("/metadata/annotations/kubernetes.io~1limit-ranger").asText())
        .isEqualTo(
            "LimitRanger plugin set: memory request for container c; memory limit for container"
                + " c");
  }

  @Test
  @Conformance("LimitRange, resources")
  void containersAndPodsAreHeldToALimitRange() {
    limit(
        "{'type': 'Container', 'min': {'cpu': '100m'}, 'max': {'cpu': '1'},"
            + " 'maxLimitRequestRatio': {'cpu': '2'}}, {'type': 'Pod', 'max': {'memory': '1Gi'}}");
    String small = "'requests': {'cpu': '50m'}, 'limits': {'cpu': '2', 'memory': '2Gi'}";
    assertThat(message(client.create(PODS, "default", pod("p", small))))
        .isEqualTo(
            "pods \"p\" is forbidden: [minimum cpu usage per Container is 100m, but request is 50m,"
                + " maximum cpu usage per Container is 1, but limit is 2, cpu max limit to request"
                + " ratio per Container is 2, but provided ratio is 40.000000, maximum memory usage"
                + " per Pod is 1Gi, but limit is 2Gi]");
    assertThat(message(client.create(PODS, "default", pod("p", "'limits': {'cpu': '1'}"))))
        .isEqualTo(
            "pods \"p\" is forbidden: maximum memory usage per Pod is 1Gi.  No limit is specified");
    ok(client.create(PODS, "default", pod("p", "'limits': {'cpu': '1', 'memory': '1Gi'}")));
  }

  @Test
  void claimsAreHeldToALimitRange() {
    limit(
        "{'type': 'PersistentVolumeClaim', 'min': {'storage': '1Gi'}, 'max': {'storage': '2Gi'}}");
    assertThat(message(client.create(CLAIMS, "default", claim("3Gi"))))
        .isEqualTo(
            "persistentvolumeclaims \"c\" is forbidden: maximum storage usage per"
                + " PersistentVolumeClaim is 2Gi, but request is 3Gi");
    assertThat(message(client.create(CLAIMS, "default", claim("1Mi"))))
        .endsWith("minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi");
    ok(client.create(CLAIMS, "default", claim("2Gi")));
  }

  private static ObjectNode claim(String storage) {
    return json(
        """
        {'metadata': {'name': 'c'}, 'spec': {'accessModes': ['ReadWriteOnce'],
          'resources': {'requests': {'storage': '%s'}}}}
        """
            .formatted(storage));
  }

  @Test
  void aClaimGetsTheNewestClassThatIsTheDefault() {
    assertThat(
            json(ok(client.create(CLAIMS, "default", claim("1Gi")))).at("/spec/storageClassName"))
        .isEmpty();
    for (String name : List.of("b", "a")) {
      ok(
          client.create(
              STORAGE_CLASSES,
              "",
              json(
                  """
                  {'metadata': {'name': '%s', 'annotations':
                    {'storageclass.kubernetes.io/is-default-class': 'true'}}, 'provisioner': 'p'}
                  """
                      .formatted(name))));
    }
    ObjectNode second = claim("1Gi");
    second.withObject("metadata").put("name", "d");
    assertThat(
            json(ok(client.create(CLAIMS, "default", second)))
                .at("/spec/storageClassName")
                .asText())
        .isEqualTo("a");
  }

  @Test
  void anIngressGetsTheClassThatIsTheDefault() {
    ok(
        client.create(
            GroupVersionResource.of("networking.k8s.io/v1", "ingressclasses"),
            "",
            json(
                """
                {'metadata': {'name': 'front', 'annotations':
                  {'ingressclass.kubernetes.io/is-default-class': 'true'}},
                 'spec': {'controller': 'x.io/y'}}
                """)));
    ObjectNode ingress =
        json(
            """
            {'metadata': {'name': 'i'}, 'spec': {'defaultBackend':
              {'service': {'name': 's', 'port': {'number': 80}}}}}
            """);
    assertThat(
            json(ok(
                    client.create(
                        GroupVersionResource.of("networking.k8s.io/v1", "ingresses"),
                        "default",
                        ingress)))
                .at("/spec/ingressClassName")
                .asText())
        .isEqualTo("front");
  }

  @Test
  @Conformance({
    "Can schedule a pod requesting existing RuntimeClass.",
    "RuntimeClass Overhead field must be respected.",
    "Pod with the non-existing RuntimeClass is rejected.",
    "Pod with the deleted RuntimeClass is rejected."
  })
  void aPodOfARuntimeClassNeedsWhatTheClassAddsAndGoesWhereItIs() {
    ok(
        client.create(
            GroupVersionResource.of("node.k8s.io/v1", "runtimeclasses"),
            "",
            json(
                """
                {'metadata': {'name': 'vm'}, 'handler': 'vm',
                 'overhead': {'podFixed': {'cpu': '250m'}},
                 'scheduling': {'nodeSelector': {'kind': 'vm'},
                   'tolerations': [{'key': 'vm', 'operator': 'Exists'}]}}
                """)));
    ObjectNode wanted = pod("p", "");
    wanted.withObject("spec").put("runtimeClassName", "vm");
    ObjectNode made = json(ok(client.create(PODS, "default", wanted)));
    assertThat(made.at("/spec/overhead/cpu").asText()).isEqualTo("250m");
    assertThat(made.at("/spec/nodeSelector/kind").asText()).isEqualTo("vm");
    assertThat(made.at("/spec/tolerations").toString()).contains("\"key\":\"vm\"");

    ObjectNode elsewhere = pod("q", "");
    elsewhere.withObject("spec").put("runtimeClassName", "vm");
    elsewhere.withObject("spec").putObject("nodeSelector").put("kind", "bare");
    assertThat(message(client.create(PODS, "default", elsewhere)))
        .endsWith(
            "conflict: runtimeClass.scheduling.nodeSelector[kind] = vm; pod.spec.nodeSelector[kind]"
                + " = bare");
    ObjectNode unknown = pod("q", "");
    unknown.withObject("spec").put("runtimeClassName", "none");
    assertThat(message(client.create(PODS, "default", unknown)))
        .isEqualTo("pods \"q\" is forbidden: pod rejected: RuntimeClass \"none\" not found");
    ok(
        client.delete(
            GroupVersionResource.of("node.k8s.io/v1", "runtimeclasses"),
            ObjectKey.of("vm"),
            DeleteOptions.DEFAULT));
    ObjectNode late = pod("q", "");
    late.withObject("spec").put("runtimeClassName", "vm");
    assertThat(message(client.create(PODS, "default", late)))
        .isEqualTo("pods \"q\" is forbidden: pod rejected: RuntimeClass \"vm\" not found");
  }

  @Test
  void aNewNodeGetsNoPodsBeforeItIsKnownToBeReady() {
    StoredObject node = ok(client.create(NODES, "", json("{'metadata': {'name': 'n'}}")));
    assertThat(json(node).at("/spec/taints").toString())
        .isEqualTo("[{\"key\":\"node.kubernetes.io/not-ready\",\"effect\":\"NoSchedule\"}]");
  }

  private void secure(String mode, String level) {
    ok(
        client.patch(
            NAMESPACES,
            ObjectKey.of("default"),
            "",
            PatchType.MERGE,
            json(
                "{'metadata': {'labels': {'pod-security.kubernetes.io/%s': '%s'}}}"
                    .formatted(mode, level))));
  }

  @Test
  void aNamespaceHoldsItsPodsToAStandard() {
    secure("enforce", "baseline");
    ObjectNode host = pod("p", "");
    host.withObject("spec").put("hostPID", true);
    assertThat(message(client.create(PODS, "default", host)))
        .isEqualTo(
            "pods \"p\" is forbidden: violates PodSecurity \"baseline:latest\": host namespaces"
                + " (hostPID=true)");
    ok(client.create(PODS, "default", pod("p", "")));
    ObjectNode deployment = Requests.deployment("d");
    deployment.withObject("/spec/template/spec").put("hostPID", true);
    assertThat(warnings(DEPLOYMENTS, deployment))
        .containsExactly(
            "would violate PodSecurity \"baseline:latest\": host namespaces (hostPID=true)");
  }

  @Test
  void aNamespaceThatOnlyWarnsLetsEverybodyIn() {
    secure("warn", "restricted");
    assertThat(warnings(PODS, pod("p", "")).getFirst())
        .startsWith(
            "would violate PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false");
  }

  @Test
  void whoMakesANamespaceStricterIsToldOfThePodsThatAreThere() {
    for (String name : List.of("p1", "p2", "p3")) {
      ObjectNode host = pod(name, "");
      host.withObject("spec").put("hostPID", true);
      ok(client.create(PODS, "default", host));
    }
    Target target =
        new Target(
            UserInfo.component("admin"),
            api.pipeline().catalog().find(NAMESPACES).orElseThrow(),
            "",
            "default",
            "");
    assertThat(
            ok(api.pipeline()
                    .patch(
                        target,
                        PatchType.MERGE,
                        json(
                            "{'metadata': {'labels': {'pod-security.kubernetes.io/enforce':"
                                + " 'baseline'}}}"),
                        false,
                        new WriteOptions(false, "test", FieldValidation.STRICT)))
                .warnings())
        .containsExactly(
            "existing pods in namespace \"default\" violate the new PodSecurity enforce level"
                + " \"baseline:latest\"",
            "p1 (and 2 other pods): host namespaces");
  }

  @Test
  void aNamespaceMustNameALevelThatThereIs() {
    assertThat(
            message(
                client.create(
                    NAMESPACES,
                    "",
                    json(
                        """
                        {'metadata': {'name': 'n', 'labels':
                          {'pod-security.kubernetes.io/enforce': 'strict'}}}
                        """))))
        .isEqualTo(
            "Namespace \"n\" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]:"
                + " Invalid value: \"strict\": must be one of privileged, baseline, restricted");
  }
}
